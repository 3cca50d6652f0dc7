"""Find, remove and tokenise identifiers in text and tables.

    from cloister.phi import Detector, Deidentifier, DeidConfig
    Detector().find("Seen by Dr. Roe on 3/14/2019")        # exact spans, type, score, reason
    Deidentifier(DeidConfig(project="p"), key).text(note)  # 45 CFR 164.514(b)(2), key: 64 bytes

``Detector`` joins two tiers: patterns (an RE2 set finds which occur, RE2 confirms them, checks score them) and people
and places (word lists with context, propagated through the document). A person's own structured row, given as
``person``, is found whatever its surroundings. ``scan_frame`` searches a table and tells cells, never values;
``find_stream`` and ``clean_stream`` take text of any length in constant memory.
``Deidentifier.frame`` goes by each column's declared role. ``Tokeniser`` replaces identifiers by keyed tokens that
differ from project to project; ``FieldCipher`` encrypts single fields. Nothing here reads a path, a clock or the
environment.
"""

from cloister.phi.config import DeidConfig, DeidReport
from cloister.phi.deidentify import Deidentifier
from cloister.phi.detector import Detector
from cloister.phi.finding import TYPES, Finding
from cloister.phi.safe_harbor import safe_harbor_age, safe_harbor_zip, small_prefixes
from cloister.phi.scan import scan_frame
from cloister.phi.stream import clean_stream, find_stream
from cloister.phi.tokens import FieldCipher, Tokeniser

__all__ = [
    "TYPES",
    "DeidConfig",
    "DeidReport",
    "Deidentifier",
    "Detector",
    "FieldCipher",
    "Finding",
    "Tokeniser",
    "clean_stream",
    "find_stream",
    "safe_harbor_age",
    "safe_harbor_zip",
    "scan_frame",
    "small_prefixes",
]
