"""Pause: between two dates, a lab starts no frontier run."""

from typing import Literal

from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class Pause(OnLabs, Reversible):
    """From `start_day` to `end_day` no frontier run starts; one under way is finished, research goes on."""

    lever: Literal["pause"]

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A hold on each lab's launches."""
        return [(lab.training.holds, 1.0) for lab in self.labs(world)]

    def holds(self, world: World) -> float:
        """1 where every lab may launch, 0 where one may not."""
        return float(not any(lab.training.holds for lab in self.labs(world)))
