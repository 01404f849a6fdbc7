"""A tornado: how far an outcome moves when one factor goes to either end of its range and all others stay.

Runs at an end and at the centre meet the same luck, replicate by replicate, so their differences are the factor's.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.intervals import mean_interval, paired_share_interval
from simlab.analysis.sensitivity_undefined import NO_NUMBER
from simlab.errors import StudyError

Array = NDArray[np.float64]

SCHEMA = {
    "factor": pl.String,
    "draw": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "n_pairs": pl.Int64,
    "span": pl.Float64,
    "sample": pl.Int64,
    "reason": pl.String,
}


def tornado(draws: Array, values: Array, factors: Sequence[str], samples: Sequence[int] | None = None) -> pl.DataFrame:
    """A row a factor and end, the largest span first: SCHEMA's columns, in the outcome's unit.

    `draws` has shape (n_points, n_factors), NaN where a factor stays at its centre; `values` (n_points, n_replicates),
    NaN where a run has no number. `draw` is where in its range the factor was set, 0 to 1; `difference` the mean over
    replicates of end minus centre, `low` and `high` its 90% interval, null with one replicate: Student's, and for an
    outcome that is 0 or 1 that of pairs that disagree, because three pairs that agree are no certainty. `span` is the
    distance from the smallest to the largest of the factor's differences and the centre; `sample` the point's own name
    in `samples`. Null with a `reason` where end or centre have no number.

    Raises:
        StudyError: there is no centre, or a point moves several factors.
    """
    n_moved = np.isfinite(draws).sum(axis=1)
    if (n_moved == 0).sum() != 1 or n_moved.max(initial=0) > 1:
        raise StudyError("the points of this study are not a centre and ends of single factors")
    names = range(len(draws)) if samples is None else samples
    centre = values[np.argmin(n_moved)]
    rows, are_shares = [], bool(np.isin(values[np.isfinite(values)], (0.0, 1.0)).all())
    for point, factor in np.argwhere(np.isfinite(draws)).tolist():
        end = {"factor": factors[factor], "draw": draws[point, factor], "sample": names[point]}
        rows.append(end | _difference(values[point] - centre, are_shares=are_shares))
    return _by_span(pl.DataFrame(rows, schema={name: kind for name, kind in SCHEMA.items() if name != "span"}))


def _difference(differences: Array, *, are_shares: bool) -> dict[str, float | int | str | None]:
    known = differences[np.isfinite(differences)]
    if known.size == 0:
        return {"n_pairs": 0, "reason": NO_NUMBER}
    found = mean_interval(known)
    if are_shares and known.size > 1:
        found = paired_share_interval(known)
    return {"difference": found.value, "low": found.low, "high": found.high, "n_pairs": known.size}


def _by_span(ends: pl.DataFrame) -> pl.DataFrame:
    """With each factor's span, sorted by it; factors that have no number come last."""
    high = pl.max_horizontal(pl.col("difference").max(), 0.0)
    low = pl.min_horizontal(pl.col("difference").min(), 0.0)
    spans = ends.group_by("factor", maintain_order=True).agg(
        pl.when(pl.col("difference").count() > 0).then(high - low).alias("span")
    )
    joined = ends.join(spans, on="factor", how="left", maintain_order="left")
    order = {"descending": [True, False, False], "nulls_last": True, "maintain_order": True}
    return joined.sort("span", "factor", "draw", **order).select(*SCHEMA)
