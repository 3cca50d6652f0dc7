"""Value hierarchies."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cloister.core.errors import InvalidInput
from cloister.phi.unknown import MARK
from cloister.privacy import AnonymisationConfig, anonymise, hierarchies


@pytest.mark.parametrize(
    ("hierarchy", "value", "path"),
    [
        (hierarchies.age(), 47, ("47", "45-49", "40-49", "40-59", "*")),
        (hierarchies.age(), 93, ("93", "90+", "90+", "90+", "*")),
        (hierarchies.age(widths=(20,)), "[40-50)", ("[40-50)", "40-59", "*")),
        (hierarchies.age(widths=(20,)), "[90-100)", ("[90-100)", "90+", "*")),
        (hierarchies.age(widths=(10,)), "40-49", ("40-49", "40-49", "*")),
        (hierarchies.zip_code(), "02139", ("02139", "0213*", "021**", "02***", "0****", "*")),
        (hierarchies.zip_code(), "021", ("021", "021", "021", "02***", "0****", "*")),
        (hierarchies.calendar_date(), "2024-02-29", ("2024-02-29", "2024-02", "2024-Q1", "2024", "2020s", "*")),
        (hierarchies.calendar_date(), date(1999, 12, 31), ("1999-12-31", "1999-12", "1999-Q4", "1999", "1990s", "*")),
        (hierarchies.icd9_chapter(), "250.83", ("250.83", "250", "endocrine, nutritional, metabolic, immunity", "*")),
        (hierarchies.icd9_chapter(), "8", ("8", "008", "infectious and parasitic", "*")),
        (hierarchies.icd9_chapter(), "V57.1", ("V57.1", "V57", "health status (V)", "*")),
        (hierarchies.icd9_chapter(), "E909", ("E909", "E909", "external causes (E)", "*")),
        (hierarchies.icd9_chapter(), "785", ("785", "785", "symptoms and ill-defined", "*")),
        (hierarchies.icd10_chapter(), "E11.9", ("E11.9", "E11", "endocrine, nutritional, metabolic", "*")),
        (hierarchies.icd10_chapter(), "D50", ("D50", "D50", "blood and immune", "*")),
        (hierarchies.icd10_chapter(), "D49", ("D49", "D49", "neoplasms", "*")),
        (hierarchies.icd10_chapter(), "h60", ("h60", "H60", "ear", "*")),
        (hierarchies.number(widths=(10, 50)), 37, ("37", "[30, 40)", "[0, 50)", "*")),
        (hierarchies.number(widths=(10, 50)), -3, ("-3", "[-10, 0)", "[-50, 0)", "*")),
        (hierarchies.number(widths=(10,)), 12345678, ("12345678", "[12345670, 12345680)", "*")),
        (hierarchies.number(widths=(0.1, 0.5)), 0.3, ("0.3", "[0.3, 0.4)", "[0, 0.5)", "*")),
        (hierarchies.zip_code(digits=(3,)), "02139-1234", ("02139-1234", "021**", "*")),
        (hierarchies.zip_code(digits=(3,)), 2139, ("2139", "021**", "*")),
        (hierarchies.tree({"yes": ["true"], "no": ["false"]}), True, ("True", "yes", "*")),
        (hierarchies.from_levels([["1", "low"], ["2", "high"]]), 2.0, ("2.0", "high", "*")),
        (hierarchies.tree({"x": {"y": ["a"]}, "z": ["b"]}), "b", ("b", "z", "z", "*")),
        (hierarchies.from_levels([["a", "x", "*"], ["b", "x", "*"]]), "a", ("a", "x", "*")),
    ],
)
def test_paths(hierarchy: hierarchies.Hierarchy, value: object, path: tuple[str, ...]) -> None:
    assert hierarchy.labels(value) == path


def test_a_missing_value_stands_apart_up_to_the_root() -> None:
    assert hierarchies.age(widths=(10,)).labels(None)[-1] == "*"
    assert len(set(hierarchies.age().labels(None)[:-1])) == 1


@pytest.mark.parametrize(
    ("hierarchy", "value"),
    [
        (hierarchies.age(), "young"),
        (hierarchies.zip_code(), "2139X"),
        (hierarchies.zip_code(), "12"),
        (hierarchies.zip_code(), "02139-12"),
        (hierarchies.zip_code(), "\u00b2139"),
        (hierarchies.number(widths=(10,)), float("inf")),
        (hierarchies.number(widths=(10,)), "ten"),
        (hierarchies.from_levels([["1", "low"], ["2", "high"]]), 1.5),
        (hierarchies.calendar_date(), "2023-02-29"),
        (hierarchies.icd9_chapter(), "X12"),
        (hierarchies.icd9_chapter(), "0"),
        (hierarchies.icd10_chapter(), "250.1"),
        (hierarchies.tree({"x": ["a"]}), "b"),
    ],
)
def test_a_value_outside_is_refused_without_naming_it(hierarchy: hierarchies.Hierarchy, value: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        hierarchy.labels(value)
    assert str(value) not in caught.value.line().replace(hierarchy.name, "")


@pytest.mark.parametrize(
    "build",
    [
        lambda: hierarchies.age(widths=(10, 15)),
        lambda: hierarchies.age(widths=()),
        lambda: hierarchies.number(widths=(5, 5)),
        lambda: hierarchies.number(widths=(0.2, 0.5)),
        lambda: hierarchies.number(widths=(float("nan"),)),
        lambda: hierarchies.number(widths=(float("inf"),)),
        lambda: hierarchies.zip_code(digits=(3, 4)),
        lambda: hierarchies.zip_code(digits=(0,)),
        lambda: hierarchies.from_levels([]),
        lambda: hierarchies.from_levels([["a", "x"], ["a", "y"]]),
        lambda: hierarchies.from_levels([["a", "x"], ["b"]]),
        lambda: hierarchies.tree({"x": ["a"], "y": ["a"]}),
        lambda: hierarchies.tree({}),
    ],
)
def test_a_wrong_hierarchy_is_refused(build: object) -> None:
    with pytest.raises(InvalidInput):
        build()


def test_what_is_withheld_stands_apart_and_what_is_outside_is_counted() -> None:
    assert hierarchies.icd10_chapter().labels(MARK) == (MARK, MARK, MARK, "*")
    assert hierarchies.tree({"x": [MARK]}).labels(MARK) == (MARK, "x", "*")
    frame = pl.DataFrame({"code": ["E11", "E12", MARK, MARK, "?", "?", "none"]})
    config = AnonymisationConfig(["code"], None, 2, hierarchies={"code": hierarchies.icd10_chapter()})
    with pytest.raises(InvalidInput, match="2 such values in 3 rows"):
        anonymise(frame, config)
    safe, _ = anonymise(frame.head(4), config)
    assert safe["code"].to_list() == ["endocrine, nutritional, metabolic"] * 2 + [MARK] * 2


def test_levels_that_are_not_nested_are_refused() -> None:
    crossing = hierarchies.from_levels([["a", "x", "p"], ["b", "x", "q"], ["c", "y", "q"]])
    with pytest.raises(InvalidInput, match="splits a label"):
        anonymise(
            pl.DataFrame({"q": ["a", "b", "c"]}), AnonymisationConfig(["q"], None, 2, hierarchies={"q": crossing})
        )


@pytest.mark.parametrize(
    ("spec", "value", "path"),
    [
        ("any", "x", ("x", "*")),
        ("zip", "02139", ("02139", "0213*", "021**", "02***", "0****", "*")),
        ({"age": [10, 20]}, 47, ("47", "40-49", "40-59", "*")),
        ({"number": [10, 50]}, 37, ("37", "[30, 40)", "[0, 50)", "*")),
        ({"zip": [2]}, "02139", ("02139", "02***", "*")),
        ({"levels": [["a", "x"], ["b", "x"]]}, "a", ("a", "x", "*")),
        ({"tree": {"x": ["a", "b"]}}, "b", ("b", "x", "*")),
    ],
)
def test_a_hierarchy_from_a_plain_value(spec: object, value: object, path: tuple[str, ...]) -> None:
    assert hierarchies.from_spec(spec).labels(value) == path  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "spec",
    ["nothing", {}, {"age": [5], "zip": [2]}, {"age": ["5"]}, {"age": 5}, {"tree": []}, {"levels": []}, {"levels": ["a"]},
     {"levels": 3}, {"number": [None]}, {"number": [True, "x"]}, {"what": 1}, 7, None, {"levels": [[]]}, {"age": []}],
)  # fmt: skip
def test_what_is_no_hierarchy_gets_one_line(spec: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        hierarchies.from_spec(spec)  # type: ignore[arg-type]
    assert "\n" not in caught.value.line()


def test_a_tree_that_holds_itself_gets_one_line() -> None:
    tree: dict[str, object] = {}
    tree["itself"] = tree
    with pytest.raises(InvalidInput, match="can't be read"):
        hierarchies.from_spec({"tree": tree})
