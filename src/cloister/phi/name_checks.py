"""Checks of initials, which an abbreviation may look like.

``check(buffer, start, end)`` gives the score of a span, 0 to refuse it.
"""

# ruff: noqa: E501 - a list is read whole
from __future__ import annotations

_ABBREVIATED = frozenset(
    b"I.V. I.M. P.O. O.D. O.S. O.U. A.D. A.S. A.U. B.I.D. T.I.D. Q.I.D. Q.D. P.R.N. N.P.O. H.S. A.C. P.C. M.D. D.O. R.N. N.P. P.A. D.D.S. U.S. U.K. U.N. E.U. "
    b"D.C. N.Y. L.A. E.R. E.D. O.R. I.C.U. A.M. P.M. C.T. M.R.I. H.I.V. T.B. S.C. S.Q. I.D. D.J.D. C.C. H.P.I. P.E. B.P. H.R. R.R. S.O.B. D.V.T. P.T. O.T. L.P. N.G. E.E.G. E.K.G. E.C.G. I.Q. D.N.R. U.T.I. C.N.S. G.I. G.U. E.N.T. O.B. A.A. J.P. C.P.R. I.U.D. S.T.D. D.M. T.V. E.G. I.E.".split()
)


def initials_of_person(buffer: bytes, start: int, end: int) -> float:
    """Of no abbreviation with stops."""
    return 0.0 if buffer[start:end] in _ABBREVIATED or buffer[end : end + 1].isalnum() else 0.7


_NO_INITIALS = frozenset(
    b"MD DO RN PO IV IM SC SQ PR SL OD OS OU PT OT ST ER ED OR US UK PA NP BID TID QID QD QHS PRN AM PM ID DC AD BC EEG EKG TO VO RR BP HR DOB MRN AA NA RBC WBC IU CC AP PA CV GI GU NS LR "
    b"MDS RNS DPM DDS DMD PHD CT MRI CXR EKG ECG CBC BMP CMP UA LE KUB ABG VBG SLP SW DME".split()
)


def initials_beside_cue(buffer: bytes, start: int, end: int) -> float:
    """ "R.J.K.", "CPH:bjw": no abbreviation of a way to give a drug, of a degree or of a clock."""
    value = bytes(byte for byte in buffer[start:end] if 65 <= byte <= 90)
    return 0.0 if value in _NO_INITIALS or value.startswith(b"MEDQ") else 0.75
