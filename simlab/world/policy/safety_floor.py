"""Safety floor: between two dates, a lab keeps a share of its accelerators for oversight."""

from typing import Annotated, Literal

from annotated_types import Gt, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class SafetyFloor(OnLabs, Reversible):
    """From `start_day` to `end_day` interpretability and audits get this share of each lab's accelerators at least."""

    needs = ("oversight",)
    serving = True
    lever: Literal["safety_floor"]
    least_fraction: Annotated[float, Gt(0), Lt(0.9), Unit("1")]
    """Share of a lab's accelerators that oversight gets at least, at the cost of all other uses in proportion."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A floor under each lab's plan."""
        return [(lab.rooms.plan.safety_floors, self.least_fraction) for lab in self.labs(world)]

    def holds(self, world: World) -> float:
        """The smallest share that oversight has in any of the labs."""
        return min((lab.rooms.plan.shares.oversight for lab in self.labs(world)), default=float("nan"))
