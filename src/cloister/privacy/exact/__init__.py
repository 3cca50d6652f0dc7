"""Exact tables of people in which no small cell is shown, nor one that others give away.

A table counts each person once, by one to three of their categories, with every margin. A number from 1 to 10 is never
shown (the cell size policy of the Centers for Medicare & Medicaid Services), and as many others are hidden with it as
it takes that nobody can work it out from this table and all that were shown before.

    from cloister.privacy import exact

    people = exact.categorise(frame, "patient", [exact.Category("sex"), exact.Category("age", 10)])
    table, proof = exact.tabulate(people, exact.Layout(("sex", "age:10")))
    exact.verify(people, [table], proof)

What is hidden is proven hidden: for each hidden number there are two other sets of people that would have given the
very same table, one in which the number is at most 1 and one in which it is at least 11.

A number is shown only where a crowd of people stands behind it: what all tables together teach of anybody's answer in
one column, whoever knows everything else, is held to one part in 100, which is 5 points above a coin.
"""

from cloister.privacy.exact.audit import verify
from cloister.privacy.exact.categories import ABSENT, MISSING, OTHER, SEVERAL, Category, categorise, means
from cloister.privacy.exact.crowd import CROWD
from cloister.privacy.exact.entries import SMALLEST, Layout
from cloister.privacy.exact.table import ExactTable, Proof, tabulate

__all__ = [
    "ABSENT",
    "CROWD",
    "MISSING",
    "OTHER",
    "SEVERAL",
    "SMALLEST",
    "Category",
    "ExactTable",
    "Layout",
    "Proof",
    "categorise",
    "means",
    "tabulate",
    "verify",
]
