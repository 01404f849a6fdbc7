"""A step of research is a bundle of tasks; workers do those that are short enough to be trusted to them.

The time that a person takes for a task is log-normal over the bundle. Of the tasks, Phi(z) are shorter than h, with
z = (ln h - ln median) / sd; of the work in them, Phi(z - sd), because long tasks hold most of the work. A model that
must be right in q of its tasks is trusted with those up to its q-horizon (metr-2025); q is the root of what a chain of
tasks between two reviews must reach: the nines multiply, and so the slow remainder stays human.
"""

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

from annotated_types import Gt

from simlab.parameters import Params, Unit
from simlab.randomness import normal_cdf, normal_quantile
from simlab.world.workers.agreement import Answer

MINUTES_PER_WORKING_DAY = 480.0
"""A person-day: eight hours of work."""
MINUTES_PER_DAY = 1440.0
"""Of a worker that needs no sleep."""

_NOTHING = 1e-12
"""Share of the work below which none is handed over."""
_POINTS = 8
"""Quantiles over which a mean over tasks is taken."""


class BundleParams(Params):
    """How long the tasks of a step take a person."""

    median_minutes: Annotated[float, Gt(0), Unit("minute")]
    """Median length."""
    log_sd: Annotated[float, Gt(0), Unit("1")]
    """Standard deviation of the logarithm of the length."""


class StepsParams(Params):
    """The steps of research as bundles of tasks."""

    thinking: BundleParams
    """Thinking an idea through and designing its test."""
    building: BundleParams
    """Implementing it."""
    reading: BundleParams
    """Interpreting a campaign."""


class Handed(NamedTuple):
    """What workers get of a bundle, per unit of its human work."""

    work_fraction: float
    """Work in the tasks handed to them."""
    tasks_per_minute: float
    """Tasks handed to them for each minute of the bundle's human work."""
    right_fraction: float
    """Part of the work handed over that comes back accepted and right."""
    wrong_fraction: float
    """Part that comes back accepted and wrong."""


def tasks_within_fraction(minutes: float, p: BundleParams) -> float:
    """Share of the tasks that take less than `minutes`."""
    return normal_cdf(_z(minutes, p))


def work_within_fraction(minutes: float, p: BundleParams) -> float:
    """Share of the work that lies in tasks of less than `minutes`."""
    return normal_cdf(_z(minutes, p) - p.log_sd)


def mean_minutes(p: BundleParams) -> float:
    """Mean length of a task."""
    return p.median_minutes * math.exp(0.5 * p.log_sd**2)


def task_reliability(required_fraction: float, chain_tasks: float) -> float:
    """Success that each task must reach for a chain of them to succeed with the required chance."""
    return required_fraction ** (1.0 / chain_tasks)


def hand_over(reliable_minutes: float, p: BundleParams, answer: Callable[[float], Answer]) -> Handed:
    """Hand over every task of less than `reliable_minutes`; `answer` gives the chances by a task's length."""
    work = work_within_fraction(reliable_minutes, p)
    tasks = tasks_within_fraction(reliable_minutes, p) / mean_minutes(p)
    right, wrong = _mean(work, p.log_sd, p, answer) if work > _NOTHING else (0.0, 0.0)
    return Handed(work, tasks, right, wrong)


def mean_answer(p: BundleParams, answer: Callable[[float], Answer]) -> Answer:
    """Chances at a task of the bundle, whatever its length."""
    return _mean(1.0, 0.0, p, answer)


def _z(minutes: float, p: BundleParams) -> float:
    return math.log(minutes / p.median_minutes) / p.log_sd


def _mean(share: float, shift: float, p: BundleParams, answer: Callable[[float], Answer]) -> Answer:
    """Mean over the shortest `share` of the tasks, each counted once (shift 0) or by its length (shift log_sd)."""
    right = wrong = 0.0
    for i in range(_POINTS):
        z = normal_quantile(share * (i + 0.5) / _POINTS) + shift
        one = answer(p.median_minutes * math.exp(p.log_sd * z))
        right, wrong = right + one.right, wrong + one.wrong
    return Answer(right / _POINTS, wrong / _POINTS)
