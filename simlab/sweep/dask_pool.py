"""A pool of the workers of a Dask cluster, wherever they are.

The driver itself says which worker does which batch. So it knows what was lost when one goes, gives that to another
under a new name, and what the old one may still bring back belongs to nobody: a batch ends once. Nothing depends on
how the scheduler was set up, for it has nothing to choose and nothing to try again.
"""

import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

from distributed import Client

from simlab.errors import StudyError
from simlab.sweep.batch import BatchDone
from simlab.sweep.dask_line import Answer, Line
from simlab.sweep.enrolment import NotEnrolledError, badge, discharge, enrol, work
from simlab.sweep.host import About, about
from simlab.sweep.one import one_line
from simlab.sweep.pools import Pool, Task
from simlab.sweep.roster import Roster, Standing, Worker, differences, objection

LOOK_S = 2.0
"""How often it is asked who is there."""

CENSUS_S = 30.0
"""How long those who are there at first may take to say what they run, before it begins without them."""

PATIENCE_S = 300.0
"""How long a scheduler may be out of reach in the middle of a sweep."""

Ended = tuple[Task, BatchDone | None]
"""A batch and what came of it; None: it was lost with its worker."""


class DaskPool(Pool):
    """The workers of the scheduler at an address like tcp://10.0.0.1:8786, or of a client that is there already.

    `tell` is called with what a user should know while it goes on: who is waited for, and who is refused.
    """

    def __init__(self, where: str | Client, packed: bytes, tell: Callable[[str], None]) -> None:
        self._line, self._packed, self._tell = Line(where, PATIENCE_S), packed, tell
        self._badge, self._about = badge(packed), about()
        self._roster = Roster()
        self._out: dict[str, tuple[Worker, Task | None]] = {}  # None: it was asked who it is
        self._open = ExitStack()
        self._has_begun = False
        self._waited_for = ""
        self._told: set[str] = set()
        self._next_look = 0.0

    def __enter__(self) -> "DaskPool":
        with ExitStack() as stack:
            stack.enter_context(self._line)
            stack.callback(self._discharge_all)
            self._take_census()
            self._open = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _discharge_all(self) -> None:
        """Leave no process behind on any worker."""
        hired = [worker.address for worker in self._roster.with_standing(Standing.HIRED)]
        self._line.call(hired, discharge, self._badge)

    @property
    def n_workers(self) -> int:
        """Threads that do batches now."""
        return sum(worker.n_threads for worker in self._roster.with_standing(Standing.HIRED))

    @property
    def has_room(self) -> bool:
        return self._roster.least_busy() is not None

    @property
    def is_idle(self) -> bool:
        return all(task is None for _, task in self._out.values())

    def start(self, task: Task) -> None:
        worker = self._roster.least_busy()
        if worker is None:
            raise ValueError("no worker has room")
        self._has_begun = True
        self._give(worker, task, work, self._badge, task.runs)

    def _give(self, worker: Worker, task: Task | None, function: Callable[..., Any], *args: object) -> None:
        key = self._line.send(worker.address, function, *args)
        self._out[key] = worker, task
        worker.keys.add(key)

    def next(self) -> Sequence[Ended]:
        """Wait until a batch has ended or workers may have come or gone. May be empty.

        Raises:
            StudyError: the scheduler is gone, or every worker that is left was refused.
        """
        wait_s = self._next_look - time.monotonic()
        answer = self._line.answer(wait_s) if wait_s > 0 else None
        if answer is not None:
            return self._take(answer)
        return self._look_around() if time.monotonic() >= self._next_look else []

    def _take_census(self) -> None:
        """Ask all who are there what they run, before anybody is given anything."""
        until = time.monotonic() + CENSUS_S
        self._look_around()
        while self._roster.with_standing(Standing.ASKED) and time.monotonic() < until:
            self.next()

    def _look_around(self) -> list[Ended]:
        """Find out who came and who left. Returns the batches that were lost with the latter."""
        came, left = self._roster.update(self._line.present())
        self._next_look = time.monotonic() + LOOK_S
        for worker in came:
            self._give(worker, None, enrol, self._packed)
        self._say_who_is_waited_for()
        return [ended for worker in left for ended in self._lose(worker)]

    def _say_who_is_waited_for(self) -> None:
        """Once, not each time."""
        waited_for = "" if list(self._roster) else f"no workers at {self._line.name}; waiting for some to come"
        if self._line.is_cut:
            waited_for = f"{self._line.name} is out of reach; calling it for {PATIENCE_S / 60:g} minutes"
        if waited_for and waited_for != self._waited_for:
            self._tell(waited_for)
        self._waited_for = waited_for

    def _lose(self, worker: Worker) -> list[Ended]:
        """Take back what a worker has. What it may still bring is not listened to."""
        self._line.forget(worker.keys)
        tasks = [self._out.pop(key)[1] for key in worker.keys]
        worker.keys.clear()
        return [(task, None) for task in tasks if task is not None]

    def _take(self, answer: Answer) -> list[Ended]:
        worker, task = self._out.pop(answer.key)
        worker.keys.discard(answer.key)
        if answer.error is None and task is not None:
            return [(task, answer.value)]
        ended: list[Ended] = [] if task is None else [(task, None)]
        if answer.error is None:
            self._judge(worker, answer.value)
        elif answer.is_lost or isinstance(answer.error, NotEnrolledError):
            self._roster.forget(worker)  # if it is still there, it is another process by now
            ended += self._lose(worker)
        else:
            self._refuse(worker, f"{worker.name} cannot do runs: {one_line(answer.error)}")
        return ended

    def _judge(self, worker: Worker, told: About) -> None:
        worker.host = told.host
        reason = objection(worker, told, self._about)
        if reason:
            self._refuse(worker, reason)
            return
        worker.standing = Standing.HIRED
        other = differences(told, self._about)
        if other and other not in self._told:
            self._told.add(other)
            self._tell(f"{worker.name} has {other}: numbers may differ in their last digits from those made here")

    def _refuse(self, worker: Worker, reason: str) -> None:
        """Give this worker nothing more.

        Raises:
            StudyError: nothing has begun yet, or nobody else is left.
        """
        worker.standing = Standing.REFUSED
        others = self._roster.with_standing(Standing.HIRED) + self._roster.with_standing(Standing.ASKED)
        if not self._has_begun or not others:
            raise StudyError(reason)
        self._tell(f"{reason}; it gets no more work")
