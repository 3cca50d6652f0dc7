"""Text burnt into a picture, found by the real Tesseract and blanked; without it, or where it fails, a person looks first."""

import io

import numpy as np
import pytest

from cloister.adapters.tesseract import TesseractReader, tesseract
from cloister.core.errors import Unavailable
from cloister.phi.dicom import DicomConfig, DicomTransformations, as_pgm, deidentify_dicom

pydicom = pytest.importorskip("pydicom")
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset  # noqa: E402

# Capitals and figures of a 5 x 7 matrix printer, a row in five bits.
FONT = {
    "D": (30, 17, 17, 17, 17, 17, 30), "O": (14, 17, 17, 17, 17, 17, 14), "E": (31, 16, 16, 30, 16, 16, 31),
    "J": (7, 2, 2, 2, 2, 18, 12), "A": (14, 17, 17, 31, 17, 17, 17), "N": (17, 25, 21, 19, 17, 17, 17),
    "M": (17, 27, 21, 21, 17, 17, 17), "R": (30, 17, 17, 30, 20, 18, 17), "B": (30, 17, 17, 30, 17, 17, 30),
    "1": (4, 12, 4, 4, 4, 4, 14), "9": (14, 17, 17, 15, 1, 2, 12), "5": (31, 16, 30, 1, 1, 17, 14), " ": (0,) * 7,
}  # fmt: skip
KEY = b"k" * 64
installed = pytest.mark.skipif(tesseract() is None, reason="Tesseract is not installed")


def picture(text: str, scale: int = 4, size: tuple[int, int] = (256, 512)) -> np.ndarray:
    """Smooth shades as of tissue, with the text burnt into the upper left corner."""
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    pixels = (40 + 15 * np.sin(rows / 37) * np.cos(columns / 53)).astype(np.uint16)
    for place, char in enumerate(text):
        rows = np.array([[row >> bit & 1 for bit in range(4, -1, -1)] for row in FONT[char]], dtype=bool)
        big = np.kron(rows, np.ones((scale, scale), dtype=bool))
        top, left = 12, 12 + place * 6 * scale
        pixels[top : top + big.shape[0], left : left + big.shape[1]][big] = 250
    return pixels


def image(pixels: np.ndarray, flag: str = "NO") -> bytes:
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = "1.2.840.10008.5.1.4.1.1.7", "1.2.3.4", "US"
    data.BurnedInAnnotation = flag
    data.Rows, data.Columns = pixels.shape
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.BitsAllocated = data.BitsStored = 16
    data.HighBit, data.PixelRepresentation = 15, 0
    data.add_new(0x7FE00010, "OW", pixels.astype("<u2").tobytes())
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, "1.2.3.4"
    meta.TransferSyntaxUID = "1.2.840.10008.1.2.1"
    out = io.BytesIO()
    FileDataset(out, data, preamble=b"\0" * 128, file_meta=meta).save_as(out, enforce_file_format=True)
    return out.getvalue()


def cleaned(raw: bytes, read_text):
    given = DicomTransformations(text=lambda text: text, read_text=read_text)
    done, report = deidentify_dicom(raw, DicomConfig(), key=KEY, given=given)
    read = pydicom.dcmread(io.BytesIO(done))
    return np.frombuffer(read.PixelData, dtype="<u2").reshape(read.Rows, read.Columns), report


@installed
@pytest.mark.parametrize("flag", ["NO", "YES"])
def test_a_name_in_the_picture_is_found_and_blanked_whatever_the_flag_says(flag):
    before = picture("DOE JANE")
    after, report = cleaned(image(before, flag), tesseract())
    assert report.released
    assert after.max() < 200  # no letter is left
    assert (after[60:] == before[60:]).all()  # nothing else was touched
    assert tesseract()(as_pgm(after[:, :, None])) == []


@installed
def test_a_picture_without_text_stays_as_it_is():
    before = picture("        ")
    after, report = cleaned(image(before), tesseract())
    assert report.released and (after == before).all()


@installed
def test_letters_of_seven_pixels_are_found_too():
    after, report = cleaned(image(picture("DOE JANE", scale=1)), tesseract())
    assert report.released and after.max() < 200


@installed
def test_what_may_be_text_is_left_to_a_person():
    rng = np.random.default_rng(4)
    noise = rng.integers(20, 60, (256, 512)).astype(np.uint16)
    after, report = cleaned(image(noise), tesseract())
    assert not report.released
    assert (after == noise).mean() > 0.9


@installed
def test_the_reader_finds_words_and_numbers_with_their_boxes():
    boxes = tesseract()(as_pgm(picture("MRN 1955")[:, :, None]))
    assert boxes
    assert all(box.top < 45 and box.left < 220 for box in boxes)


def test_without_the_program_every_picture_waits(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert tesseract() is None
    _, report = cleaned(image(picture("DOE")), None)
    assert not report.released and "no text reader" in report.pending[0].reason


def test_a_program_that_fails_is_one_clear_line():
    with pytest.raises(Unavailable, match="tesseract"):
        TesseractReader("/nowhere/tesseract")(b"P5 1 1 255\n\0")
    with pytest.raises(Unavailable, match="tesseract"):
        TesseractReader("/bin/false")(b"P5 1 1 255\n\0")


@installed
def test_an_initial_goes_with_the_name_beside_it():
    after, report = cleaned(image(picture("DOE JANE M")), tesseract())
    assert report.released
    assert after.max() < 200


def test_a_row_of_letters_that_the_reader_overlooks_goes_to_a_person():
    def overlooks(_picture):
        return []

    _, report = cleaned(image(picture("DOE JANE")), overlooks)
    assert [pending.reason for pending in report.pending] == ["something in the picture may be text"]
    box = picture("     ", scale=2)
    box[8:40, 8:300] = 220
    dark = picture("DOE JANE", scale=3)
    box[dark == 250] = 10
    _, report = cleaned(image(box), overlooks)
    assert not report.released
    _, report = cleaned(image(picture(" ")), overlooks)
    assert report.released  # smooth shades without a letter


@installed
@pytest.mark.slow
@pytest.mark.parametrize("scale", [1, 2, 3, 4])
@pytest.mark.parametrize("shade", [120, 170, 250])
@pytest.mark.parametrize("boxed", [False, True])
def test_nothing_is_released_with_a_letter_left(scale, shade, boxed):
    rng = np.random.default_rng(scale * 1000 + shade)
    before = picture(" ", size=(480, 640)) + rng.gamma(1.5, 6, (480, 640)).astype(np.uint16)
    letters = np.zeros(before.shape, dtype=bool)
    for top, left, text in ((10, 12, "DOE JANE M"), (60, 280, "MRN 1955"), (400, 16, "ANNE BORODAE")):
        drawn = picture(text, scale=scale, size=(60, 340)) == 250
        place = (slice(top, top + 60), slice(left, left + 340))
        if boxed:
            before[place] = 255
        letters[place] |= drawn
    before[letters] = 255 - shade if boxed else shade
    after, report = cleaned(image(before), tesseract())
    assert not report.released or (after[letters] == before[letters]).mean() < 0.01
