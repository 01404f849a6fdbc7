"""What every lever is: its parameters and one process."""

from abc import abstractmethod
from collections.abc import Generator
from typing import Self

import simpy
from pydantic import model_validator

from simlab.parameters import Day, Params
from simlab.trace.events import LeverPulled
from simlab.world.world import World


class Lever(Params):
    """A dated change to the world. Before its date it does nothing, to the last digit."""

    lab: str
    """The lab it acts on."""
    start_day: Day
    """When it begins to act."""
    end_day: Day
    """When it ceases to act."""

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end_day <= self.start_day:
            raise ValueError("end_day must come after start_day")
        return self

    @abstractmethod
    def enact(self, world: World, number: int) -> Generator[simpy.Event, object, None]:
        """The process: wait for the date, act through the owner's own verbs, say so in the trace."""

    def pulled(self, world: World, number: int, amount: float) -> None:
        """Write down that the lever acted; `number` is its place in the policy, `amount` what it set."""
        lab = world.labs[self.lab].number
        world.stage.trace.record(LeverPulled(world.stage.env.now, lab, number, amount))
