"""Which worlds an elasticity is read off: a grid of people and compute, and the same with a mechanism taken out."""

from collections.abc import Mapping
from typing import NamedTuple

from pydantic import ValidationError

from simlab.probes.steady import Question, closed_lab, held_stock, inputs, years_for
from simlab.probes.worlds import Change
from simlab.world.build import WorldParams

TIMES = (0.1, 1.0 / 3.0, 1.0, 3.0, 10.0)
"""Multiples of the baseline's people and of its compute."""

COPIES, PACE = 30.0, 30.0
"""AI workers for each researcher, and their speed."""
THIRTY_YEARS = 3.5

HANDS = ("thinking_people_days", "building_people_days", "reading_people_days")


class World(NamedTuple):
    """A world of the plan, by what was changed."""

    people: float
    compute: float
    without: str = ""
    """The mechanism that is taken out; nothing, or the key of WITHOUT, or THIRTY."""


THIRTY = "thirty"
FALLING = "ideas that get harder and run out"


def without(base: WorldParams) -> Mapping[str, Mapping[str, Change]]:
    """Changes that all but take out one mechanism each; those that the scenario's parameters know."""

    def tenth(days: float) -> float:
        return days / 10.0

    ladder: dict[str, Change] = {f"experiments.ladder.{i}.run_days": tenth for i in range(len(base.experiments.ladder))}
    hands: dict[str, Change] = {f"researchers.{name}": tenth for name in HANDS}
    candidates: dict[str, Mapping[str, Change]] = {
        "the time that runs take": ladder,
        "people’s work on each idea": hands,
        "the limit of ideas in hand": {"researchers.ideas_in_flight_per_person": lambda n: 4.0 * n},
    }
    return {name: changes for name, changes in candidates.items() if _applies(base, changes)}


def _applies(base: WorldParams, changes: Mapping[str, Change]) -> bool:
    try:
        closed_lab(base, changes)
    except (KeyError, IndexError, TypeError, ValidationError):
        return False
    return True


def thirty_by_thirty() -> dict[str, Change]:
    """AI workers who are people in everything but number and pace: 30 for each, 30 times as fast with their hands.

    Labour is 900 times what it was, compute what it was; what they run on themselves is not charged, and they have
    people's taste, have to agree as people do, and wait for machines and for others as people do.
    """
    return {f"researchers.{name}": (lambda days: days / PACE) for name in HANDS}


def worlds(base: WorldParams) -> list[World]:
    """All worlds: the grid, the line of compute without each mechanism, and the AI workers."""
    grid = [World(people, compute) for people in TIMES for compute in TIMES]
    line = [World(1.0, compute, name) for name in (*without(base), FALLING) for compute in (0.1, 1.0, 10.0)]
    return [*grid, *line, World(COPIES, 1.0, THIRTY)]


def question(base: WorldParams, world: World, seed: int) -> Question:
    """What is run for a world and a seed."""
    more: dict[str, Change] = {} if world.without == FALLING else held_stock(base)
    if world.without == THIRTY:
        more |= thirty_by_thirty()
    elif world.without and world.without != FALLING:
        more |= without(base)[world.without]
    params = closed_lab(base, {**more, **inputs(base, world.people, world.compute)})
    return Question(params, seed, THIRTY_YEARS if world.without == THIRTY else years_for(world.people))
