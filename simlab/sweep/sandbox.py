"""The parent's side of `simlab.sweep.child`: does one run at a time in a process that may die without harm.

A run that takes too long or too much memory is ended with its process, from outside, so it does not matter what it
is doing. Which run was going on when a process died is known exactly: there is only one. The next run gets a new
process.
"""

import os
import pickle
import threading
import time

import psutil

from simlab.errors import StudyError
from simlab.sweep.handle import Child, Death
from simlab.sweep.one import Job, Planned, Result, nothing, too_slow
from simlab.sweep.runs import State

POLL_S = 0.05
"""How often a run's time and memory are looked at."""

PATIENCE_S = 5.0
"""What a process that answers no more is given to end by itself, so that its own exit code is known."""

SPARE_FRACTION = 0.8
"""Of the memory that a host has to spare, what all runs on it may hold together."""

MOST_STARTS = 3
"""How often a process that does not come up is started before that is an error."""


class Stopped(BaseException):
    """No more runs are wanted. Not an Exception: nobody shall take it for an error of a run."""


def share_mb(n_workers: int) -> float:
    """What one of `n_workers` on this host may hold, in MiB."""
    return psutil.virtual_memory().available * SPARE_FRACTION / n_workers / 2**20


class Sandbox:
    """A process for the runs of one job, started when the first comes and again when it has died."""

    def __init__(self, packed: bytes) -> None:
        self.packed = packed
        self._job: Job = pickle.loads(packed)
        self._memory_mb = self._job.memory_mb or share_mb(os.cpu_count() or 1)
        self._child: Child | None = None
        self.is_stopped = False
        self._is_busy = threading.Lock()

    def run(self, planned: Planned) -> Result | Death:
        """Do a run.

        Raises:
            Stopped: `stop` was called.
            StudyError: no process comes up, or it would run other code of the model than this one.
        """
        with self._is_busy:
            child = self._started()
            found = self._watched(child, planned)
            if child.is_over:
                self._child = None
            if self.is_stopped and isinstance(found, Death):
                raise Stopped
            return found

    def stop(self) -> None:
        """End the process, in the middle of a run if there is one. For another thread than that of the run."""
        self.is_stopped = True
        if self._child is not None:
            self._child.kill()
        with self._is_busy:
            if self._child is not None:
                self._child.end()
            self._child = None

    def _started(self) -> Child:
        """The process, ready for a run."""
        death = Death("", "")
        for _ in range(MOST_STARTS):
            if self.is_stopped:
                raise Stopped
            if self._child is not None:
                return self._child
            self._child = child = Child(self.packed)
            if self.is_stopped:  # so late that `stop` may not have seen it
                child.kill()
            if child.comes_up():
                return child
            self._child, death = None, child.end(PATIENCE_S)
        raise StudyError(f"no process for runs comes up: it {death.how}\n{death.last_words}")

    def _watched(self, child: Child, planned: Planned) -> Result | Death:
        """Send the run and wait for its result, its limits or its death."""
        began = time.monotonic()
        try:
            child.send(planned)
            while not child.has_answer(POLL_S):
                found = self._over_limit(child, planned, time.monotonic() - began)
                if found is not None:
                    return found
            return child.answer()
        except (EOFError, OSError):
            return child.end(PATIENCE_S)

    def _over_limit(self, child: Child, planned: Planned, seconds: float) -> Result | Death | None:
        """The end of a run that is over a limit; None while it is not."""
        if seconds > self._job.limit_s + self._job.grace_s:
            words = child.end().last_words
            return nothing(self._job, planned, State.TIMED_OUT, too_slow(self._job), words, seconds)
        if child.memory_mb() > self._memory_mb:
            error = f"held more than {self._memory_mb:.0f} MiB of memory"
            words = child.end().last_words
            if child.n_done:  # what runs before it left there may be to blame: again, in a fresh process
                return Death(error, words)
            return nothing(self._job, planned, State.OUT_OF_MEMORY, error, f"{error}\n{words}", seconds)
        return None
