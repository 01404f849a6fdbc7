"""National compute reserve: between two dates, a state takes a share of the accelerators in its nation for itself."""

from typing import Annotated, Literal

from annotated_types import Gt, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnNation
from simlab.world.standing import Standing
from simlab.world.world import World


class ComputeReserve(OnNation, Reversible):
    """From `start_day` to `end_day` this share of what is installed in a nation is not let to anybody."""

    lever: Literal["compute_reserve"]
    reserved_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of the accelerators installed there that the state takes from the next clearing on. Several add up."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A part of the nation's accelerators."""
        return [(self.market(world).reserved_fractions[self.number(world)], self.reserved_fraction)]

    def holds(self, world: World) -> float:
        """The sum of all such parts."""
        return self.market(world).reserved_fractions[self.number(world)].total()
