"""Power build-out: between two dates, a nation builds power for accelerators on top of what it builds anyway."""

from typing import Annotated, Literal

from annotated_types import Gt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnNation
from simlab.world.standing import Standing
from simlab.world.world import World


class PowerBuildOut(OnNation, Reversible):
    """From `start_day` to `end_day` so much more power comes on line, evenly: what was begun early enough for that."""

    lever: Literal["power_build_out"]
    extra_mw_per_year: Annotated[float, Gt(0), Unit("MW/year")]
    """Power for accelerators that comes on line each year on top of the rest, cooling and losses included."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A part of what the nation builds."""
        return [(self.market(world).extra_mw_per_year[self.number(world)], self.extra_mw_per_year)]

    def holds(self, world: World) -> float:
        """The sum of all such parts."""
        return self.market(world).extra_mw_per_year[self.number(world)].total()
