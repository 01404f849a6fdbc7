"""When a milestone comes, how likely it is, and how often it never does.

A run that ends before the milestone has not refused it: its date is later than the horizon (right-censored,
and every run is followed to the same horizon). So a quantile is the smallest time by which at least that
share of all runs has reached the milestone, the runs that never do included, and where the share is never
reached the quantile is null: later than the horizon.
"""

import math

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.fans import BANDS, QUANTILES
from simlab.analysis.study import Study
from simlab.units import DAYS_PER_YEAR

Z_90 = 1.6448536269514722
"""Standard normal quantile of a two-sided 90% interval."""

MONTH_DAYS = DAYS_PER_YEAR / 12


def censored_quantile(days: NDArray[np.float64], share: float) -> float | None:
    """The smallest time, days, by which at least `share` of the runs is there; None: later than the horizon.

    `days` has shape (n_runs,), NaN where a run never gets there.

    >>> censored_quantile(np.array([30.0, 10.0, np.nan, 20.0]), 0.5)
    20.0
    >>> censored_quantile(np.array([30.0, 10.0, np.nan, 20.0]), 0.9) is None
    True
    """
    rank = max(math.ceil(share * days.size - 1e-9), 1)
    found = np.sort(days)[rank - 1]  # NaN sorts last, which is exactly what "later than everything" means
    return None if np.isnan(found) else float(found)


def share_interval(n_found: int, n_runs: int, n_independent: int) -> tuple[float, float]:
    """Wilson's 90% interval of a share, as if only `n_independent` of the runs were independent draws.

    Replicates of one sample share its parameters, so the number of samples is the honest count.
    """
    p, n, z2 = n_found / n_runs, n_independent, Z_90**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_90 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def milestone_dates(study: Study) -> pl.DataFrame:
    """A row a milestone, the earliest median first: shares of runs and quantiles of the date.

    n_runs, n_reached, never_fraction with its 90% interval (never_low_fraction, never_high_fraction),
    p10_days to p90_days. The five quantiles are days since the start, null where later than the horizon.
    """
    n_samples = study.outcomes["sample"].n_unique()
    rows = [
        {"milestone": milestone.name, "title": milestone.title, "measure": milestone.measure}
        | _dates(_days(study, milestone.name), n_samples)
        for milestone in study.lock.milestones
    ]
    table = pl.DataFrame(rows, schema_overrides={f"{band}_days": pl.Float64 for band in BANDS})
    return table.sort("p50_days", "never_fraction", "p10_days", nulls_last=True, maintain_order=True)


def _dates(days: NDArray[np.float64], n_samples: int) -> dict[str, float | int | None]:
    n_reached = int(np.isfinite(days).sum())
    n_never = days.size - n_reached
    low, high = share_interval(n_never, days.size, n_samples)
    shares = {
        "n_runs": days.size,
        "n_reached": n_reached,
        "never_fraction": n_never / days.size,
        "never_low_fraction": low,
        "never_high_fraction": high,
    }
    return shares | {f"p{100 * q:.0f}_days": censored_quantile(days, q) for q in QUANTILES}


def reached_curves(study: Study) -> pl.DataFrame:
    """A row a milestone and month, and the end; milestones as in `milestone_dates`: reached_fraction by `time_days`."""
    months = np.append(np.arange(0.0, study.horizon_days - 1.0, MONTH_DAYS), study.horizon_days)
    return pl.concat(
        pl.DataFrame(
            {
                "milestone": [milestone] * months.size,
                "time_days": months,
                "reached_fraction": _reached(_days(study, milestone), months),
            }
        )
        for milestone in milestone_dates(study)["milestone"]
    )


def _reached(days: NDArray[np.float64], months: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.searchsorted(np.sort(days[np.isfinite(days)]), months, side="right") / days.size


def _days(study: Study, milestone: str) -> NDArray[np.float64]:
    """Shape (n_runs,): days to the milestone, NaN where never."""
    return study.outcomes[f"{milestone}_days"].cast(pl.Float64).fill_null(np.nan).to_numpy()
