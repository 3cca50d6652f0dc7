"""Names told by a post beside them, even where they are words of every note."""

import pytest

from cloister.phi import Detector

FIND = Detector()


def found(text: str) -> list[str]:
    return [text[f.start : f.end] for f in FIND.find(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Offered 4:15 with Sandy NP, she took it", "Sandy"),
        ("report from kelsey rn. pt a&ox3", "kelsey"),
        ("spoke w jeanine, order rec'd", "jeanine"),
        ("talked to marguerite about it", "marguerite"),
        ("strep A (called out, timed by RN Alvarado), posterior arm", "Alvarado"),
        ("please let Char in referrals know.", "Char"),
        ('keeps calling for "Bubba." Is that her son', "Bubba"),
        ("is will the charge nurse tonight", "will"),
        ("who is joy with hospice? she left a note", "joy"),
        ("is grant on tonight or not", "grant"),
        ("hmong speaking pt Mai See Vang at 2pm", "Mai See Vang"),
        ('everyone knows her as "Peaches"', "Peaches"),
        ("is art the night RT or is it someone else", "art"),
        ("where's destiny, she had the keys", "destiny"),
        ("ABARA 4W12 86F chf", "ABARA"),
        ("thx, vern", "vern"),
        ("5/3 | 0610 | Lam, Q | plts ready", "Lam, Q"),
        ("my name is april and i need my records", "april"),
        ("Rose up to chair, tolerating", "Rose"),
        ("per bev at the pharmacy, back order", "bev"),
        ("K 2.4 to RN Delacroix 0512", "Delacroix"),
        ("telemetry: Fitzsimmons 11 beats VT", "Fitzsimmons"),
        ("BLACKSMITH, J  321   62M   WATCHER\nEtOH", "BLACKSMITH, J"),
        ("SNOW, C  516  88F  stable\n- UTI", "SNOW, C"),
        ("| Cartwright, E | 91 | hip |", "Cartwright, E"),
    ],
)
def test_names(text: str, name: str) -> None:
    assert name in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "report from night rn",
        "got report from charge rn",
        "let pharmacy know",
        "let Radiology know",
        'keeps calling for "Help"',
        "will the charge nurse cover the break",
        "telemetry: sinus 11 beats of SVT",
        "who's next?",
        "Rose up to 3 L",
        "Rose up quickly and felt dizzy",
        "my name is on the list",
        "per protocol at the bedside",
        "is pain on movement worse",
        "spoke with mom in the waiting room",
    ],
)
def test_posts_without_names(text: str) -> None:
    assert found(text) == []
