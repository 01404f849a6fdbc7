"""Everybody else who rents accelerators, in a world without capital: they pay for what the schedule of compute says."""

import math
from collections.abc import Sequence

from simlab.stage import Stage
from simlab.units import HOURS_PER_DAY
from simlab.world.books import OTHERS
from simlab.world.buyers import Buyer
from simlab.world.growth import PaceParams, growth_nats
from simlab.world.market.params import MarketParams, NationSupplyParams


def scheduled_others(
    stage: Stage, params: MarketParams, nations: Sequence[str], growth: tuple[PaceParams, ...]
) -> list[Buyer]:
    """One buyer a nation, whose budget is the rent of day 0 for a stock that grows at the schedule's pace."""
    return [_buyer(stage, number, params.nations[name], growth) for number, name in enumerate(nations)]


def _buyer(stage: Stage, number: int, nation: NationSupplyParams, growth: tuple[PaceParams, ...]) -> Buyer:
    day_0 = HOURS_PER_DAY * nation.initial_rent_usd2025_per_h100e_hour * nation.initial_others_h100e

    def budget() -> float:
        return day_0 * math.exp(growth_nats(growth, stage.env.now))

    return Buyer(OTHERS, number, budget, lambda h100e, rent: None, nation.initial_others_h100e)
