"""Finds shadow copies: identifiers, and keyed fingerprints of governed rows, wherever bytes lie.

    known = fingerprint_rows(governed_frame, key)
    for item in sweep([("copy.zip", stream)], find=find, fingerprints=known, key=key):
        item.hits, item.troubles

Reads delimited text, JSON, JSON lines, notebooks, annotation exports, Parquet, Arrow, the printable text of any other
file, and zip, tar, gzip, bzip2 and xz around them, within :class:`Limits`; PDF, pictures and SQLite with the
``readers`` given.
A hit says where, which kind and how many, never the value; what can't be read is a trouble, never silently skipped.
"""

from cloister.phi.sweep.documents import header_of, stream_encoding
from cloister.phi.sweep.fingerprints import Fingerprints, fingerprint_rows
from cloister.phi.sweep.parts import Table
from cloister.phi.sweep.readers import DATABASE, PDF, PICTURE, Reader, Reading
from cloister.phi.sweep.search import Hit, ItemReport, copies_in, names_in, summary, sweep
from cloister.phi.sweep.unpack import Limits, Trouble

__all__ = [
    "DATABASE",
    "PDF",
    "PICTURE",
    "Fingerprints",
    "Hit",
    "ItemReport",
    "Limits",
    "Reader",
    "Reading",
    "Table",
    "Trouble",
    "copies_in",
    "fingerprint_rows",
    "header_of",
    "names_in",
    "stream_encoding",
    "summary",
    "sweep",
]
