"""A call that does runs of a study: what it says before, the runs under a progress line, and what it tells after."""

import math
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import partial
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

from simlab.analysis.lock import DRAWN
from simlab.cli.meter import Meter
from simlab.cli.reasons import reason_lines
from simlab.cli.summary import (
    AROUND,
    WORKERS,
    Calendar,
    count_of,
    duration,
    milestone_lines,
    say,
    worker_lines,
    world_lines,
)
from simlab.errors import StudyError
from simlab.sweep import status
from simlab.sweep.execute import Workers
from simlab.sweep.one import Planned
from simlab.sweep.plan import Plan, n_runs
from simlab.sweep.runs import State
from simlab.sweep.study import LIMIT_S, Study, carry_out, tidy_up
from simlab.sweep.summary import milestone_dates, read_outcomes


class Means(NamedTuple):
    """How runs are to be done, and when to give up."""

    n_workers: int | None = None
    scheduler: str | None = None
    limit_s: float | None = None
    memory_mb: float | None = None
    fail_fast: bool = False
    max_failures: str | None = None
    """A count, or a share of the planned runs like 1%."""
    with_report: bool = True
    verb: str = "run"
    """Of the command that asks for it."""
    with_results: bool = True
    """Whether what came out is told; how runs ended always is."""


class Session:
    """One call, from its first word to its exit code."""

    def __init__(self, study: Study, means: Means, plans: Sequence[Plan]) -> None:
        self._study, self._means, self._plans = study, means, plans
        self._console = Console()
        self._workers = Workers(means.n_workers, means.scheduler)
        self._n_planned = n_runs(plans)
        self._most = most_failures(means.max_failures, self._n_planned)
        self._stopped = self._took = ""

    def open(self) -> None:
        """Make the folder ready and say what is known of it."""
        tidy_up(self._study)
        for line in self._study.news:
            say(self._console, line)

    def do(self, runs: Iterable[Planned], n_left: int, n_failed: int) -> None:
        """Do these `n_left` runs; stop early where that was asked for. `n_failed` others have failed before."""
        before = self._n_planned - n_left
        told = f", {before:,} of them done before" if before else ""
        say(self._console, f"{self._study.folder}: {count_of(self._n_planned, 'run')}{told}")
        if n_left:
            began, n_done = time.monotonic(), self._do(runs, n_left, n_failed)
            part = f"; {n_done:,} of them in" if n_done < self._n_planned else ", in"
            self._took = f"{part} {duration(time.monotonic() - began)} {self._by}"

    def _do(self, runs: Iterable[Planned], n_left: int, n_failed: int) -> int:
        job = self._study.job(self._means.limit_s or LIMIT_S, memory_mb=self._means.memory_mb)
        tell = partial(say, self._console)
        entries = carry_out(self._study, job, runs, self._workers, self._means.verb, tell)
        with Meter(self._console, n_left) as meter, closing(entries):
            for entry in entries:
                meter.note(entry)
                if entry.state is not State.OK:
                    n_failed += 1
                    self._stopped = self._why_stop(n_failed)
                if self._stopped:
                    break
        return meter.n_done

    def _why_stop(self, n_failed: int) -> str:
        """Why no more runs are to be done after one that failed; empty if they are."""
        if self._means.fail_fast:
            return "Stopped at the first run that did not end well, as --fail-fast asks."
        if self._most is not None and n_failed > self._most:
            most = f"at most {self._most:,} of {count_of(self._n_planned, 'run')} may fail"
            return f"Stopped: {n_failed:,} have failed, and {most} (--max-failures {self._means.max_failures})."
        return ""

    def close(self) -> int:
        """Tell what came out. Returns the exit code."""
        found = status.status(self._study.folder)
        if self._means.with_results and found.states.get(State.OK):
            self._tell_results()
        self._tell_ends(found)
        if self._means.with_report and found.states.get(State.OK):
            self._report()
        n_failed = found.n_done - found.states.get(State.OK, 0)
        return 0 if n_failed <= (self._most or 0) and not found.n_left and not self._stopped else 1

    def _tell_results(self) -> None:
        scenario, console = self._study.scenario, self._console
        policies = list(dict.fromkeys(policy for plan in self._plans for policy in plan.policies))
        days = [f"{name}_days" for name in scenario.milestones]
        columns = {"policy", "state", *days, *WORKERS.values(), *(column for column, _ in AROUND.values())}
        outcomes = read_outcomes(self._study.folder, columns)
        titles = {name: milestone.title for name, milestone in scenario.milestones.items()}
        dates = milestone_dates(outcomes, policies, list(scenario.milestones))
        lines = milestone_lines(dates, titles, Calendar(scenario.start, scenario.end), console.width)
        only = f", policy {policies[0]}" if len(policies) == 1 < len(scenario.policies) else ""
        console.print(f"\n{scenario.title}{only}\n", style="bold", markup=False, highlight=False)
        for told in (lines, *(lines(outcomes, policies, console.width) for lines in (worker_lines, world_lines))):
            if told:
                say(console, "\n".join(told) + "\n")
        if scenario.design.kind not in DRAWN:
            say(console, "The points are chosen by the design, not drawn: shares of the runs are no probabilities.\n")

    def _tell_ends(self, found: status.Status) -> None:
        others = [f"{n:,} {state}" for state, n in found.states.items() if state is not State.OK]
        others += [f"{found.n_left:,} still to do"] if found.n_left else []
        ok = f"{found.states.get(State.OK, 0):,} of {count_of(found.n_planned, 'run')} ok"
        say(self._console, f"{', '.join([ok, *others])}{self._took}.")
        for line in reason_lines(found, self._study.folder, self._console.width):
            say(self._console, line)
        if self._stopped:
            say(self._console, f"\n{self._stopped} What is done is kept.")

    def _report(self) -> None:
        from simlab.report import write_report

        with self._console.status("writing the report"):
            path = write_report(self._study.folder)
        link = Style(link=path.resolve().as_uri())
        self._console.print(Text.assemble("Report: ", (str(path), link)), soft_wrap=True, highlight=False)

    @property
    def _by(self) -> str:
        n, address = self._workers.n_here, self._workers.scheduler
        return f"by the workers of {address}" if address else f"on {count_of(n, 'process', 'processes')}"


def most_failures(said: str | None, n_planned: int) -> int | None:
    """How many runs may fail: a count, or a share of the planned ones. None: nothing was said.

    >>> most_failures("1%", 1000), most_failures("5", 1000), most_failures(None, 1000)
    (10, 5, None)

    Raises:
        StudyError: it is neither.
    """
    if said is None:
        return None
    try:
        if said.endswith("%"):
            share = float(said.removesuffix("%")) / 100.0
            return _require(said, math.floor(share * n_planned + 1e-9), possible=0.0 <= share <= 1.0)
        return _require(said, int(said), possible=int(said) >= 0)
    except ValueError:
        raise StudyError(
            f"--max-failures {said}: a share of the runs, like 1%, or a count, like 5, is expected"
        ) from None


def _require(said: str, most: int, *, possible: bool) -> int:
    if not possible:
        raise ValueError(said)
    return most
