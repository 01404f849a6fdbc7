"""So many times as much of a resource from a date on: what is raised, and in which waits its scarcity would show.

Each acts on a running world through what its owner reads, so that until the date nothing differs, to the last digit.
The same accelerators doing a tenth more are as good as a tenth more of them.
"""

from collections.abc import Callable
from typing import NamedTuple

from simlab.world.lab import Lab
from simlab.world.world import World

NAME = -1
"""Under which a resource stands among the levers in force; theirs count from 0."""


class Resource(NamedTuple):
    """One resource of the leader's lab, or of the world around it."""

    key: str
    title: str
    waits: str
    """The stage of an idea's life in which its scarcity shows; nothing where no idea waits for it."""
    is_there: Callable[[World, Lab], bool]
    multiply: Callable[[World, Lab, float], None]


def _always(world: World, lab: Lab) -> bool:
    del world, lab
    return True


def _experiments(world: World, lab: Lab, times: float) -> None:
    """Fewer runs behind each repeat: the same to a queue as more compute."""
    del world
    room = lab.experiments
    runs = room.params.runs_per_repeat / times
    room.params = room.params.model_copy(update={"runs_per_repeat": runs})
    room.aim(10.0**room.target_decades, lab.knowledge.lost_nats)


def _frontier(world: World, lab: Lab, times: float) -> None:
    """More FLOP from the accelerators of a frontier run; one under way keeps its own."""
    del world
    law = lab.training.throughput
    lab.training.throughput = law.model_copy(update={"mfu_fraction": law.mfu_fraction * times})


def _people(world: World, lab: Lab, times: float) -> None:
    """More heads at every date, and the means to pay them; they are hired at the next review."""
    del world
    staffing = lab.staffing
    staffing.initial_people *= times
    affordable = staffing.affordable_people
    staffing.affordable_people = lambda: times * affordable()


def _has_desk(world: World, lab: Lab) -> bool:
    del world
    return lab.rooms.desk is not None


def _verifiers(world: World, lab: Lab, times: float) -> None:
    """More people who verify, on top of those who have ideas."""
    del world
    desk = lab.rooms.desk
    if desk is not None:
        people = desk.params.people_fraction * times
        desk.params = desk.params.model_copy(update={"people_fraction": people})
        desk.staff(lab.staffing.n_people)


def _has_fleet(world: World, lab: Lab) -> bool:
    del world
    return lab.rooms.fleet is not None and lab.deployed is not None


def _tokens(world: World, lab: Lab, times: float) -> None:
    """More tokens from each accelerator that serves, for AI workers and for customers."""
    del world
    fleet = lab.rooms.fleet
    if fleet is not None and lab.deployed is not None:
        faster = fleet.params.server.achieved_fraction * times
        server = fleet.params.server.model_copy(update={"achieved_fraction": faster})
        fleet.params = fleet.params.model_copy(update={"server": server})
        fleet.deploy(lab.deployed)


def _has_market(world: World, lab: Lab) -> bool:
    del lab
    return world.economy.market is not None


def _chips(world: World, lab: Lab, times: float) -> None:
    """More accelerators made of everything that they are made of."""
    del lab
    if world.economy.market is not None:
        world.economy.market.production_factors.put(NAME, times)


def _power(world: World, lab: Lab, times: float) -> None:
    """More power in every nation, and more of it built."""
    del lab
    if world.economy.market is not None:
        for nation in world.economy.market.supply:
            nation.grid.power.there *= times
            nation.grid.build_mw_per_day *= times


def _has_treasury(world: World, lab: Lab) -> bool:
    del world
    return lab.rooms.treasury is not None


def _money(world: World, lab: Lab, times: float) -> None:
    """More accelerators for the money that the lab has for them."""
    del world
    if lab.rooms.treasury is not None:
        lab.rooms.treasury.compute_taxes.put(NAME, 1.0 / times - 1.0)


RESOURCES = (
    Resource("experiments", "compute for experiments", "waiting_compute", _always, _experiments),
    Resource("frontier", "compute for frontier runs", "waiting_run", _always, _frontier),
    Resource("people", "people", "waiting_people", _always, _people),
    Resource("verifiers", "people who verify", "waiting_verifier", _has_desk, _verifiers),
    Resource("tokens", "tokens served", "", _has_fleet, _tokens),
    Resource("chips", "chips made in the world", "", _has_market, _chips),
    Resource("power", "power in the world", "", _has_market, _power),
    Resource("money", "money for compute", "", _has_treasury, _money),
)
"""All that is raised, one at a time."""
