"""The speed of research of a lab in a closed world that stands still, with so many times its people and compute.

The leader's lab alone: no other labs, no AI workers, no growth. Its stock of ideas is held where it is: gains do not
fall with what has been adopted, and the pool does not run dry. So speed, in nats adopted a day, is the same on the
first day and on the last, and is the speed at the given stock, once the first ideas have come through. Until then
nothing is counted: `WARM_UP_YEARS`.
"""

from collections.abc import Mapping
from typing import NamedTuple

from simlab.probes.worlds import Change, changed, no_growth, research_alone
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.trace.events import ClusterMetered, LabMetered
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams

WARM_UP_YEARS = 2.0
"""Several times the life of an idea: by then as many come out as go in."""
MEASURED_YEARS = 12.0
"""At the baseline's people: long enough for the rare large gains to show."""
LEAST_YEARS, MOST_YEARS = 4.0, 24.0
WINDOW_YEARS = 2.0
"""Between two looks at a stock that grows."""
DEEP_POOL = 10.0
"""Times the ideas of day 0 that are open where the pool does not run dry."""

STAGES = ("thinking", "building", "waiting_compute", "running", "reading", "waiting_people")


class Speed(NamedTuple):
    """What a lab did a year, after the warm-up."""

    nats_per_year: float
    proposed_per_year: float
    adopted_per_year: float
    busy_fraction: float
    """Of the cluster."""
    stages: tuple[float, ...]
    """Share of an idea's life in each of STAGES, the wait for the next frontier run left out."""


class Question(NamedTuple):
    """A world, a seed, and how long to look at it."""

    params: WorldParams
    seed: int
    years: float


def closed_lab(base: WorldParams, changes: Mapping[str, Change] | None = None, lab: str = "") -> WorldParams:
    """The leader's lab (the first one) alone, without growth; ideas get harder and run out as in `base`."""
    leader = lab or next(iter(base.labs))
    return changed(base, {**research_alone(base), **no_growth(base), "levers": (), **(changes or {})}, (leader,))


def held_stock(base: WorldParams) -> dict[str, Change]:
    """Changes to a closed lab by which the stock of ideas stays where it is."""
    return {"ideas.difficulty_exponent": 0.0, **deep_pool(base)}


def deep_pool(base: WorldParams) -> dict[str, Change]:
    """Changes to a closed lab by which the pool of ideas does not run dry."""
    training = {name: area for name, area in base.ideas.areas.items() if area.raises == "training"}
    return {f"ideas.areas.{name}.n_open_ideas": DEEP_POOL * area.n_open_ideas for name, area in training.items()}


def inputs(base: WorldParams, people: float, compute: float) -> dict[str, Change]:
    """Changes to so many times the people, and so many times the experiments' compute below the same frontier run.

    Ten times the compute for the same runs and a tenth of the compute a run are the same thing to a queue.
    """
    leader = next(iter(base.labs))
    return {
        f"labs.{leader}.initial_people": lambda n: max(n * people, 1.0),
        "experiments.runs_per_repeat": lambda runs: runs / compute,
    }


def years_for(people: float) -> float:
    """How long to look, the warm-up included: labs of many people show more a year, and cost more."""
    return WARM_UP_YEARS + min(max(MEASURED_YEARS / people**0.5, LEAST_YEARS), MOST_YEARS)


def speed_of(question: Question) -> Speed:
    """Run the world and take the speed between the end of the warm-up and the end."""
    trace = simulate(question.params, question.years * DAYS_PER_YEAR + 1.0, Streams(question.seed))
    months = [row for row in trace.of(LabMetered) if row.lab == 0]
    after = [row for row in months if row.time_days > WARM_UP_YEARS * DAYS_PER_YEAR]
    before = months[len(months) - len(after) - 1]
    years = (after[-1].time_days - before.time_days) / DAYS_PER_YEAR
    cluster = [row for row in trace.of(ClusterMetered) if row.time_days > before.time_days]
    days = [sum(getattr(row, f"{stage}_days") for row in after) for stage in STAGES]
    return Speed(
        (after[-1].adopted_true_nats - before.adopted_true_nats) / years,
        sum(row.n_proposed for row in after) / years,
        sum(row.n_adopted for row in after) / years,
        1.0 - sum(row.idle_h100e_days for row in cluster) / sum(row.capacity_h100e_days for row in cluster),
        tuple(part / (sum(days) or 1.0) for part in days),
    )


def stocks_of(question: Question) -> list[float]:
    """Nats adopted at the end of each WINDOW_YEARS, from the end of the warm-up on."""
    trace = simulate(question.params, question.years * DAYS_PER_YEAR + 1.0, Streams(question.seed))
    months = [row for row in trace.of(LabMetered) if row.lab == 0]
    ends = [WARM_UP_YEARS + WINDOW_YEARS * n for n in range(int((question.years - WARM_UP_YEARS) / WINDOW_YEARS) + 1)]
    return [
        next(row for row in reversed(months) if row.time_days <= end * DAYS_PER_YEAR).adopted_true_nats for end in ends
    ]
