"""Compute cap: from a date on, a lab may use at most so many accelerators."""

from collections.abc import Generator
from typing import Annotated, Literal

import simpy
from annotated_types import Gt

from simlab.parameters import Unit
from simlab.world.policy.lever import Lever
from simlab.world.world import World


class ComputeCap(Lever):
    """From `start_day` to `end_day` the lab uses at most `max_h100e`; what arrives beyond it stands idle."""

    lever: Literal["compute_cap"]
    max_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """Accelerators the lab may use, those that serve customers included."""

    def enact(self, world: World, number: int) -> Generator[simpy.Event, object, None]:
        env, deliveries = world.stage.env, world.labs[self.lab].deliveries
        yield env.timeout(max(self.start_day - env.now, 0.0))
        deliveries.caps_h100e.put(number, self.max_h100e)
        self.pulled(world, number, self.max_h100e)
        yield env.timeout(max(self.end_day - env.now, 0.0))
        deliveries.caps_h100e.lift(number)
        self.pulled(world, number, deliveries.usable_h100e)
