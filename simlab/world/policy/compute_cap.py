"""Compute cap: between two dates, a lab may use at most so many accelerators."""

from typing import Annotated, Literal

from annotated_types import Gt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class ComputeCap(OnLabs, Reversible):
    """From `start_day` to `end_day` each lab uses at most `max_h100e`; what arrives beyond it stands idle."""

    lever: Literal["compute_cap"]
    max_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """Accelerators that a lab may use, those that serve customers included."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A cap on each lab's deliveries."""
        return [(lab.deliveries.caps_h100e, self.max_h100e) for lab in self.labs(world)]

    def holds(self, world: World) -> float:
        """Accelerators in use, of all labs it acts on."""
        return sum(lab.deliveries.usable_h100e for lab in self.labs(world))
