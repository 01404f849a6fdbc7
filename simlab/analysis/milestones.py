"""When a milestone comes, how likely it is, and how often it never does.

A run that ends before the milestone has not refused it: its date is later than the day until which the run was followed
(right-censored; see `simlab.analysis.survival`). All runs of a study are followed to its end. Where runs of several
studies with different ends are put together, a column `followed_days` of the outcomes says how long each was. A
quantile is the smallest time by which at least that share of all runs has reached the milestone, the runs that never
do included, and where the share is never reached the quantile is null: later than the horizon.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.fans import BANDS, QUANTILES
from simlab.analysis.intervals import share_interval
from simlab.analysis.study import Study
from simlab.analysis.survival import Curve, curve
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12

FOLLOWED = "followed_days"
"""The column of the outcomes that says until which day a run was followed, where not all were to the study's end."""


def milestone_dates(study: Study) -> pl.DataFrame:
    """A row a milestone, the earliest median first: shares of runs and quantiles of the date.

    n_runs, n_reached, never_fraction with its 90% interval (never_low_fraction, never_high_fraction),
    p10_days to p90_days, each with its 90% interval (p10_low_days, p10_high_days), and restricted_mean_days: the mean
    where what is later than the end counts as then. Times are days since the start, null where later than the horizon.
    """
    rows = [
        {"milestone": milestone.name, "title": milestone.title, "measure": milestone.measure}
        | _dates(study, milestone.name)
        for milestone in study.lock.milestones
    ]
    ends = [f"{band}{end}_days" for band in BANDS for end in ("", "_low", "_high")]
    table = pl.DataFrame(rows, schema_overrides=dict.fromkeys(ends, pl.Float64))
    return table.sort("p50_days", "never_fraction", "p10_days", nulls_last=True, maintain_order=True)


def _dates(study: Study, milestone: str) -> dict[str, float | int | None]:
    days, found = _days(study, milestone), milestone_curve(study, milestone)
    n_reached = int(np.isfinite(days).sum())
    quantiles = {band: found.quantile(q) for band, q in zip(BANDS, QUANTILES, strict=True)}
    return {
        "n_runs": days.size,
        "n_reached": n_reached,
        **_never(study, found, n_reached),
        "restricted_mean_days": found.mean_days(found.last_day),
        **{f"{band}_days": quantile.days for band, quantile in quantiles.items()},
        **{f"{band}_low_days": quantile.low for band, quantile in quantiles.items()},
        **{f"{band}_high_days": quantile.high for band, quantile in quantiles.items()},
    }


def _never(study: Study, found: Curve, n_reached: int) -> dict[str, float]:
    """Share of the runs that are not there at the end: counted where all were followed so long, else estimated."""
    n_runs, outcomes = study.n_finished, study.outcomes
    if FOLLOWED in outcomes.columns:
        never, low, high = 1 - found.reached[-1], 1 - found.high[-1], 1 - found.low[-1]
    else:
        never = (n_runs - n_reached) / n_runs
        low, high = share_interval(n_runs - n_reached, n_runs, outcomes["sample"].n_unique())
    return {"never_fraction": never, "never_low_fraction": low, "never_high_fraction": high}


def reached_curves(study: Study) -> pl.DataFrame:
    """A row a milestone and month, and the end; milestones as in `milestone_dates`.

    time_days, reached_fraction by then, and its 90% interval low_fraction to high_fraction.
    """
    months = np.append(np.arange(0.0, study.horizon_days - 1.0, MONTH_DAYS), study.horizon_days)
    return pl.concat(_curve(study, milestone, months) for milestone in milestone_dates(study)["milestone"])


def _curve(study: Study, milestone: str, months: NDArray[np.float64]) -> pl.DataFrame:
    reached, low, high = milestone_curve(study, milestone).at(months)
    columns = {"time_days": months, "reached_fraction": reached, "low_fraction": low, "high_fraction": high}
    return pl.DataFrame({"milestone": [milestone] * months.size} | columns)


def milestone_curve(study: Study, milestone: str) -> Curve:
    """How likely the milestone is by when, the replicates of a sample being one cluster."""
    outcomes, days = study.outcomes, _days(study, milestone)
    is_even = FOLLOWED not in outcomes.columns
    followed = np.full(days.size, study.horizon_days) if is_even else outcomes[FOLLOWED].cast(pl.Float64).to_numpy()
    return curve(days, followed, outcomes["sample"].to_numpy())


def _days(study: Study, milestone: str) -> NDArray[np.float64]:
    """Shape (n_runs,): days to the milestone, NaN where never."""
    return study.outcomes[f"{milestone}_days"].cast(pl.Float64).fill_null(np.nan).to_numpy()
