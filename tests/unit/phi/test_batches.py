"""A text's findings don't depend on the texts that are read with it, wherever it ends."""

import numpy as np

from cloister.demo import hospital_export
from cloister.phi import Detector
from marked_notes import marked

# What leads to a person, a house or a street at the end of a text, and what goes on with one at its head.
BEFORE = (
    "was he seen on",
    "at",
    "call Dr",
    "Mr",
    "lives at 12",
    "from",
    "Smith,",
    "(",
    "c/o",
    "Jane",
    "seen by",
    "12/4",
)
AFTER = ("Hospital", "and Jane Roe", "Street", "MD", "called", "Ave, Dover", "5 West", "wants records")


def test_texts_cut_anywhere_are_read_in_a_batch_as_by_themselves():
    notes = [note for note in hospital_export(11).head(300)["note"].to_list() if note]
    ends = [note[: 1 + 7919 * number % len(note)] for number, note in enumerate(notes)]
    starts = [note[7919 * number % len(note) :] for number, note in enumerate(notes)]
    detector = Detector()
    together = detector.spans(ends + starts)
    assert sum(map(len, together)) > 500
    assert together == [detector.spans([text])[0] for text in ends + starts]


def test_a_town_that_ends_a_text_after_its_street_is_found_like_one_that_ends_a_line():
    detector = Detector()
    for text in ("53 Main Dr, Owaton", "53 Main Dr, Owaton\nStable."):
        assert ("city", 12, 18) in {(kind, start, end) for start, end, kind, *_ in detector.spans([text])[0]}


def test_the_first_word_of_the_next_text_says_nothing_of_the_last_of_this_one() -> None:
    text = "name al-sayed, venkat\nadmit 5/8/2024\nattending mensah, natasha"
    alone = Detector().spans([text])[0]
    for neighbour in ("catheter in place", "syndrome", "md of record", "Roe, Jane", ""):
        assert Detector().spans([neighbour, text, neighbour])[1] == alone


def test_what_stands_at_the_edges_of_its_neighbours_says_nothing_of_a_text() -> None:
    detector, rng = Detector(), np.random.default_rng(7)
    texts = [
        "Translate Dr. Villanueva's plan into plain Spanish.",
        "Neighbor Olive checks on him; she's at the Blue Plate till noon most days",
        "Drs. Pettibone, Xu & Laramie\nGastroenterology",
        "Mid-Atlantic Permanente wants our note",
        *(text for text, _ in marked("queries.txt")),
    ]
    alone = [detector.spans([text])[0] for text in texts]
    for _ in range(3):
        row = [part for text in texts for part in (str(rng.choice(BEFORE)), text, str(rng.choice(AFTER)))]
        assert detector.spans(row)[1::3] == alone
    assert sum(map(len, alone)) > len(texts)
