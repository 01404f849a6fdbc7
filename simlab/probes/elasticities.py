"""What people and compute do to the speed of research in a scenario, and what has been published about it."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from simlab.probes.crew import answers
from simlab.probes.fits import Array, difficulty
from simlab.probes.numbers import Number, numbers
from simlab.probes.plan import World, question, worlds
from simlab.probes.reasons import reasons
from simlab.probes.steady import Question, Speed, closed_lab, deep_pool, inputs, speed_of, stocks_of
from simlab.world.build import WorldParams

STOCK_PEOPLE = (1.0, 3.0)
"""Times the baseline's people, and compute alike, where ideas are let get harder; each also with a deep pool."""
STOCK_YEARS = 20.0


Say = Callable[[int, int], None]


class Findings(NamedTuple):
    """Everything that the runs say."""

    n_seeds: int
    speeds: dict[World, list[Speed]]
    """A speed a seed."""
    numbers: list[Number]
    reasons: dict[str, str]
    """For each number outside the published range: which mechanism does it."""


def find(base: WorldParams, n_seeds: int, n_processes: int = 0, say: Say = lambda done, n: None) -> Findings:
    """Run the worlds of the plan on `n_seeds` paired seeds and read the numbers off. `say` is told (done, of all)."""
    plan = worlds(base)
    asked = [question(base, world, seed) for world in plan for seed in range(n_seeds)]
    growing = [_growing(base, seed, line) for seed in range(n_seeds) for line in range(2 * len(STOCK_PEOPLE))]
    n = len(asked) + len(growing)
    found = answers(speed_of, asked, n_processes, lambda done: say(done, n))
    stocks = np.array(answers(stocks_of, growing, n_processes, lambda done: say(len(asked) + done, n)))
    speeds = {world: found[i * n_seeds : (i + 1) * n_seeds] for i, world in enumerate(plan)}
    lines = stocks.reshape(n_seeds, 2, len(STOCK_PEOPLE), -1)
    table = numbers(_nats(speeds), lines[:, 0])
    deep = float(difficulty(lines[:, 1].mean(axis=0, keepdims=True))[0])
    return Findings(n_seeds, speeds, table, reasons(table, speeds, base.ideas.difficulty_exponent, deep))


def _growing(base: WorldParams, seed: int, line: int) -> Question:
    """A closed lab in which ideas get harder: its pool as it is, or deep."""
    is_deep, place = divmod(line, len(STOCK_PEOPLE))
    times = STOCK_PEOPLE[place]
    changes = {**(deep_pool(base) if is_deep else {}), **inputs(base, times, times)}
    return Question(closed_lab(base, changes), seed, STOCK_YEARS)


def _nats(speeds: dict[World, list[Speed]]) -> dict[World, Array]:
    return {world: np.array([speed.nats_per_year for speed in found]) for world, found in speeds.items()}
