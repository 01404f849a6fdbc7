"""Chips and power: made, shipped, powered, let at a rent that clears, worn out."""

from simlab.world.market.market import Market
from simlab.world.market.others import scheduled_others
from simlab.world.market.params import MarketParams

__all__ = ["Market", "MarketParams", "scheduled_others"]
