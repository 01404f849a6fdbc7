"""Tables of many runs, made short.

Of ten years of three labs the monthly series alone are 23,000 numbers a run. Eight significant bits, rounded to
nearest, keep each within 0.4% (two and a half digits; fractions near 1 within 0.002), which is less than what one more
run moves anything that is told of many. Nothing is added up from rounded numbers: outcomes and the dates of milestones
are taken from the run itself, in double precision.

Kept exactly: counts, times, and what is in FLOP, of which the analysis takes logarithms.
"""

import numpy as np
import polars as pl

SIGNIFICANT_BITS = 8

_DROPPED = np.uint32(24 - SIGNIFICANT_BITS)
"""Bits of single precision that are not kept: it has 24, the first of which is not written."""


def slim(frame: pl.DataFrame) -> pl.DataFrame:
    """The table with its numbers rounded to SIGNIFICANT_BITS, but for times and FLOP; lab by lab, if it has labs.

    Neighbours that are alike take less place, and a lab is like itself a month before.
    """
    exact = pl.selectors.by_name("time_days", require_all=False) | pl.selectors.matches("(^|_)flop$")
    long = frame.select(pl.selectors.float() - exact)
    short = frame.with_columns(rounded(long)) if long.width else frame
    return short.sort("lab", maintain_order=True) if "lab" in frame.columns else short


def rounded(numbers: pl.DataFrame) -> pl.DataFrame:
    """The numbers in single precision with SIGNIFICANT_BITS, to nearest, ties to even; nulls, NaN and infinity stay.

    >>> rounded(pl.DataFrame({"share": [1 / 3, 1e10, 0.0, None]}))["share"].to_list()
    [0.333984375, 9999220736.0, 0.0, None]
    """
    # All columns at once: a run has some hundred of a hundred rows, and each step costs more than its numbers.
    values = numbers.select(pl.all().cast(pl.Float32).fill_null(0.0)).to_numpy(order="fortran")
    bits = values.view(np.uint32)
    odd = (bits >> _DROPPED) & np.uint32(1)
    half = (np.uint32(1) << (_DROPPED - np.uint32(1))) - np.uint32(1)
    kept = (((bits + half + odd) >> _DROPPED) << _DROPPED).view(np.float32)
    found = pl.from_numpy(np.where(np.isfinite(values), kept, values), numbers.columns)
    gaps = [name for name in numbers.columns if numbers[name].null_count()]
    return found.with_columns(pl.when(numbers[name].is_not_null()).then(found[name]).alias(name) for name in gaps)
