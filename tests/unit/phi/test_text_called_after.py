"""Eponyms, trade names and clipped words of many fields, and towns that name a scale; each with a person or a place."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, lexicon
from cloister.phi.eponyms_more import LENT_NAMES, MORE_EPONYMS

_HARMLESS = (
    "Fascia: Buck intact, Colles thick, Pavlov ratio .8.",
    "Joubert and Dandy-Walker traits on MRI.",
    "Staheli index up, Wiberg 18, Goutallier 2.",
    "Twardowski equivocal, gentamicin at the exit site.",
    "Cvek pulpotomy, vital at recall.",
    "Lichtheim type, Geschwind area.",
    "Huber 20G flushed, Bucky grid in.",
    "Acuson probe, Somatom Force, Aplio for the liver.",
    "Xigris long gone, Cordarone held, Theo-Dur stopped.",
    "Sensi-Seal ring, Eakin on top, Snugfit belt.",
    "Asterixis mild. Asystole at 0412. Isoperistaltic side to side.",
    "Endometrioid, FIGO 1. Lipomatoid area excised. Xanthogranulomatosis seen.",
    "Preox 4 min. Fundi pending. Claustro in the scanner.",
    "Favour naevus over melanoma.",
    "Fluid in the pouch of Douglas, ligament of Treitz divided.",
    "The annulus of Zinn is thick, ligament of Wrisberg torn.",
    "Norwood, then bidirectional Glenn; Norwood Glenn at 5 months.",
    "Lea symbols 20/40, Allen cards refused.",
    "Placenta Duncan, complete.",
    "Teed zero, ears look okay.",
    "Canadian CT Head negative, home.",
    "San Francisco syncope rule negative.",
    "Cincinnati positive, alert called.",
    "Montevideo units 190.",
    "St. Louis encephalitis serology sent.",
    "King's College criteria not met.",
    "Labs drawn from Hickman red lumen.",
    "Blood cultures from Port and periphery.",
    "Brostrom, Gould, Chrisman-Snook, Evans.",
    "Trays: Snodgrass, Mathieu, Koff, Duckett.",
    "Trach sizes: Shiley, Portex, Bivona, Jackson.",
    "Whitacre 25, Sprotte, Quincke, Greene.",
    "Hemoglobin Lepore trait, revised Geneva 7.",
    "Prosthetics Clinic Tuesday. Spina Bifida Clinic closed.",
    "Adolescent Medicine to see, Chemo Infusion Nursing aware.",
    "Moved to Step-Down from the Surgical ICU.",
    "Use Meds to Beds before lunch.",
    "Rapid Response called at 0340.",
    "Wires: Sion, Fielder, Confianza.",
    "Gracey curettes out, Kois deprogrammer in.",
    "St. John's Wort stopped.",
    "Modified Kessler-Tajima, then Caldwell-Luc discussed.",
    "Allen patent, Spurling suspected.",
    "Lunchables and Orbeez on the tray.",
    "Kurtzke 4, Friedman arrested, Barkhof 3.",
    "Moved to Progressive Care, then Partial Hospital.",
    "Schneider first rank, Cogan lid twitch.",
    "Adult Magills missing, airway Magill'd by the medic.",
    "IVUS MSA 7.4. TBBX RLL by fluoro.",
    "Exemption for Shabbat.",
    "Schneiderian symptoms, Wallerian change.",
    "Min A for transfers, Mod A on stairs.",
)
_FOUND = (
    ("Seen with Dr. Twardowski today.", "Twardowski"),
    ("Patient: Joubert, Erika", "Joubert"),
    ("Mr. Huber came back.", "Huber"),
    ("Spoke with Mrs. Zuckerkandl by phone.", "Zuckerkandl"),
    ("Vic Staheli, RN", "Staheli"),
    ("Son of Douglas Reyes.", "Douglas Reyes"),
    ("Glenn Norwood called.", "Glenn Norwood"),
    ("Ms. Lea Boyd is here.", "Lea Boyd"),
    ("Mother: Jada Duncan", "Jada Duncan"),
    ("Lives in San Francisco.", "San Francisco"),
    ("She moved from Cincinnati last year.", "Cincinnati"),
    ("Transferred from King's College Hospital.", "King's College Hospital"),
    ("He comes from Hickman.", "Hickman"),
    ("Moved here from Port Arthur.", "Port Arthur"),
    ("Team: Evans, Gould, Keller.", "Keller"),
    ("Kurtzke 4, Barkhof 3, Friedman notified.", "Friedman"),
    ("Sent from Comfort Keepers Care.", "Comfort Keepers"),
    ("Lasix 40, Zofran 4, Allen refused lunch.", "Allen"),
    ("Foley, Hickman, Allen at bedside.", "Allen"),
    ("Family: Sion, Fielder, Confianza.", "Sion"),
    ("Went to St. John's Hospital.", "St. John's Hospital"),
    ("Seen by Evans, Brostrom, Gould.", "Evans"),
    ("Dr. Ross, Kocher clamp in hand.", "Ross"),
    ("Referred to Summit Prosthetics Clinic.", "Summit Prosthetics Clinic"),
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize("text", _HARMLESS)
def test_what_is_called_after_somebody_is_nobody(detector: Detector, text: str) -> None:
    assert not [text[f.start : f.end] for f in detector.find(text)]


@pytest.mark.parametrize(("text", "found"), _FOUND)
def test_the_same_word_beside_what_tells_a_person_or_a_place(detector: Detector, text: str, found: str) -> None:
    covered = {at for f in detector.find(text) for at in range(f.start, f.end)}
    begin = text.index(found)
    assert all(at in covered for at in range(begin, begin + len(found)) if text[at].isalnum())


def test_an_eponym_stays_a_surname_and_a_given_name_a_given_name() -> None:
    table = lexicon.words()
    for word in MORE_EPONYMS:
        assert table[word] & lexicon.NAME, word
    for word in LENT_NAMES:
        assert table[word] & lexicon.FIRST, word
        assert not table[word] & lexicon.EPONYM, word
