"""The chapters of ICD-9-CM and ICD-10-CM (public domain, US National Center for Health Statistics)."""

from __future__ import annotations

from bisect import bisect_right

# First category of each chapter of ICD-9-CM volume 1, and of the two supplementary classifications.
_ICD9 = (
    (1, "infectious and parasitic"),
    (140, "neoplasms"),
    (240, "endocrine, nutritional, metabolic, immunity"),
    (280, "blood"),
    (290, "mental"),
    (320, "nervous system and sense organs"),
    (390, "circulatory"),
    (460, "respiratory"),
    (520, "digestive"),
    (580, "genitourinary"),
    (630, "pregnancy and childbirth"),
    (680, "skin"),
    (710, "musculoskeletal"),
    (740, "congenital anomalies"),
    (760, "perinatal"),
    (780, "symptoms and ill-defined"),
    (800, "injury and poisoning"),
)
_ICD9_STARTS = [start for start, _ in _ICD9]

# First category of each chapter of ICD-10-CM. U (special purposes) stands between T and V.
_ICD10 = (
    ("A00", "infectious and parasitic"),
    ("C00", "neoplasms"),
    ("D50", "blood and immune"),
    ("E00", "endocrine, nutritional, metabolic"),
    ("F01", "mental"),
    ("G00", "nervous system"),
    ("H00", "eye"),
    ("H60", "ear"),
    ("I00", "circulatory"),
    ("J00", "respiratory"),
    ("K00", "digestive"),
    ("L00", "skin"),
    ("M00", "musculoskeletal"),
    ("N00", "genitourinary"),
    ("O00", "pregnancy and childbirth"),
    ("P00", "perinatal"),
    ("Q00", "congenital anomalies"),
    ("R00", "symptoms and ill-defined"),
    ("S00", "injury and poisoning"),
    ("U00", "special purposes"),
    ("V00", "external causes"),
    ("Z00", "factors influencing health status"),
)
_ICD10_STARTS = [start for start, _ in _ICD10]


def chapter_icd9(value: object) -> tuple[str, str]:
    """(category, chapter) of an ICD-9-CM diagnosis code such as ``250.83``, ``25083``, ``V57`` or ``E909``.

    Raises:
        ValueError: not such a code.
    """
    text = str(value).strip().upper()
    if text[:1] in ("V", "E"):
        width = 3 if text[0] == "V" else 4
        category = text.split(".")[0][:width]
        if not category[1:].isdigit():
            raise ValueError
        return category, "health status (V)" if text[0] == "V" else "external causes (E)"
    category = text.split(".")[0][:3].zfill(3)
    number = int(category)
    if number < 1 or not text.replace(".", "").isdigit():
        raise ValueError
    return category, _ICD9[bisect_right(_ICD9_STARTS, number) - 1][1]


def chapter_icd10(value: object) -> tuple[str, str]:
    """(category, chapter) of an ICD-10-CM diagnosis code such as ``E11.9`` or ``E119``.

    Raises:
        ValueError: not such a code.
    """
    text = str(value).strip().upper()
    category = text[:3]
    if len(category) < 3 or not category[0].isalpha() or not category[1].isdigit() or not text.isascii():
        raise ValueError
    place = bisect_right(_ICD10_STARTS, category) - 1
    if place < 0:
        raise ValueError
    return category, _ICD10[place][1]
