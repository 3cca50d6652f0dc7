"""Lines of a child process: no exception text, no identifier; measures stay readable."""

from __future__ import annotations

import pytest

from cloister.phi.leaks import WITHHELD, LineScrubber, mask, scrub_line, technical_words

FUNCTION_WORDS = {"down", "due", "else", "now", "off"}
SECRET = "Zyxwina Qvorbat"


@pytest.mark.parametrize(
    "line",
    [
        "epoch 1/10 loss 0.5321 val_auc=0.88 lr 1e-4",
        "[LightGBM] [Info] Number of positive: 3123, number of negative: 4213",
        "rows: 101766",
        "101,766 rows in 12.31 s",
        "Test Loss: 0.31  Best model at epoch 3",
        "mean squared error: 0.123",
        "[[412 38] [22 91]]",
        '{"auc": 0.81, "loss": 0.4}',
        "RandomForestClassifier(n_estimators=100, max_depth=5)",
        "hello from the sandbox: network unreachable",
        "99%|####      | 99/100 [00:01<00:00, 12.3it/s]",
        "Traceback (most recent call last):",
        "",
        "\n",
    ],
)
def test_harmless_lines_are_unchanged(line):
    assert scrub_line(line) == line


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f"ValueError: no row for {SECRET}\n", f"ValueError: {WITHHELD}\n"),
        (f"pandas.errors.ParserError: {SECRET}", f"pandas.errors.ParserError: {WITHHELD}"),
        (f"cloister.core.errors.Denied: {SECRET}", f"cloister.core.errors.Denied: {WITHHELD}"),
        (f"  | KeyError: '{SECRET}'", f"  | KeyError: {WITHHELD}"),
        (f'  File "/home/{SECRET}/train.py", line 12, in main', '  File "train.py", line 12, in main'),
        (f"train.py:3: UserWarning: {SECRET}", f"train.py:3: UserWarning: {WITHHELD}"),
        (f"patient {SECRET} loss 0.3", f"patient {WITHHELD} loss 0.3"),
        ("at 123-45-6789.", f"at {WITHHELD}."),
        ("at 123456789", f"at {WITHHELD}"),
        ("call (617) 555-0199 now", f"call {WITHHELD} now"),
        ("at 192.168.10.4", f"at {WITHHELD}"),
        ("at a.b@example.org", f"at {WITHHELD}"),
        ("at 01/02/1950", f"at {WITHHELD}"),
        ("on 2024-01-31", f"on {WITHHELD}"),
        ("on Jan 5, 2020", f"on {WITHHELD}"),
        ("on 5 March", f"on {WITHHELD}"),
        ("the age 93 here", f"the age {WITHHELD} here"),
        ("at 42.36012, -71.05891", f"at {WITHHELD}"),
        ("Mark Young", WITHHELD),
        ("at CHR 8800 now", f"at {WITHHELD} now"),
    ],
)
def test_identifiers_and_messages_are_withheld(line, shown):
    assert scrub_line(line) == shown


def test_rest_of_a_message_on_further_lines_is_withheld():
    scrub = LineScrubber()
    lines = [
        "Traceback (most recent call last):",
        '  File "train.py", line 3, in fit',
        f'    check("{SECRET}")',
        "    ^^^^^^^^",
        f"Refused: {SECRET}",
        f"loss of {SECRET} 12",
        "epoch 3",
    ]
    assert [scrub(line) for line in lines] == [
        lines[0],
        lines[1],
        f'    check("{WITHHELD}")',
        lines[3],
        f"{scrub_line('Refused')}: {WITHHELD}",
        WITHHELD,
        "epoch 3",
    ]


def test_a_message_of_many_lines_is_withheld_until_a_log_line_begins():
    scrub = LineScrubber()
    lines = ["Traceback (most recent call last):", "Refused: row 33 has age 52", "age 52 weight 81.2 id 4471"]
    lines += ["status high", "[rank0] loss 0.3", "age 52"]
    assert [scrub(line) for line in lines] == [lines[0], f"Refused: {WITHHELD}", WITHHELD, WITHHELD, *lines[4:]]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("\x1b[31mValueError: row 4471 high\x1b[0m", f"ValueError: {WITHHELD}"),
        ("\x1b[1;35mValueError\x1b[0m: \x1b[35mrow 4471 high glucose\x1b[0m", f"ValueError: {WITHHELD}"),
        ("\x1b]8;;http://x/Qvorbat\x1b\\epoch 3\x1b]8;;\x07", "epoch 3"),
        ("\x1b[32mepoch 3 loss 0.3\x1b[0m\n", "epoch 3 loss 0.3\n"),
    ],
)
def test_colours_and_links_hide_nothing(line, shown):
    assert LineScrubber()(line) == scrub_line(line) == shown


def test_a_coloured_traceback_is_followed():
    scrub = LineScrubber()
    assert scrub("\x1b[1mTraceback (most recent call last):\x1b[0m") == "Traceback (most recent call last):"
    assert scrub("\x1b[1;31mRefused\x1b[0m: row 4471") == f"Refused: {WITHHELD}"


@pytest.mark.parametrize("line", ["phone: 555 0134", "patient seen on may the fourth 2019", "account 1234 5678"])
def test_a_stream_of_lines_asks_the_detector_too(line):
    assert LineScrubber()(line) == scrub_line(line) != line
    assert LineScrubber(find=None)(line) == line


def test_progress_bar_parts_are_scrubbed_one_by_one():
    assert LineScrubber()(f"epoch 1\repoch 2 {SECRET}\n") == f"epoch 1\repoch 2 {WITHHELD}\n"


def test_a_huge_line_is_withheld_whole():
    assert LineScrubber()("a" * 1_000_000 + "\n") == "<withheld: a line of 1000000 characters>\n"


def test_spans_of_a_detector_are_withheld_too():
    assert mask("loss model 3", find=lambda text: [(5, 10)]) == f"loss {WITHHELD} 3"


def test_neighbours_of_a_withheld_name_that_are_names_too():
    assert mask("Qvorbat Mark and mark") == f"{WITHHELD} and mark"


def test_no_plain_word_is_a_name_of_the_lexicon():
    from cloister.phi import lexicon
    from cloister.phi.vocabulary import STOP

    table = lexicon.words()
    names = {word for word in technical_words().plain if table.get(word, 0) & lexicon.NAME}
    assert names - set(STOP) <= FUNCTION_WORDS
    assert not technical_words().plain & lexicon.places()
