"""The ladder of scales: what a rung shows of an idea, what it takes, and what the rungs above it offer.

The rungs lie at fixed decades of compute below the lab's next frontier run. A campaign d decades down is seen through
the correlation rho(d) of gains there with gains at the target, and gains are larger there by 1 / kept^d; what of an
estimate does not transfer is proportional to the idea. See `simlab.world.experiments` for the formula and its source.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.world.ideas import IdeasParams, transfer_correlation
from simlab.world.throughput import ThroughputParams, flop_per_h100e_day

LEAST_VARIANCE = 1e-12
"""No measurement is exact: the floor of a variance, in nats squared, and of the part of one that is a rung's own."""


class RungParams(Params):
    """One rung of the ladder."""

    below_target_decades: Annotated[float, Gt(0), Unit("decade")]
    """Compute of one run, in decades below the lab's next frontier run."""
    run_days: Annotated[float, Gt(0), Unit("day")]
    """How long a campaign is meant to take; it gets as many accelerators as that needs."""
    diverging_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of campaigns at this rung that blow up."""


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung as it stands for the lab's present target."""

    decades: float
    run_days: float
    diverging_fraction: float
    rho: float
    transfer_ratio: float
    """Variance of the transfer error of an estimate, per square of the idea's own size."""
    noise_var: float
    kept: float
    path_correlation: float
    """With the rung below (0 for the lowest)."""
    repeat_flop: float
    repeat_h100e_days: float


@dataclass(frozen=True, slots=True)
class Step:
    """What the rungs above a rung offer: errors of the next and of the top one, and what they take.

    Ratios are transfer variances per square of an idea's size, noise is that of one repeat, and the own part is that
    part of the rung's own transfer error that the upper does not share.
    """

    next_ratio: float
    next_noise_var: float
    next_own_part: float
    top_ratio: float
    top_noise_var: float
    top_own_part: float
    repeat_h100e_days: float
    """One repeat at the next rung."""
    above_h100e_days: float
    """One repeat at each rung above the next."""
    rungs_above: int


def transfer_ratio(rho: float, ideas: IdeasParams) -> float:
    """Variance of the transfer error of an estimate seen through `rho`, per square of the idea's own size."""
    return (1.0 - rho * rho) * (ideas.transfer_spread_ratio / rho) ** 2


def rung_at(
    rung: RungParams,
    below_decades: float,
    repeat_flop: float,
    noise_nats: float,
    ideas: IdeasParams,
    throughput: ThroughputParams,
    lost_nats: float = 0.0,
) -> Rung:
    """A rung whose repeat takes `repeat_flop`; the rung under it lies `below_decades` below the target.

    Weak chips lose `lost_nats` of speed.
    """
    d = rung.below_target_decades
    rho = max(transfer_correlation(d, ideas), 1e-3)
    kept = ideas.gain_kept_per_decade_fraction**d
    return Rung(
        d,
        rung.run_days,
        rung.diverging_fraction,
        rho,
        transfer_ratio(rho, ideas),
        max((noise_nats * kept / rho) ** 2, LEAST_VARIANCE),
        kept,
        math.exp(-(below_decades - d) / ideas.transfer_decades),
        repeat_flop,
        _h100e_days(repeat_flop, rung.run_days, throughput, lost_nats),
    )


def _h100e_days(flop: float, run_days: float, throughput: ThroughputParams, lost_nats: float) -> float:
    alone = flop / flop_per_h100e_day(1.0, throughput, lost_nats)
    return flop / flop_per_h100e_day(alone / run_days, throughput, lost_nats)


def step_from(number: int, rungs: Sequence[Rung], ideas: IdeasParams) -> Step:
    """What climbing from rung `number` offers; from -1, what beginning at the lowest does."""
    up, top, above = rungs[number + 1], rungs[-1], rungs[number + 2 :]
    here = rungs[number] if number >= 0 else None
    return Step(
        up.transfer_ratio,
        up.noise_var,
        _own_part(here, up, ideas),
        top.transfer_ratio,
        top.noise_var,
        _own_part(here, top, ideas),
        up.repeat_h100e_days,
        sum(rung.repeat_h100e_days for rung in above),
        len(above),
    )


def _own_part(lower: Rung | None, upper: Rung, ideas: IdeasParams) -> float:
    """Part of the lower rung's transfer error that the upper does not share: 1 - c^2; all where there is none."""
    if lower is None:
        return 1.0
    c = math.exp(-(lower.decades - upper.decades) / ideas.transfer_decades)
    return max(1.0 - c * c, LEAST_VARIANCE)
