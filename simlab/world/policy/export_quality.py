"""Export control by kind: between two dates, a nation is shipped weaker chips only."""

from typing import Annotated, Literal

from annotated_types import Gt, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnNation
from simlab.world.standing import Standing
from simlab.world.world import World


class ExportQuality(OnNation, Reversible):
    """From `start_day` to `end_day` chips shipped to a nation are slower or worse connected than the newest."""

    lever: Literal["export_quality"]
    quality_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Speed of the chips that may be shipped, for what the newest algorithms ask of them, relative to the newest."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A cap on quality."""
        return [(self.market(world).quality_fractions[self.number(world)], self.quality_fraction)]

    def holds(self, world: World) -> float:
        """The lowest cap in force; 1 is free trade."""
        return self.market(world).quality_fractions[self.number(world)].least(1.0)
