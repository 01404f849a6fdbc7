"""A job on the cluster, and how interruptions and checkpoints divide the time it holds its accelerators.

A job needs `run_days` of productive work on `n_h100e` accelerators, all at once. The time it holds them
without a break is a stint. A stint reads the last checkpoint back first (if there was work before it), then
works, and writes a checkpoint after every interval of work; nothing is written at the very end. What an
interruption finds unsaved is lost.

    stint:  | restart | work: interval | write | work: interval | write | work: rest |
"""

import math
from collections.abc import Callable
from enum import IntEnum
from typing import Any, NamedTuple

GRAIN_H100E = 2.0**-20
"""Amounts are whole multiples of this, so that sums of them are exact in a float up to 2**33 H100e."""

_ROUND_OFF = 1e-9
"""A whole number of intervals, divided out, may miss the whole number by this much."""


class JobState(IntEnum):
    """Where a job is in its life."""

    NEW = 0
    WAITING = 1
    RUNNING = 2
    ENDED = 3
    WITHDRAWN = 4


_NEW = JobState.NEW
_NOT_YET, _FOREVER = math.nan, math.inf


class Job:
    """`n_h100e` accelerators for `run_days` of productive work, and afterwards the account of how that went.

    `number` addresses the job's own luck among the jobs of its class: no two should have the same. `on_end`
    is called with the job from the event loop, never from inside a call of the owner's. The amount is rounded
    down to whole grains. Raises ValueError for a job without accelerators or of negative length.
    """

    __slots__ = (
        "alarm",
        "arrival",
        "checkpoints",
        "ended_days",
        "fails_next",
        "held_since_days",
        "job_class",
        "lost_days",
        "luck",
        "n_failures",
        "n_h100e",
        "n_preemptions",
        "number",
        "on_end",
        "owner",
        "preemptible",
        "priority",
        "queue_days",
        "restart_due_days",
        "run_days",
        "running_days",
        "saved_days",
        "since_days",
        "started_days",
        "state",
        "stint_days",
        "submitted_days",
        "writes_days",
    )

    def __init__(
        self,
        owner: Any,
        job_class: int,
        n_h100e: float,
        run_days: float,
        on_end: Callable[["Job"], None],
        number: int,
        *,
        priority: int = 0,
        preemptible: bool = True,
        checkpoints: bool = True,
    ) -> None:
        if not (n_h100e > 0.0 and 0.0 <= run_days < _FOREVER):
            raise ValueError(f"a job needs accelerators and a length, not {n_h100e} H100e, {run_days} days")
        self.owner = owner
        self.job_class = job_class
        self.n_h100e = n_h100e - n_h100e % GRAIN_H100E or GRAIN_H100E
        self.run_days = run_days
        self.on_end = on_end
        self.number = number
        self.priority = priority
        """Lower goes first."""
        self.preemptible = preemptible
        self.checkpoints = checkpoints
        """Without checkpoints an interruption costs all the work there is."""

        self.state = _NEW
        self.submitted_days = self.started_days = self.ended_days = _NOT_YET
        """When it was submitted, first started, and ended or was withdrawn; NaN before that."""
        self.queue_days = self.running_days = self.lost_days = 0.0
        """All its waiting (after preemptions too), all its holding of accelerators, all work done and lost.

        The wait or stint under way is counted when it is over.
        """
        self.n_preemptions = self.n_failures = 0

        # The cluster's own marks on the job; it sets the others of them before it reads them.
        self.saved_days = self.restart_due_days = 0.0
        self.luck = -1.0  # exposure left until the next failure; below 0: not drawn yet

    @property
    def used_h100e_days(self) -> float:
        """What it held, productive or not, in its finished stints."""
        return self.n_h100e * self.running_days

    @property
    def lost_h100e_days(self) -> float:
        """What it held for work that was lost."""
        return self.n_h100e * self.lost_days


class Spent(NamedTuple):
    """The parts of an interrupted stint; they add up to its length."""

    restart_days: float
    write_days: float
    saved_days: float
    unsaved_days: float


def grains_h100e(amount_h100e: float) -> float:
    """The amount in whole grains, rounded down: parts of a whole never add up to more than the whole."""
    return amount_h100e - amount_h100e % GRAIN_H100E


def n_writes(work_days: float, interval_days: float) -> int:
    """Checkpoints written in `work_days` of work: one between every two intervals."""
    if interval_days < _ROUND_OFF:
        return 0
    return max(math.ceil(work_days / interval_days - _ROUND_OFF) - 1, 0) if work_days > interval_days else 0


def spent(elapsed_days: float, restart_days: float, interval_days: float, write_days: float) -> Spent:
    """Split the first `elapsed_days` of a stint. An interval of 0 (or next to it) saves all work as it is done.

    A write that was interrupted counts as writing, and the interval before it as unsaved.
    """
    after_days = elapsed_days - restart_days
    if after_days <= 0.0:
        return Spent(elapsed_days, 0.0, 0.0, 0.0)
    if interval_days < _ROUND_OFF:
        return Spent(restart_days, 0.0, after_days, 0.0)
    if math.isinf(interval_days):
        return Spent(restart_days, 0.0, 0.0, after_days)
    n_saved = math.floor(after_days / (interval_days + write_days) + _ROUND_OFF)
    open_days = max(after_days - n_saved * (interval_days + write_days), 0.0)
    unsaved_days = min(open_days, interval_days)
    writing_days = n_saved * write_days + (open_days - unsaved_days)
    return Spent(restart_days, writing_days, after_days - writing_days - unsaved_days, unsaved_days)


def young_interval_days(write_days: float, mtbf_days: float) -> float:
    """Work between checkpoints that loses least, to first order.

    interval = sqrt(2 * write * mtbf), the mtbf being that between the job's own failures. Source: young-1974.
    """
    return math.sqrt(2.0 * write_days * mtbf_days)


def daly_interval_days(write_days: float, mtbf_days: float) -> float:
    """Work between checkpoints that loses least, to higher order.

    interval = young * (1 + x / 3 + x**2 / 9) - write with x = sqrt(write / (2 * mtbf)), and the mtbf itself
    where a write takes more than two of them. Source: daly-2006.
    """
    if write_days == 0.0:
        return 0.0
    if math.isinf(mtbf_days):
        return math.inf
    if write_days >= 2.0 * mtbf_days:
        return mtbf_days
    x = math.sqrt(write_days / (2.0 * mtbf_days))
    return young_interval_days(write_days, mtbf_days) * (1.0 + x / 3.0 + x * x / 9.0) - write_days
