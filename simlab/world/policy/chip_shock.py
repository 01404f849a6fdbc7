"""Chip-supply shock: between two dates, only a part of the accelerators is made that would be."""

from typing import Annotated, Literal

from annotated_types import Ge, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnMarket
from simlab.world.standing import Standing
from simlab.world.world import World


class ChipShock(OnMarket, Reversible):
    """From `start_day` to `end_day` chip makers make this part of what they would: an earthquake, a blockade."""

    lever: Literal["chip_shock"]
    production_fraction: Annotated[float, Ge(0), Lt(1), Unit("1")]
    """What is made, relative to what would be."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A factor on production."""
        return [(self.market(world).production_factors, self.production_fraction)]

    def holds(self, world: World) -> float:
        """The product of all such factors; 1 is none."""
        return self.market(world).production_factors.product()
