"""How far a study is, read off its folder alone: while it goes on, after it, and however it was left."""

import re
import time
from collections import Counter, deque
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from simlab.errors import StudyError
from simlab.sweep import ledger, store
from simlab.sweep.driver import is_driven
from simlab.sweep.plan import Plan, n_runs, read_plans
from simlab.sweep.runs import State

RECENT_S = 120.0
"""How far back the rate looks."""
_TRIES = 5


class Reason(NamedTuple):
    """Why some runs failed: those of one state whose errors differ in numbers at most."""

    state: State
    error: str
    """Of the first of them."""
    n_runs: int
    run_id: str
    """The first of them."""
    command: str
    """What repeats it; empty if nothing is known."""


class Work(NamedTuple):
    """What the ledger tells of the attempts that have ended."""

    cpu_seconds: float
    n_lost: int
    """Attempts whose process or worker died; their runs were tried again."""
    runs_per_second: float | None
    """Of late; None if nobody is at work, or nothing has ended yet."""
    last_s: float | None
    """When the last line was written, in seconds since 1970."""


class Status(NamedTuple):
    """How far a study is."""

    plan: Plan
    """What was asked for last."""
    n_planned: int
    states: dict[State, int]
    """How many runs ended so, ok first."""
    n_left: int
    """Planned and not done."""
    is_driven: bool
    """Whether somebody is doing the rest at this moment."""
    work: Work
    n_bytes: int
    """All its files."""
    reasons: Sequence[Reason]
    """The most frequent first."""

    @property
    def n_done(self) -> int:
        """Runs that came to an end, whatever it was."""
        return sum(self.states.values())

    @property
    def seconds_left(self) -> float | None:
        """How long the rest takes at the rate of late."""
        rate = self.work.runs_per_second
        return self.n_left / rate if rate else None


def status(folder: Path) -> Status:
    """The status of the study in `folder`.

    Raises:
        StudyError: it is no folder of a study.
    """
    plans, driven = read_plans(folder), is_driven(folder)
    ends = _ends(folder)
    n_planned = n_runs(plans)
    return Status(
        plan=plans[0],
        n_planned=n_planned,
        states=state_counts(ends),
        n_left=n_planned - _n_asked(ends, plans),
        is_driven=driven,
        work=_work(folder, driven=driven),
        n_bytes=_n_bytes(folder),
        reasons=reasons(folder, ends),
    )


def _ends(folder: Path) -> pl.DataFrame:
    """What has ended. Chunks that are sorted into parts while one looks have another name the next time."""
    for _ in range(_TRIES):
        try:
            return store.ends(folder)
        except FileNotFoundError:
            time.sleep(0.1)
    raise StudyError(f"{folder}: its files change faster than they can be read; try again")


def state_counts(outcomes: pl.DataFrame) -> dict[State, int]:
    """How many runs ended in each state, ok first."""
    counts = Counter(outcomes["state"])
    return {state: counts[state] for state in State if counts[state]}


def _n_asked(ends: pl.DataFrame, plans: Sequence[Plan]) -> int:
    """How many of the ended runs are asked for."""
    asked = [
        pl.col("policy").is_in(plan.policies)
        & (pl.col("sample").cast(pl.Int64) < plan.n_points)
        & (pl.col("replicate").cast(pl.Int64) < plan.n_replicates)
        for plan in plans
    ]
    return ends.filter(pl.any_horizontal(asked)).height


def _work(folder: Path, *, driven: bool) -> Work:
    cpu_seconds, n_lost, last_s = 0.0, 0, None
    ended: deque[float] = deque()
    for entry in ledger.entries(folder):
        cpu_seconds += entry.cpu_seconds or 0.0
        n_lost += entry.state is State.LOST
        if entry.written is not None:
            last_s = max(entry.written, last_s or 0.0)
            if entry.state is not State.LOST and entry.written > time.time() - RECENT_S:
                ended.append(entry.written)
    return Work(cpu_seconds, n_lost, _rate(ended) if driven else None, last_s)


def _rate(ended: Sequence[float]) -> float | None:
    """Runs a second. Lines come in batches: those of the first moment were done before it."""
    if not ended or (first := min(ended)) == max(ended):
        return None
    return sum(moment > first for moment in ended) / (time.time() - first)


def _n_bytes(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:
            continue
    return total


def reasons(folder: Path, ends: pl.DataFrame) -> list[Reason]:
    """Why runs did not end well: a row a reason, the most frequent first."""
    failed = ends.filter(pl.col("state") != State.OK).sort("run_id")
    found: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for run_id, state, error in failed.select("run_id", "state", pl.col("error").fill_null("")).iter_rows():
        found.setdefault((state, re.sub(r"[-+]?\d[\d.e+-]*", "#", error)), []).append((run_id, error))
    told = [_reason(folder, state, runs) for (state, _), runs in found.items()]
    return sorted(told, key=lambda reason: -reason.n_runs)


def _reason(folder: Path, state: str, runs: Sequence[tuple[str, str]]) -> Reason:
    run_id, error = runs[0]
    return Reason(State(state), error, len(runs), run_id, _command(folder / "failures" / f"{run_id}.txt"))


def _command(story: Path) -> str:
    """The command that repeats a run: it is the first indented line of its story."""
    try:
        lines = story.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in lines if line.startswith("  simlab ")), "")
