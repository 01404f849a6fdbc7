"""Everybody else who rents accelerators, in a world without capital: they pay for what the schedule of compute says."""

from collections.abc import Sequence

from simlab.stage import Stage
from simlab.world.buyers import Buyer
from simlab.world.growth import PaceParams
from simlab.world.market.params import MarketParams


def scheduled_others(
    stage: Stage, params: MarketParams, nations: Sequence[str], growth: tuple[PaceParams, ...]
) -> list[Buyer]:
    """One buyer a nation, whose budget is the rent of day 0 for a stock that grows at the schedule's pace."""
    raise NotImplementedError
