"""The examples of docs/budget.md run, and every form of its SQL parses."""

import re
from pathlib import Path

import pytest

from cloister.core.errors import InvalidInput
from cloister.privacy import dp

PAGE = (Path(__file__).parents[3] / "docs" / "budget.md").read_text("utf-8")


def test_the_examples_run(capsys):
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "budget.md", "exec"), {})  # noqa: S102
    assert "count +-" in capsys.readouterr().out


@pytest.mark.parametrize("word", ["HAVING", "ORDER BY", "LIMIT", "LIKE", "MIN", "MAX"])
def test_what_the_page_says_is_refused_is_refused_by_name(word):
    assert f"`{word}`" in PAGE
    text = {
        "HAVING": "SELECT COUNT(*) FROM t GROUP BY a HAVING COUNT(*) > 3",
        "ORDER BY": "SELECT COUNT(*) FROM t ORDER BY a",
        "LIMIT": "SELECT COUNT(*) FROM t LIMIT 1",
        "LIKE": "SELECT COUNT(*) FROM t WHERE a LIKE 'x'",
        "MIN": "SELECT MIN(a) FROM t",
        "MAX": "SELECT MAX(a) FROM t",
    }[word]
    with pytest.raises(InvalidInput, match=word.split()[0]):
        dp.parse(text)


@pytest.mark.parametrize(
    "item",
    ["COUNT(*)", "COUNT(DISTINCT person)", "SUM(value)", "AVG(value)", "MEDIAN(value)", "QUANTILE(value, 0.9)"],
)
def test_each_aggregate_of_the_page_parses(item):
    assert item in PAGE
    assert dp.parse("SELECT " + item + " AS x FROM t").aggregates[0].alias == "x"  # noqa: S608  our own parser
