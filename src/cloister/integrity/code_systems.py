"""Shapes of codes: what an ICD or LOINC code looks like, without the list of codes that exist."""

from __future__ import annotations

import polars as pl

from cloister.core.schema import CodeSystem

# ICD-9-CM diagnoses, V and E codes; ICD-10-CM by its guidelines, section I.A.2. The dot may be left out, as in claims.
_SHAPES = {
    CodeSystem.ICD9: r"^(?:[0-9]{3}(?:\.?[0-9]{1,2})?|V[0-9]{2}(?:\.?[0-9]{1,2})?|E[0-9]{3}(?:\.?[0-9])?)$",
    CodeSystem.ICD10: r"^[A-Z][0-9][0-9AB](?:\.?[0-9A-Z]{1,4})?$",
    CodeSystem.LOINC: r"^[0-9]{1,7}-[0-9]$",
}
_LOINC_DIGITS = 7


def has_shape(codes: pl.Series, system: CodeSystem) -> pl.Series:
    """Boolean mask: True for each text that has the shape of ``system``; null stays null.

    A LOINC code also has to end in its check digit (mod 10, LOINC Users' Guide, appendix C).
    """
    fits = codes.str.contains(_SHAPES[system])
    if system is CodeSystem.LOINC:
        fits = fits & (_check_digit(codes.set(~fits.fill_null(False), None)) == codes.str.slice(-1))
    return fits


def _check_digit(codes: pl.Series) -> pl.Series:
    """The mod 10 digit of the numbers before the hyphen: every second digit from the right counts twice."""
    body = codes.str.split("-").list.first().str.zfill(_LOINC_DIGITS)
    total = pl.Series(codes.name, [0], dtype=pl.Int64).new_from_index(0, len(codes))
    for place in range(_LOINC_DIGITS):
        digit = body.str.slice(place, 1).cast(pl.Int64, strict=False)
        doubled = digit * 2
        total = total + (doubled - 9 * (doubled > 9).cast(pl.Int64) if place % 2 == 0 else digit)
    return ((10 - total % 10) % 10).cast(pl.String)
