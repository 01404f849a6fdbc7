"""Wiring: from parameters to a world whose clock is at 0."""

import simpy

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.ideas import IdeaPool
from simlab.world.policy import schedule
from simlab.world.publication import Press
from simlab.world.wiring import build_economy, build_lab, open_economy
from simlab.world.world import World
from simlab.world.world_params import WorldParams

__all__ = ["WorldParams", "build_world"]


def build_world(params: WorldParams, streams: Streams, trace: Trace) -> World:
    """Wire the actors together. The clock is at the start of the warm-up; the labs have opened."""
    stage = Stage(simpy.Environment(-params.warm_up_days), streams, trace)
    pool = IdeaPool(stage, params.ideas, len(params.experiments.ladder))
    press = Press(stage, pool)
    economy = build_economy(stage, params)
    labs = {
        name: build_lab(stage, params, name, number, pool, press, economy) for number, name in enumerate(params.labs)
    }
    world = World(stage, pool, press, labs, economy)
    for lab in labs.values():
        lab.begin()
    open_economy(stage, params, economy, labs)
    schedule(params.levers, world)
    return world
