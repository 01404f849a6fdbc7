"""The world: the actors by name. It holds, it does nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlab.stage import Stage
from simlab.world.economy import Economy
from simlab.world.ideas import IdeaPool
from simlab.world.lab import Lab
from simlab.world.publication import Press


@dataclass(frozen=True, slots=True)
class World:
    """Everything that exists. Only `build_world` and levers see it whole."""

    stage: Stage
    pool: IdeaPool
    press: Press
    labs: Mapping[str, Lab]
    economy: Economy

    def close(self) -> None:
        """The simulation ends: write down what is still alive."""
        for lab in self.labs.values():
            lab.close()
