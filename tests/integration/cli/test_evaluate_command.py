"""``cloister model evaluate``: what its options ask for is what the report and the tables hold."""

import json

import pytest

from cloister.cli.chain_models import ModelChain
from small_environment import PHRASE, Small


@pytest.fixture
def trained(line):
    """The environment of the command line's tests with a job that has run."""
    (line.root / "phrase").write_text(PHRASE)
    small = Small(line.home)
    from cloister.records import Grant

    (grant,) = [item for item in small.app.log.store.view().find(Grant) if item.id == line.grant]
    job = ModelChain(small.chain).train(grant)
    small.app.close()
    return line, job.id


def evaluated(trained, name, *options):
    line, job = trained
    wish = ("--name", name, "--cohort", "sex", "--cohort", "ward", "--alert-rate", "0.3")
    code, out, err = line("--json", "--as", "engineer", "model", "evaluate", job, *wish, *options)
    assert code in (0, 8), err  # 8: a gate did not pass; the model is kept and shown all the same
    return json.loads(out)


def crossings(made):
    return {tuple(gap["attributes"]) for gap in made["evidence"]["fairness"]["gaps"]}


def test_depth_is_how_many_columns_are_crossed(trained):
    line, _job = trained
    assert crossings(evaluated(trained, "alone", "--depth", "1")) == {("sex",), ("ward",)}
    made = evaluated(trained, "crossed", "--depth", "2")
    assert crossings(made) == {("sex",), ("ward",), ("sex", "ward")} == crossings(evaluated(trained, "by-default"))
    cells = {cell["name"] for cell in made["evidence"]["fairness"]["cells"]}
    assert {"sex=F & ward=surgery", "sex=M & ward=medicine"} <= cells
    tables = {item["attribute"] for item in made["evidence"]["mitigation"]["proposals"]}
    assert tables == {"sex", "ward", "sex x ward"}

    code, out, err = line("--as", "engineer", "fairness", "mitigate", "crossed", "--attribute", "sex x ward")
    assert code == 0 and "thresholds by sex x ward" in out and "sex=F & ward=surgery" in out, err


def test_a_depth_of_none_is_one_line(trained):
    line, job = trained
    code, out, err = line(
        "--as", "engineer", "model", "evaluate", job, "--name", "m", "--cohort", "sex", "--depth", "0"
    )
    assert code not in (0, 1) and out == "" and err.count("\n") == 1 and "at least one column" in err
