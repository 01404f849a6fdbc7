"""The progress of runs: a line on a terminal, now and then a line anywhere else."""

import time
from collections import Counter, deque
from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from simlab.cli.summary import duration, say
from simlab.sweep.ledger import Entry
from simlab.sweep.runs import State

FAILURES_SHOWN = 5
"""So many failed runs are named as they fail; the summary has the reasons of all."""

STEPS = 10
"""So many lines a sweep writes where there is no terminal."""

RECENT = 500
"""Runs by which the rate is told."""


class Meter:
    """``with Meter(console, 1000) as meter: meter.note(entry)`` for each run that ended."""

    def __init__(self, console: Console, n_runs: int) -> None:
        self._console, self._n_runs = console, n_runs
        self._states: Counter[State] = Counter()
        self._moments: deque[float] = deque([time.monotonic()], maxlen=RECENT)
        self._line = Progress(
            BarColumn(bar_width=24),
            TextColumn("{task.description}", style="default"),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task = self._line.add_task(f"{n_runs:,} runs", total=n_runs)

    def __enter__(self) -> "Meter":
        self._line.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._line.stop()

    def note(self, entry: Entry) -> None:
        """A run has ended."""
        self._states[entry.state] += 1
        self._moments.append(time.monotonic())
        if entry.state is not State.OK:
            self._name(entry)
        told = self.told
        self._line.update(self._task, advance=1, description=told)
        n_done = self.n_done
        if not self._console.is_terminal and n_done * STEPS // self._n_runs > (n_done - 1) * STEPS // self._n_runs:
            say(self._console, told)

    def _name(self, entry: Entry) -> None:
        n_failed = self._states.total() - self._states[State.OK]
        if n_failed <= FAILURES_SHOWN:
            say(self._line.console, f"{entry.run_id}: {entry.state}: {entry.error}")
        if n_failed == FAILURES_SHOWN + 1:
            say(self._line.console, "More runs have not ended well; they are counted from here on.")

    @property
    def n_done(self) -> int:
        """Runs that have ended."""
        return self._states.total()

    @property
    def told(self) -> str:
        """How many are done, how they ended, how fast, and how long the rest takes."""
        n_done = self.n_done
        states = ", ".join(f"{n:,} {state}" for state in State if (n := self._states[state]))
        rate = self._rate
        left = f", {duration((self._n_runs - n_done) / rate)} left" if rate and n_done < self._n_runs else ""
        speed = f"  {rate:.3g} runs/s{left}" if rate else ""
        return f"{n_done:,} of {self._n_runs:,}  {states}{speed}"

    @property
    def _rate(self) -> float:
        """Runs a second, of the last ones."""
        seconds = self._moments[-1] - self._moments[0]
        return (len(self._moments) - 1) / seconds if seconds > 0 else 0.0
