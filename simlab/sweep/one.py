"""One run of a study, to its tables or to the reason why there are none."""

import importlib
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from simlab.scenario import Scenario
from simlab.sweep.runs import RunKey, State
from simlab.sweep.watchdog import TimedOut, Watchdog
from simlab.tables import economy
from simlab.tables.graveyard import graveyard
from simlab.tables.outcomes import outcome, outcome_schema
from simlab.tables.series import monthly_series
from simlab.tables.slim import slim
from simlab.tables.tidy import first_non_finite
from simlab.tables.words import Words
from simlab.trace.recorder import Trace


@dataclass(frozen=True, slots=True)
class Job:
    """What all runs of a study have in common. Travels to the workers."""

    folder: Path
    scenario: Scenario
    seed: int
    limit_s: float
    """How long one run may take."""
    command: str
    """How to repeat a run; its run_id is to be appended."""
    simulator: str = "simlab.run:run"
    """The function that runs, as module:name. Tests put a misbehaving one here."""
    grace_s: float = 5.0
    """From telling a run to stop to ending its process, if it does not listen."""


class Planned(NamedTuple):
    """A run to be done."""

    key: RunKey
    uniforms: Mapping[str, float]
    """The draw of each factor of the design that is not at its own value."""
    luck: int
    """Whose luck it meets: runs that are to be compared share it."""
    attempt: int = 1


class Result(NamedTuple):
    """What became of a run. The tables of a run that is not ok are empty, its numbers null."""

    key: RunKey
    state: State
    seconds: float
    error: str
    """One line; empty when ok."""
    story: str
    """All that is known about the failure; empty when ok."""
    tables: Mapping[str, pl.DataFrame]
    """The outcome, and by the names of the study's folders what else there is of the run."""

    @property
    def outcomes(self) -> pl.DataFrame:
        """One row, whatever became of the run."""
        return self.tables["outcomes"]


def words_of(scenario: Scenario, policy: str, uniforms: Mapping[str, float] | None) -> Words:
    """The names that the numbers in a run's trace stand for."""
    params: Any = scenario.params(policy, uniforms)
    customers = getattr(params, "customers", None)
    requests = () if customers is None else tuple(customers.requests)
    deployment = getattr(params, "deployment", None)
    return {
        "lab": tuple(params.labs),
        "area": tuple(params.ideas.areas),
        "request": (*requests, "ai_workers"),
        "nation": getattr(params, "nation_names", ()),
        "sector": () if deployment is None else tuple(deployment.sectors),
        "lever": tuple(lever.lever for lever in getattr(params, "levers", ())),
    }


def simulate(job: Job, planned: Planned, *, detail: bool = False) -> Trace:
    """The trace of one run."""
    module, name = job.simulator.split(":")
    run: Callable[..., Trace] = getattr(importlib.import_module(module), name)
    return run(
        job.scenario,
        policy=planned.key.policy,
        uniforms=planned.uniforms,
        seed=job.seed,
        sample=planned.luck,
        replicate=planned.key.replicate,
        detail=detail,
    )


def attempt(job: Job, planned: Planned, last_resort: Callable[[], None] | None = None) -> Result:
    """Do a run. Whatever it does short of killing its process becomes a row."""
    began = time.perf_counter()
    try:
        with Watchdog(job.limit_s, job.limit_s + job.grace_s, last_resort):
            trace = simulate(job, planned)
        return result(job, planned, trace, time.perf_counter() - began)
    except TimedOut:
        return timed_out(job, planned.key)
    except (Exception, SystemExit) as error:
        told = traceback.format_exc()
        return nothing(job, planned.key, State.FAILED, one_line(error), told, time.perf_counter() - began)


def result(job: Job, planned: Planned, trace: Trace, seconds: float) -> Result:
    """The tables of a run that came to its end."""
    flaw = first_non_finite(trace)
    if flaw is not None:
        return nothing(job, planned.key, State.INVALID, flaw, flaw, seconds)
    scenario, key = job.scenario, planned.key
    words = words_of(scenario, key.policy, planned.uniforms)
    row = _outcome_row(job, key, State.OK, None, outcome(trace, words, scenario.milestones, scenario.horizon_days))
    about = {name: keyed(made(trace, words, scenario.start), key) for name, made in ABOUT.items()}
    known = {name: frame for name, frame in about.items() if frame.height or name in ALWAYS}
    return Result(key, State.OK, seconds, "", "", {"outcomes": row} | known)


ABOUT: Mapping[str, Callable[[Trace, Words, date], pl.DataFrame]] = {
    "series": lambda *run: slim(monthly_series(*run)),
    "graveyard": graveyard,
    "world": lambda *run: slim(economy.world(*run)),
    "nations": lambda *run: slim(economy.nations(*run)),
    "sectors": lambda *run: slim(economy.sectors(*run)),
    "levers": economy.levers,
}
"""What is kept of a run beside its outcome."""
ALWAYS = ("series", "graveyard")
"""What is kept even where it has no rows; of the others there is no file where a scenario has nothing of the kind."""


def nothing(job: Job, key: RunKey, state: State, error: str, story: str, seconds: float) -> Result:
    """The result of a run without results."""
    return Result(key, state, seconds, error, story, {"outcomes": _outcome_row(job, key, state, error, {})})


def timed_out(job: Job, key: RunKey) -> Result:
    """The result of a run that took too long."""
    error = f"took longer than {job.limit_s:g} s"
    return nothing(job, key, State.TIMED_OUT, error, error, job.limit_s)


def keyed(frame: pl.DataFrame, key: RunKey) -> pl.DataFrame:
    """The table with the run's name in front of every row."""
    words = [pl.lit(key.run_id).alias("run_id"), pl.lit(key.policy).alias("policy")]
    numbers = [
        pl.lit(key.sample, pl.Int64).alias("sample"),
        pl.lit(key.replicate, pl.Int64).alias("replicate"),
    ]
    return frame.select(*words, *numbers, pl.all())


def _outcome_row(job: Job, key: RunKey, state: State, error: str | None, numbers: Mapping[str, object]) -> pl.DataFrame:
    schema = outcome_schema(job.scenario.milestones)
    row = pl.DataFrame([{name: numbers.get(name) for name in schema}], schema=schema)
    head = [
        pl.lit(job.seed).alias("seed"),
        pl.lit(str(state)).alias("state"),
        pl.lit(error, pl.String).alias("error"),
    ]
    return keyed(row.select(*head, pl.all()), key)


def one_line(error: BaseException) -> str:
    """An error in one line.

    >>> one_line(ValueError("no chips"))
    'ValueError: no chips'
    """
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
