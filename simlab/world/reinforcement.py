"""Reinforcement learning with verifiable reward: success first, then slope.

An environment poses tasks that take a person so many minutes. The pre-trained model solves one with the probability p
that its horizon gives; without success there is nothing to learn from, and where it always succeeds there is nothing
left to learn, so an environment counts as 1 - p: it wears out as models pass it. With C FLOP of reinforcement learning
a model masters the share

    1 / (1 + (C_mid / C)^B)

of its environments, the sigmoid of khatri-2025 from nothing to all. Half of them are mastered when each has been solved
so many times: an attempt takes tokens in proportion to the task's minutes, a token 2 N FLOP to generate and 6 N to
learn from, and a success 1 / p attempts, which makes C_mid. A lab leaves out the environments that cost more than they
bring. What is mastered is worth effective compute, so many nats for ten times as many environments.

Labs build environments with people of their own and buy them, a little harder than what their best model does.
"""

import math
from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, State, Unit
from simlab.stage import Stage
from simlab.units import MINUTES_PER_HOUR, NATS_PER_DECADE
from simlab.world.capability import CapabilityParams, horizon_50_minutes, success_fraction

_FLOP_PER_PARAMETER_TOKEN = 8.0
"""Two to generate a token, six to learn from it."""
_LEAST_FRACTION, _LARGEST_FRACTION = 1e-3, 0.95
_N_COARSE, _N_FINE = 16, 12
_GOLDEN = 0.5 * (math.sqrt(5.0) - 1.0)


class ReinforcementParams(Params):
    """Environments, and what is learnt in them."""

    environment_people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1"), State()]
    """Share of the lab's people who build environments instead of having ideas."""
    environment_usd2025_per_h100e_day: Annotated[float, Ge(0), Unit("USD2025/(H100e*day)")]
    """Money spent on environments for a run, for each day of an accelerator in it: the budget grows with the runs."""
    environment_people_days: Annotated[float, Gt(0), Unit("person*day")]
    """Work to build an environment whose tasks take a person an hour."""
    environment_usd2025: Annotated[float, Gt(0), Unit("USD2025"), State()]
    """Price of such an environment."""
    length_exponent: Annotated[float, Ge(0), Unit("1")]
    """Work and price grow as (length of the tasks)^exponent."""
    task_horizon_ratio: Annotated[float, Gt(0), Unit("1")]
    """Length of the tasks in new environments, relative to the 50% horizon of the lab's best model."""
    initial_environments: Annotated[float, Gt(0), Unit("1"), State()]
    """Environments that a lab has on day 0."""
    initial_task_minutes: Annotated[float, Gt(0), Unit("minute"), State()]
    """Time that the tasks in these take a person."""
    breadth_environments: Annotated[float, Gt(0), Unit("1")]
    """Mastered environments at which what is learnt begins to be general."""
    mastery_nats_per_tenfold: Annotated[float, Ge(0), Unit("nat")]
    """Worth of mastering ten times as many environments, well above that number."""
    sigmoid_exponent: Annotated[float, Gt(0), Unit("1")]
    """B: steepness in the logarithm of compute."""
    midpoint_successes: Annotated[float, Gt(0), Unit("1")]
    """Successes in each environment by which half of them are mastered."""
    attempt_tokens_per_work_minute: Annotated[float, Gt(0), Unit("token/minute")]
    """Tokens of an attempt, for each minute that the task takes a person."""
    allocation: Literal["fixed", "most_gain"]
    """Whether the share of a run that goes to reinforcement learning is fixed, or what makes the best model."""
    run_fraction: Annotated[float, Ge(0), Lt(1), Unit("1"), State()]
    """That share on day 0, and in all runs where it is fixed."""


class Vintage(NamedTuple):
    """Environments built for one run."""

    n_environments: float
    task_minutes: float


class Lesson(NamedTuple):
    """What a pre-trained model finds in one vintage."""

    n_left: float
    """Environments, each counted as what is left to learn in it."""
    flop_per_parameter: float
    """Compute by which half of them are mastered."""


def lessons(
    vintages: list[Vintage], horizon_50_min: float, p: ReinforcementParams, c: CapabilityParams
) -> list[Lesson]:
    """What a model of this horizon finds, the cheapest first."""
    found = []
    for n, minutes in vintages:
        success = success_fraction(minutes, horizon_50_min, c)
        tokens = minutes * p.attempt_tokens_per_work_minute * p.midpoint_successes / success
        found.append((_FLOP_PER_PARAMETER_TOKEN * tokens, n * (1.0 - success)))
    return [Lesson(n_left, n_left * each) for each, n_left in sorted(found)]


def mastered_fraction(flop: float, midpoint_flop: float, p: ReinforcementParams) -> float:
    """Share of the environments that `flop` of reinforcement learning master: 1 / (1 + (C_mid / C)^B)."""
    return 1.0 / (1.0 + (midpoint_flop / flop) ** p.sigmoid_exponent) if flop > 0.0 else 0.0


def n_mastered(flop: float, n_active_parameters: float, cheapest_first: list[Lesson], p: ReinforcementParams) -> float:
    """Environments mastered, by a lab that leaves out the dearest ones where this masters more."""
    best = n = cost = 0.0
    for lesson in cheapest_first:
        n += lesson.n_left
        cost += lesson.flop_per_parameter
        best = max(best, n * mastered_fraction(flop, cost * n_active_parameters, p))
    return best


def mastery_nats(n: float, p: ReinforcementParams) -> float:
    """Effective compute that mastering `n` environments is worth."""
    return p.mastery_nats_per_tenfold * math.log1p(n / p.breadth_environments) / NATS_PER_DECADE


def environment_cost(task_minutes: float, p: ReinforcementParams) -> float:
    """Work or price of an environment relative to one of hour-long tasks."""
    return (task_minutes / MINUTES_PER_HOUR) ** p.length_exponent


class Reinforcement:
    """One lab's environments."""

    def __init__(self, stage: Stage, params: ReinforcementParams, capability: CapabilityParams) -> None:
        self.stage, self.params, self.capability = stage, params, capability
        self.vintages = [Vintage(params.initial_environments, params.initial_task_minutes)]
        self._n_people = self._people_days = self._since_days = 0.0

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on; what they build before day 0 is in the stock of day 0."""
        now = max(self.stage.env.now, 0.0)
        self._people_days += self._n_people * self.params.environment_people_fraction * (now - self._since_days)
        self._n_people, self._since_days = n_people, now

    def equip(self, run_h100e_days: float, best_effective_flop: float) -> None:
        """Take in what the lab's people have built since the last run, and what is bought for this one."""
        p = self.params
        self.staff(self._n_people)
        usd2025 = p.environment_usd2025_per_h100e_day * run_h100e_days
        minutes = p.task_horizon_ratio * horizon_50_minutes(best_effective_flop, self.capability)
        n = self._people_days / p.environment_people_days + usd2025 / p.environment_usd2025
        self.vintages.append(Vintage(n / environment_cost(minutes, p), minutes))
        self._people_days = 0.0

    def gain_nats(self, flop: float, n_active_parameters: float, pretrained_flop: float) -> float:
        """What `flop` of it teach a model pre-trained to that effective compute."""
        horizon = horizon_50_minutes(pretrained_flop, self.capability)
        cheapest_first = lessons(self.vintages, horizon, self.params, self.capability)
        return mastery_nats(n_mastered(flop, n_active_parameters, cheapest_first, self.params), self.params)


def best_fraction(worth: Callable[[float], float]) -> float:
    """The share of a run at which `worth` is largest: a coarse look, as it may have two hills, then a close one."""
    step = math.log(_LARGEST_FRACTION / _LEAST_FRACTION) / (_N_COARSE - 1)
    shares = [0.0, *(_LEAST_FRACTION * math.exp(step * k) for k in range(_N_COARSE))]
    best = max(range(len(shares)), key=lambda k: worth(shares[k]))
    if best == 0:
        return 0.0
    return _golden(worth, shares[best - 1], shares[min(best + 1, _N_COARSE)])


def _golden(worth: Callable[[float], float], low: float, high: float) -> float:
    """Golden-section search."""
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = worth(left), worth(right)
    for _ in range(_N_FINE):
        if at_left > at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = worth(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = worth(right)
    return 0.5 * (low + high)
