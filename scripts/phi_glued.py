"""De-identify texts glued together at random twice, and print those that the second time changes.

python scripts/phi_glued.py [COUNT] [SEED]
"""

from __future__ import annotations

import argparse

import numpy as np
import polars as pl

from cloister.core.schema import Column, ColumnType, Role, TableSchema
from cloister.phi import DeidConfig, Deidentifier

IDENTIFIERS = (
    "Mr. Haskin|MRN: 1234567|617-555-0134|3/14/2019|jane@example.org|a 93-year-old man|12 Oak Street|Boston, MA 02115|"
    "Seen by Dr. Muñoz|Zoë Kowalczyk, RN|wife Margaret|SSN 123-45-6789|Smith, John|José|Mercy General Hospital|May 3|"
    "#12345|123456|555-0134|IMG_22.jpg|https://a.org/p|Jane A.|Kowaltek|Roe_Brown|10.0.0.1|Dr. Brown|"
    "4111 1111 1111 1111|1HGCM82633A004352|March 14, 2019|2019-03-14|Patient: Hall|Hall|Boston|02115-1234|"
    "(617) 555-0134|x1234|DEA AB1234563|Room 12|14 Mar 2019|John's"
)
OTHERS = (
    "Foley catheter|BP 120/80|Plan: rest.|2 mg|naïve|at|DOB|[NAME]|[DATE 2019]|[MRN]|–|“quoted”|Patient|seen|by|Dr.|"
    "works at|and|the|NW|lives in|phone|wife|son|é|中文|は|Ж|ที่|😀|\u200d|x|1|2019|1234|A|b"
)
JOINTS = "~~~~ ~  ~-~_~/~'~.~, ~. ~(~)~: ~:~|~\n~'s~#~\u00a0~é~中文~=~&~+~*"


def glued(count: int, seed: int) -> pl.Series:
    """Texts of two to seven pieces, each with what joins it to the next."""
    draw = np.random.default_rng(seed)
    kinds, joints = (OTHERS.split("|"), IDENTIFIERS.split("|")), JOINTS.split("~")
    texts = []
    for length in draw.integers(2, 8, size=count).tolist():
        chosen = [kinds[which] for which in (draw.random(length) < 0.6).tolist()]
        places = draw.random((length, 2)).tolist()
        texts.append(
            "".join(
                pieces[int(at * len(pieces))] + joints[int(to * len(joints))]
                for pieces, (at, to) in zip(chosen, places, strict=True)
            )
        )
    return pl.Series("note", texts)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("count", type=int, nargs="?", default=200_000, help="texts")
    parser.add_argument("seed", type=int, nargs="?", default=2, help="of their draw")
    given = parser.parse_args()
    count = given.count
    schema = TableSchema((Column("note", ColumnType.TEXT, Role.NOTE),))
    deidentifier = Deidentifier(DeidConfig(project="p"), bytes(64))
    passes = [glued(count, given.seed).to_frame()]
    for _ in range(2):
        passes.append(deidentifier.frame(passes[-1], schema)[0])
    before, once, twice = (frame["note"] for frame in passes)
    changed = once != twice
    for texts in zip(before.filter(changed), once.filter(changed), twice.filter(changed), strict=True):
        print("\n    ".join(repr(text) for text in texts))
    print(f"{changed.sum()} of {count:,} change at the second pass")


if __name__ == "__main__":
    main()
