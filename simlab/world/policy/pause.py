"""Pause: between two dates a lab starts no frontier run."""

from collections.abc import Generator
from typing import Literal

import simpy

from simlab.world.policy.lever import Lever
from simlab.world.world import World


class Pause(Lever):
    """From `start_day` to `end_day` no frontier run starts; one under way is finished, research goes on."""

    lever: Literal["pause"]

    def enact(self, world: World, number: int) -> Generator[simpy.Event, object, None]:
        env, training = world.stage.env, world.labs[self.lab].training
        yield env.timeout(max(self.start_day - env.now, 0.0))
        training.hold()
        self.pulled(world, number, 0.0)
        yield env.timeout(max(self.end_day - env.now, 0.0))
        training.release_hold()
        self.pulled(world, number, 1.0)
