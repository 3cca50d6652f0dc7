"""Words that somebody could be called by and that are a thing where they stand: instruments, scales, operations, pills, brands."""

from __future__ import annotations

import pytest

from cloister.phi import Detector, lexicon
from cloister.phi.eponyms_shared import SHARED
from cloister.phi.products import PRODUCTS

_HARMLESS = (
    # after an article, at the end of its part
    "Allis clamps, a Babcock, two Kochers and a Kelly were counted twice.",
    "Suction clogged, swapped for a Poole.",
    "Clamped with a Kelly and tied.",
    "Kocher placed, then a Kelly across the pedicle.",
    "Balfour, Deaver, Richardson and Army-Navy retractors returned.",
    # joined to an eponym
    "Cullen and Grey Turner absent.",
    "Virchow, Sister Mary Joseph and Blumer: none felt.",
    "Rolando rather than Bennett fracture on the oblique view.",
    "Romberg, Fukuda and Unterberger normal.",
    "Patrick and Gaenslen positive on the left.",
    "Vienna and Montreal stage A2 L3 B1.",
    "Harrington and Luque rods from 1982.",
    # a grade or points
    "Paris 0-IIa polyp in the sigmoid.",
    "Vienna A1 L2 B3.",
    "West Haven 2, rifaximin and lactulose.",
    "HE, West Haven III, lactulose enema.",
    "Los Angeles C esophagitis.",
    "Norwood IV, Ludwig I.",
    "Guillain-Barré, Hughes 4, NIF -22, IVIG day 3 of 5.",
    "Binet B, Rai 2.",
    "Balthazar D, Ranson 4, Marshall 2.",
    # operations
    "Norwood complete, awaiting Glenn at about five months.",
    "Awaiting Fontan, s/p Glenn 2019.",
    # pills
    "Yasmin stopped, Mirena chosen, Camila in the meantime.",
    "Levora missed two days; Ella taken yesterday, pregnancy test negative.",
    "OCPs tried: Yaz, Portia, Camila, Apri.",
    "Takes Errin daily for contraception, Alesse before.",
    # brands under a title or with what is sold
    "Dr. Scholl's insoles are of little help.",
    "Dr Brown bottle with a preemie nipple.",
    "A Dr. Pepper and two Reese's cups: glucose 412.",
    "Mr. Clean in the eye, rinsed.",
    "Charlotte's web CBD oil bought online.",
    "Claire's earring embedded in the lobe.",
    "Toddler swallowed a Polly Pocket shoe.",
    "Uncle Ben's rice with every meal.",
    # signs, wires, dressings, fluids, scales of every shelf
    "Dupuytren of the ring finger, Hueston tabletop positive.",
    "Munro microabscess on histology, Muro drops after.",
    "ORIF with Synthes plate, Norian to fill the void.",
    "Scott pads and a Charnley pillow between the legs.",
    "Tenckhoff clean, 2.5% Dianeal x4, Extraneal overnight.",
    "Hartford consensus tourniquet teaching for all ED staff.",
    "Manchester orange at triage, Kigali modification of Berlin.",
    "Bucky, Statinsky and Yasargil counted; Wis-Hipple 1.5 on the tray.",
    "Jelonet, Bactigras and Inadine in the cupboard.",
    "Light chain ratio 112, start Dara-VRd.",
    "Sitz baths three times daily, Angel's kiss on the glabella.",
    "Charley horse in the calf, bobby pin swallowed.",
    "Kleinfelter misspelled in the chart.",
    "Count correct: six Kellys, four Allises, two Babcocks.",
    "Bakri up to 400, then Jada.",
    "Epley x2, Semont next, Janda crossed, Graston technique to the calf.",
    # statistics, plants, goods
    "Use Holm or Bonferroni for the tests?",
    "Compare Ross and Bentall for a young adult.",
    "Breusch-Pagan significant, Durbin-Watson 2.1, Kendall tau 0.4.",
    "Masquelet first stage, Narakas II, Gatellier for the posterior malleolus.",
    "Drano, Clorox, Lysol under the sink.",
    "Sweet William and creeping Jenny in the yard, Jimson weed eaten.",
)
_FOUND = (
    ("Spoke with a Kelly from billing.", "Kelly"),
    ("Kelly Frazier called about the clamp.", "Kelly Frazier"),
    ("Seen by Kelly and Kocher.", "Kelly"),
    ("Dr. Cullen and Dr. Turner agree.", "Cullen"),
    ("Daughter Camila asks about contraception.", "Camila"),
    ("Camila stopped her pills in May after the pregnancy.", "Camila"),
    ("Yasmin wants an IUD, Mirena explained.", "Yasmin"),
    ("Patient: Ella Poole", "Ella Poole"),
    ("Report from Camila to Heather at 0700.", "Camila"),
    ("Dr. Brown saw him, bottle feeds well.", "Brown"),
    ("Mrs. Scholl came with her son.", "Scholl"),
    ("Ms. Clean-Hughes is here.", "Clean-Hughes"),
    ("Nurse Joy paged Dr. Strange.", "Strange"),
    ("Mr. Bean's pacemaker was checked.", "Bean"),
    ("Hughes notified of the Foley.", "Hughes"),
    ("Foley, Hughes at bedside.", "Hughes"),
    ("Glenn called, awaiting transport.", "Glenn"),
    ("Glenn Ross, RN", "Glenn Ross"),
    ("Lives in West Haven 2 miles from here.", "West Haven"),
    ("Moved to West Haven.", "West Haven"),
    ("Went to Rolando Clinic in Los Angeles.", "Los Angeles"),
    ("Baby Two Crow, bili 11.2.", "Two Crow"),
    ("Rolando and his wife Faith came in.", "Rolando"),
    ("Mother: Portia Marshall", "Portia Marshall"),
    ("Vienna Reyes, 34F, polyp removed.", "Vienna Reyes"),
    ("Charlotte's daughter bought the CBD oil.", "Charlotte"),
    ("Surgeon: Marshall, Herbert", "Marshall, Herbert"),
    ("Statin held. Masri, Layla seen in clinic.", "Masri, Layla"),
    ("Mr. Svensson, reimplantation planned.", "Svensson"),
    ("Dr. Comfort saw her, shoes ordered.", "Comfort"),
    ("Lunch at noon, then Jada called.", "Jada"),
    ("Both parents aware, then Hughes.", "Hughes"),
    ("Seen by Evans, Hill and Kocher.", "Hill"),
    ("Lasix given by Houston, Hommel aware.", "Hommel"),
    ("RN Stiles notified, Papineau covering.", "Papineau"),
    ("Ginger Root, 91, seen today.", "Ginger Root"),
    ("Ross Holm and Bonnie Foley came.", "Ross Holm"),
    ("Asked Kendall and her mother.", "Kendall"),
    ("Jenny creeps around the room, says William.", "Jenny"),
    ("Transferred to Cleveland Clinic.", "Cleveland Clinic"),
    ("Works at Duke Health.", "Duke Health"),
    ("Wendy ate a burger, then hives.", "Wendy"),
)


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.parametrize("text", _HARMLESS)
def test_a_word_that_a_thing_has_lent_is_nobody(detector: Detector, text: str) -> None:
    assert not [text[f.start : f.end] for f in detector.find(text)]


@pytest.mark.parametrize(("text", "found"), _FOUND)
def test_the_same_word_is_found_where_it_is_somebody(detector: Detector, text: str, found: str) -> None:
    covered = {at for f in detector.find(text) for at in range(f.start, f.end)}
    begin = text.index(found)
    assert all(at in covered for at in range(begin, begin + len(found)) if text[at].isalnum())


def test_what_many_bear_stays_a_name_and_a_product_is_none() -> None:
    table = lexicon.words()
    for word in ("kelly", "scott", "glenn", "rolando", "faith", "camila", "yasmin", "ella", "hughes", "vienna"):
        assert word in SHARED or table[word] & lexicon.NAME, word
        assert table[word] & lexicon.NAME, word
    assert not {word for word in ("dianeal", "norian", "sprintec", "jelonet") if word not in PRODUCTS}
