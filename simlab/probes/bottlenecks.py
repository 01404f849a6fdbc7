"""What binds, year by year: what a tenth more of each resource gains, and where ideas wait in the same year.

The gain is in nats of effective compute of the run that the leader could start LATER_YEARS after the date: the FLOP of
a frontier run on its share of the machines, and the ideas adopted by then. The worlds are paired: the same luck, the
same history until the date. What they differ in is the resource's doing, and the luck of what it changed. That luck
is as large whether a tenth is added or half, and the gain is not: so half as much is added, and a tenth is taken to
gain ln 1.1 / ln 1.5 of that.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import polars as pl

from simlab.analysis.binding import STAGES, life_shares
from simlab.probes.crew import answers
from simlab.probes.resources import RESOURCES
from simlab.randomness import Streams
from simlab.run import finish
from simlab.tables.series import monthly_series
from simlab.tables.words import Words
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams, build_world
from simlab.world.world import World

MORE = 1.1
"""What the table tells of: a tenth more."""
TIMES = 1.5
"""What is tried."""
SCALE = math.log(MORE) / math.log(TIMES)
LATER_YEARS = 2.0

Say = Callable[[int, int], None]


class Question(NamedTuple):
    """A world with one resource raised at the start of a year; with none, all years are looked at."""

    params: WorldParams
    seed: int
    resource: int
    """Its place in RESOURCES; -1 is none."""
    years: tuple[int, ...]
    words: Words
    start: date


class Answer(NamedTuple):
    """What came of it."""

    nats: dict[int, float]
    """By year: effective compute LATER_YEARS after its start."""
    waits: dict[int, dict[str, float]]
    """By year and stage: shares of the idea-days of the leader in that year; only where nothing is raised."""


class Gain(NamedTuple):
    """A cell of the table."""

    resource: str
    year: int
    nats: tuple[float, ...]
    """Effective compute gained, seed by seed."""
    wait_fraction: float | None
    """Share of an idea's life spent waiting for it; None where no idea waits for it."""


def gains(
    params: WorldParams,
    words: Words,
    start: date,
    years: Sequence[int],
    n_seeds: int,
    n_processes: int = 0,
    say: Say = lambda done, n: None,
) -> list[Gain]:
    """What a tenth more gains, year by year, of each resource that there is in the scenario."""
    known = [i for i, resource in enumerate(RESOURCES) if _knows(params, i)]
    seeds = range(n_seeds)
    plain = [Question(params, seed, -1, tuple(years), words, start) for seed in seeds]
    raised = [Question(params, seed, i, (year,), words, start) for i in known for year in years for seed in seeds]
    n = len(plain) + len(raised)
    found = answers(ask, [*plain, *raised], n_processes, lambda done: say(done, n))
    before, after = found[:n_seeds], found[n_seeds:]
    cells = [(i, year) for i in known for year in years]
    return [_gain(i, year, before, after[at * n_seeds : (at + 1) * n_seeds]) for at, (i, year) in enumerate(cells)]


def _gain(resource: int, year: int, before: Sequence[Answer], after: Sequence[Answer]) -> Gain:
    differences = tuple(SCALE * (b.nats[year] - a.nats[year]) for a, b in zip(before, after, strict=True))
    stage = RESOURCES[resource].waits
    waits = [answer.waits[year][stage] for answer in before] if stage else []
    return Gain(RESOURCES[resource].key, year, differences, sum(waits) / len(waits) if waits else None)


def _knows(params: WorldParams, resource: int) -> bool:
    world = build_world(params, Streams(0), Trace())
    return RESOURCES[resource].is_there(world, next(iter(world.labs.values())))


def ask(question: Question) -> Answer:
    """Run the world, raise the resource on its date, look at the leader LATER_YEARS after each year's start."""
    trace = Trace()
    world = build_world(question.params, Streams(question.seed), trace)
    nats: dict[int, float] = {}
    for year in question.years:
        _look(world, year, nats)
    if question.resource >= 0:
        (year,) = question.years
        _raise(world, question.resource, year)
    finish(world, (max(question.years) + LATER_YEARS) * DAYS_PER_YEAR + 1.0)
    return Answer(nats, {} if question.resource >= 0 else _waits(trace, question))


def _look(world: World, year: int, nats: dict[int, float]) -> None:
    leader = next(iter(world.labs.values()))

    def look() -> None:
        flop = leader.training.planned_flop(leader.training.params.run_days)
        nats[year] = math.log(flop) + leader.knowledge.algorithmic_gain_nats

    _on_day((year + LATER_YEARS) * DAYS_PER_YEAR, world, look)


def _raise(world: World, resource: int, year: int) -> None:
    leader = next(iter(world.labs.values()))
    _on_day(year * DAYS_PER_YEAR, world, lambda: RESOURCES[resource].multiply(world, leader, TIMES))


def _on_day(day: float, world: World, do: Callable[[], None]) -> None:
    world.stage.after(day - world.stage.env.now, lambda alarm: do())


def _waits(trace: Trace, question: Question) -> dict[int, dict[str, float]]:
    """Year by year, the leader's shares of `simlab.analysis.binding`; 0 where no idea is alive."""
    leader = question.words["lab"][0]
    months = monthly_series(trace, question.words, question.start).filter(pl.col("lab").cast(pl.String) == leader)
    return {year: _shares(months, year) for year in question.years}


def _shares(months: pl.DataFrame, year: int) -> dict[str, float]:
    inside = pl.col("time_days").is_between(year * DAYS_PER_YEAR, (year + 1) * DAYS_PER_YEAR, closed="right")
    ours = months.filter(inside).with_columns(pl.lit("one").alias("run_id"), pl.col("lab").cast(pl.String))
    lives = life_shares(ours.lazy())
    row: Mapping[str, float] = lives.row(0, named=True) if lives.height else {}
    return {stage: row.get(f"{stage}_fraction", 0.0) for stage in STAGES}
