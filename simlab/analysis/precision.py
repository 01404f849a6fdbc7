"""How many draws it takes to know a difference as well as one wants to.

From the spread found so far, for two questions: a 90% interval no wider than asked for, and telling the sign, which
means that the 90% interval leaves out zero in nine studies of ten if the difference is as large as was found. Both with
the draws paired, and with as many draws of its own for each side: what common random numbers save.
"""

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import polars as pl

from simlab.analysis.intervals import t_90
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12
POWER = 0.9
N_LEVELS = 1000
"""Into so many equally likely parts the spread that a study may find is cut."""
MOST = 10_000_000
"""More draws than these are as good as never, and are told as null."""


def draws_for_half_width(sd: float, half_width: float) -> int | None:
    """The fewest draws whose 90% interval of the mean is at most `half_width` to either side; None: more than MOST.

    `sd`, that of a draw, is in the unit of `half_width`.

    >>> draws_for_half_width(sd=10.0, half_width=1.0), draws_for_half_width(sd=0.0, half_width=1.0)
    (273, 2)
    """
    return _fewest(lambda n: t_90(n - 1) * sd <= half_width * math.sqrt(n))


def draws_for_sign(sd: float, mean: float) -> int | None:
    """The fewest draws with which the 90% interval leaves out zero with probability POWER, if the truth is `mean`.

    None: there is nothing to tell, or it takes more than MOST.

    >>> draws_for_sign(sd=1.0, mean=0.5), draws_for_sign(sd=1.0, mean=0.0)
    (36, None)
    """
    if mean == 0.0:
        return None
    return 2 if sd == 0.0 else _fewest(lambda n: _power(n, abs(mean) / sd) >= POWER)


def _power(n: int, effect: float) -> float:
    """Chance that the 90% interval of `n` draws lies on the right side of zero, the mean being `effect` sd of a draw.

    The noncentral t, as the normal's chance averaged over what the spread is found to be.
    """
    from scipy.special import gammaincinv, ndtr  # noqa: PLC0415 -- start-up: only an analysis needs it

    levels = (np.arange(N_LEVELS) + 0.5) / N_LEVELS
    found_sd = np.sqrt(gammaincinv((n - 1) / 2, levels) * 2 / (n - 1))
    return float(ndtr(effect * math.sqrt(n) - t_90(n - 1) * found_sd).mean())


def _fewest(is_enough: Callable[[int], bool]) -> int | None:
    """The smallest n from 2 to MOST that is enough, by halving: all that are larger are enough too."""
    low, high = 1, MOST
    if not is_enough(high):
        return None
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def runs_needed(
    differences: pl.DataFrame, means: pl.DataFrame, half_days: float = MONTH_DAYS, half_fraction: float = 0.05
) -> pl.DataFrame:
    """A row for each of `differences` (`paired_differences`) whose spread is known: the draws it takes.

    The half width asked for is `half_days` for a milestone; for another outcome it is `half_fraction` of the mean that
    `means` (columns outcome, mean) has of it. Columns: policy, outcome, is_milestone, half_width, n_samples so far;
    n_draws and n_draws_unpaired for that half width, n_sign and n_sign_unpaired to tell the sign with 90% power, null
    where it takes more than MOST or there is nothing to tell; saved_factor: unpaired variance by paired variance, null
    where nothing is paired or nothing differs. A draw is run once on each side with as many replicates as so far.
    """
    known = differences.filter(pl.col("unpaired_sd").is_not_null())
    asked = (
        known.join(means, on="outcome", how="left", maintain_order="left")
        .with_columns(
            half_width=pl.when("is_milestone").then(half_days).otherwise(half_fraction * pl.col("mean").abs())
        )
        .filter(pl.col("half_width") > 0)
    )
    rows = [_needed(row) for row in asked.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=SCHEMA)


SCHEMA = {
    "policy": pl.String,
    "outcome": pl.String,
    "is_milestone": pl.Boolean,
    "half_width": pl.Float64,
    "n_samples": pl.Int64,
    **dict.fromkeys(("n_draws", "n_draws_unpaired", "n_sign", "n_sign_unpaired"), pl.Int64),
    "saved_factor": pl.Float64,
}


def _needed(row: Mapping[str, Any]) -> dict[str, Any]:
    half, mean, sd, apart = (row[name] for name in ("half_width", "mean_difference", "paired_sd", "unpaired_sd"))
    return {name: row[name] for name in ("policy", "outcome", "is_milestone", "half_width", "n_samples")} | {
        "n_draws": None if sd is None else draws_for_half_width(sd, half),
        "n_draws_unpaired": draws_for_half_width(apart, half),
        "n_sign": None if sd is None else draws_for_sign(sd, mean),
        "n_sign_unpaired": draws_for_sign(apart, mean),
        "saved_factor": (apart / sd) ** 2 if sd else None,
    }
