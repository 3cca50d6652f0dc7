"""What is called after somebody or made up by a maker: brands, signs, organisms and clipped words that no dictionary holds."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, lexicon
from cloister.phi.clips import CLIPS
from cloister.phi.eponyms_few import FEW_EPONYMS
from cloister.phi.organisms import ORGANISMS
from cloister.phi.products import PRODUCTS

_HARMLESS = (
    "Utox pos for benzos only, BAL 0.04.",
    "Bkfst tolerated 75%, lunch refused.",
    "Adenoca of cecum, mets to liver.",
    "Bronch: thick secretions RLL. Colpo adequate.",
    "Payor wants peer to peer, Coord aware.",
    "Wixela generic ok, Trelegy not on formulary.",
    "Terlivaz in the unit, Zoryve denied, Plenvu before.",
    "Diatek permcath exchanged over a Glidewire.",
    "Quadrox oxygenator, Rotaflow console.",
    "Medihoney on the left shin, Tubifast to hold.",
    "Jabra aids bilat, Widex before that.",
    "Dycem under the plate, Cavilon wipe, Telfa on top.",
    "Kinyoun neg, Movat pending.",
    "Placenta Schultze, intact.",
    "Kotlow class 3, Coryllos type 2.",
    "Limberg flap, Dufourmentel if wider, Karapandzic for the lip.",
    "Brandt-Daroff tid, Cawthorne home program.",
    "Grew Elizabethkingia and Raoultella in tray.",
    "Handwashing taught, bloodborne exposure form done, Flowsheet updated.",
    "Stage III Quintero at 19w.",
    "Within Milan by CT, fasting Ramadan.",
    "Grip Jamar 22 kg, Hana table used.",
    "IMF with Erich arch bars, Seldin retractors.",
    "Hollister wafer cut to 35 mm, Geri chair ordered.",
    "Jones fx L foot, Phoenix def explained, Rey figure 28.",
    "Fitted with PROTAPER Gold files and a Clinpro varnish.",
)
_PEOPLE = (
    ("Seen with Dr. Schultze today.", "Schultze"),
    ("Patient: Camino, Erika", "Camino"),
    ("Mr. Kinyoun came back.", "Kinyoun"),
    ("Spoke with Mrs. Zitelli by phone.", "Zitelli"),
    ("Mr. Allen walked today.", "Allen"),
    ("Sofia Blake called at noon.", "Sofia Blake"),
    ("Discussed with Hanna Rossetti.", "Rossetti"),
    ("Notified by Harris at 0400.", "Harris"),
    ("Ms. Jada Phoenix came alone.", "Jada Phoenix"),
    ("Mrs. Ramadan called.", "Ramadan"),
    ("Seen by Dr. Quintero in clinic.", "Quintero"),
    ("Sister Mary's last A1c was 7.", "Mary"),
    ("Spoke with Jamar Hollister, RN.", "Jamar Hollister"),
    ("Mr. Jones fell; Mr. Seldin did not.", "Seldin"),
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize("text", _HARMLESS)
def test_things_are_nobody(detector: Detector, text: str) -> None:
    assert not [text[f.start : f.end] for f in detector.find(text)]


@pytest.mark.parametrize(("text", "name"), _PEOPLE)
def test_who_shares_a_name_with_a_thing_is_found(detector: Detector, text: str, name: str) -> None:
    at = text.index(name)
    assert any(f.start <= at and at + len(name) <= f.end for f in detector.find(text))


def test_lists_hold_no_given_name_and_clips_and_organisms_no_name() -> None:
    table = lexicon.words()
    assert not {word for word in CLIPS | ORGANISMS if table[word] & lexicon.NAME}
    assert not {word for word in PRODUCTS | FEW_EPONYMS if table.get(word, 0) & lexicon.FIRST}
