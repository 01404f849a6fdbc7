"""One run of a study, to its tables or to the reason why there are none."""

import importlib
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
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
from simlab.trace.events import Event, IdeaEnded, LabMetered, LeverPulled, NationMetered, SectorMetered
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
    grace_s: float = 1.0
    """From the limit to the end of its process: time enough to tell where it was."""
    memory_mb: float | None = None
    """How much memory a run's process may hold, in MiB; None: its share of what the host has to spare."""
    mark: str = ""
    """The word in the study's folder by which a worker recognises it (see `simlab.sweep.host`)."""


class Planned(NamedTuple):
    """A run to be done."""

    key: RunKey
    uniforms: Mapping[str, float]
    """The draw of each factor of the design that is not at its own value."""
    luck: int
    """Whose luck it meets: runs that are to be compared share it."""
    attempt: int = 1


Row = dict[str, Any]


class Result(NamedTuple):
    """What became of a run. One that is not ok has no frames, and in its outcome no numbers."""

    key: RunKey
    state: State
    seconds: float
    cpu_seconds: float | None
    """None: its process did not live to tell."""
    error: str
    """One line; empty when ok."""
    story: str
    """All that is known about the failure; empty when ok."""
    rows: Mapping[str, Row]
    """By the names of the study's folders the tables that have one row a run: what came out, what was tried."""
    frames: Mapping[str, pl.DataFrame]
    """The tables that have many."""

    @property
    def outcomes(self) -> pl.DataFrame:
        """One row, whatever became of the run."""
        return outcomes_frame([self.rows["outcomes"]])


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


def simulator(job: Job) -> Callable[..., Trace]:
    """The function that runs, imported."""
    module, name = job.simulator.split(":")
    return getattr(importlib.import_module(module), name)


def simulate(job: Job, planned: Planned, *, detail: bool = False) -> Trace:
    """The trace of one run."""
    return simulator(job)(
        job.scenario,
        policy=planned.key.policy,
        uniforms=planned.uniforms,
        seed=job.seed,
        sample=planned.luck,
        replicate=planned.key.replicate,
        detail=detail,
    )


def attempt(job: Job, planned: Planned, *, watched: bool = True) -> Result:
    """Do a run. Whatever it does short of killing its process becomes a row.

    `watched`: it is told to stop at the limit; otherwise somebody outside its process minds that.
    """
    cpu_clock = time.thread_time if watched else time.process_time  # watched, it may be one of several in its process
    began, cpu_began = time.perf_counter(), cpu_clock()
    found = _attempt(job, planned, Watchdog(job.limit_s) if watched else nullcontext())
    return found._replace(seconds=time.perf_counter() - began, cpu_seconds=cpu_clock() - cpu_began)


def _attempt(job: Job, planned: Planned, guard: AbstractContextManager[object]) -> Result:
    try:
        with guard:
            return result(job, planned, simulate(job, planned))
    except TimedOut:
        state, error, story = State.TIMED_OUT, too_slow(job), traceback.format_exc()
    except (Exception, SystemExit) as raised:
        state = State.OUT_OF_MEMORY if isinstance(raised, MemoryError) else State.FAILED
        error, story = one_line(raised), traceback.format_exc()
    return nothing(job, planned, state, error, story)


def too_slow(job: Job) -> str:
    """What is said of a run that came to its limit."""
    return f"took longer than {job.limit_s:g} s"


def result(job: Job, planned: Planned, trace: Trace) -> Result:
    """The tables of a run that came to its end."""
    flaw = first_non_finite(trace)
    if flaw is not None:
        return nothing(job, planned, State.INVALID, flaw, flaw)
    scenario, key = job.scenario, planned.key
    words = words_of(scenario, key.policy, planned.uniforms)
    row = outcome(trace, words, scenario.milestones, scenario.horizon_days)
    about = {name: keyed(_table(name, trace, words, scenario.start), key) for name in ABOUT}
    known = {name: frame for name, frame in about.items() if frame.height or name in ALWAYS}
    return Result(key, State.OK, 0.0, None, "", "", _rows(job, planned, State.OK, None, row), known)


class Kept(NamedTuple):
    """A table that is kept of a run."""

    of: type[Event]
    """Without any of these it has no rows."""
    made: Callable[[Trace, Words, date], pl.DataFrame]


ABOUT: Mapping[str, Kept] = {
    "series": Kept(LabMetered, lambda *run: slim(monthly_series(*run))),
    "graveyard": Kept(IdeaEnded, lambda *run: slim(graveyard(*run))),
    "world": Kept(NationMetered, lambda *run: slim(economy.world(*run))),
    "nations": Kept(NationMetered, lambda *run: slim(economy.nations(*run))),
    "sectors": Kept(SectorMetered, lambda *run: slim(economy.sectors(*run))),
    "levers": Kept(LeverPulled, economy.levers),
}
"""What is kept of a run beside its outcome."""
ALWAYS = ("series", "graveyard")
"""What is kept even where it has no rows; of the others there is no file where a scenario has nothing of the kind."""


def _table(name: str, trace: Trace, words: Words, start: date) -> pl.DataFrame:
    if trace.n_rows(ABOUT[name].of):
        return ABOUT[name].made(trace, words, start)
    return _without_rows(name, tuple(words.items()), start)


@lru_cache(maxsize=64)
def _without_rows(name: str, words: tuple[tuple[str, tuple[str, ...]], ...], start: date) -> pl.DataFrame:
    """A table of a run in which nothing of the kind happened: always the same, so it is made once."""
    return ABOUT[name].made(Trace(), dict(words), start)


def nothing(job: Job, planned: Planned, state: State, error: str, story: str, seconds: float = 0.0) -> Result:
    """The result of a run without results."""
    rows = _rows(job, planned, state, error, {})
    return Result(planned.key, state, seconds, None, error, story, rows, {})


def keyed(frame: pl.DataFrame, key: RunKey) -> pl.DataFrame:
    """The table with the run's name in front of every row."""
    head = [pl.lit(value, KEY[name]).alias(name) for name, value in _key_row(key).items()]
    return frame.select(*head, pl.all())


KEY: Mapping[str, pl.DataType] = {
    "run_id": pl.String(),
    "policy": pl.String(),
    "sample": pl.Int64(),
    "replicate": pl.Int64(),
}
"""The columns that every table begins with."""


def _key_row(key: RunKey) -> Row:
    return {"run_id": key.run_id, **key._asdict()}


def _rows(job: Job, planned: Planned, state: State, error: str | None, numbers: Row) -> dict[str, Row]:
    names, scenario = _key_row(planned.key), job.scenario
    said = {"seed": job.seed, "state": str(state), "error": error}
    came_out = {name: numbers.get(name) for name in outcome_schema(scenario.milestones)}
    values = scenario.values(planned.key.policy, planned.uniforms)
    tried = {factor.path: values.get(factor.path) for factor in scenario.design.factors}
    return {"outcomes": names | said | came_out, "design": names | {"luck": planned.luck} | tried}


def outcomes_frame(rows: Sequence[Row]) -> pl.DataFrame:
    """The outcomes of these runs."""
    known = {**KEY, "seed": pl.Int64(), "state": pl.String(), "error": pl.String(), **outcome_schema(())}
    schema = {name: known.get(name, pl.Float64()) for name in rows[0]}  # what is not known is a milestone's day
    return pl.DataFrame(rows, schema=schema)


def design_frame(scenario: Scenario, rows: Sequence[Row]) -> pl.DataFrame:
    """What these runs tried: a column a factor, the words of switches as text, null where a policy does not have it."""
    own = scenario.values()
    kinds = {f.path: pl.String() if isinstance(own.get(f.path), str) else pl.Float64() for f in scenario.design.factors}
    return pl.DataFrame(rows, schema={**KEY, "luck": pl.Int64(), **kinds})


def one_line(error: BaseException) -> str:
    """An error in one line.

    >>> one_line(ValueError("no chips"))
    'ValueError: no chips'
    """
    first = str(error).partition("\n")[0]
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
