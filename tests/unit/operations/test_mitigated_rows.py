"""Training rows after a mitigation: made alike by repetition, the same in each run."""

import numpy as np
import polars as pl

from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.operations.data_source import TRAIN, GivenRows
from cloister.operations.mitigated_rows import mitigated
from cloister.records import Job

SCHEMA = TableSchema(
    (
        Column("visit", ColumnType.INTEGER, Role.RECORD, required=True, unique=True),
        Column("sex", ColumnType.TEXT),
        Column("back", ColumnType.INTEGER, minimum=0, maximum=1),
    )
)
JOB = Job("job_x", "engineer", "prj_x", "gr_x", "ver_x", "", {}, 7, 1, "back")


def test_reweighing_makes_the_outcome_as_frequent_among_all_levels_and_is_repeatable():
    sex = np.repeat(["F", "M"], 400)
    back = np.concatenate([np.arange(400) % 5 > 0, np.arange(400) % 5 == 0]).astype(int)  # four fifths, one fifth
    rows = pl.DataFrame({"visit": np.arange(800), "sex": sex, "back": back})
    source = GivenRows(rows.to_arrow(), TRAIN)

    def changed():
        made = mitigated(source, JOB, SCHEMA, "reweighing", "sex")
        return pl.from_arrow(made.read(rows.columns, TRAIN).read_all())

    rates = changed().group_by("sex").agg(pl.col("back").mean()).sort("sex")["back"]
    assert abs(rates[0] - rates[1]) < 0.1
    assert changed().equals(changed()) and abs(changed().height - 800) < 80
