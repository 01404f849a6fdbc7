"""Many tries in parallel, and agreement among them as evidence.

Of n tries at a task, right answers agree with one another; a wrong try repeats the common error with probability c,
which looks right, and otherwise shows itself: it fails its own checks, or stands alone. An answer on which k tries
agree is accepted:

    P(accepted and right) = P(Bin(n, p) >= k)        P(accepted and wrong) = P(Bin(n, (1 - p) c) >= k)

and what is not accepted goes back. Tries at one task are not independent: some tasks a model cannot do however often it
tries. A share s of its failures is of that kind, so that a try at the others succeeds with p / (1 - (1 - p) s).
Source: codemonkeys-2025 (how much ten tries add to one).
"""

import math
from functools import lru_cache
from typing import Annotated, NamedTuple

from annotated_types import Ge, Le, Lt

from simlab.parameters import Params, Unit

_BISECTIONS = 50


class TriesParams(Params):
    """Tries at a task."""

    most_tries: Annotated[int, Ge(1), Unit("1")]
    """Tries in parallel at a task, at most; only odd numbers are used, and more than half must agree."""
    common_error_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of wrong tries that make the common error, which passes the workers' own checks."""
    out_of_reach_fraction: Annotated[float, Ge(0), Lt(1), Unit("1")]
    """Share of a model's failures that are tasks it cannot do however often it tries."""


class Answer(NamedTuple):
    """What becomes of a task that was tried; the rest of the chance is that nothing is accepted."""

    right: float
    """Chance that the right answer is accepted."""
    wrong: float
    """Chance that a wrong one is."""


@lru_cache(maxsize=512)
def _ways(k: int, n: int) -> tuple[int, ...]:
    return tuple(math.comb(n, i) for i in range(k, n + 1))


def at_least(k: int, n: int, p: float) -> float:
    """P(Bin(n, p) >= k)."""
    miss = 1.0 - p
    return sum(ways * p**i * miss ** (n - i) for i, ways in enumerate(_ways(k, n), k))


def agreed(success_fraction: float, common_error_fraction: float, n: int, k: int) -> Answer:
    """Chances that k of n independent tries agree on the right answer, and on the common error."""
    wrong = (1.0 - success_fraction) * common_error_fraction
    return Answer(at_least(k, n, success_fraction), at_least(k, n, wrong))


def majority(n: int) -> int:
    """More than half of n."""
    return n // 2 + 1


def answer(success_fraction: float, n: int, p: TriesParams) -> Answer:
    """Chances at a task done with `success_fraction` by one try, when more than half of n tries must agree."""
    k, c = majority(n), p.common_error_fraction
    in_reach = 1.0 - (1.0 - success_fraction) * p.out_of_reach_fraction
    tried = agreed(success_fraction / in_reach, c, n, k)
    return Answer(in_reach * tried.right, in_reach * tried.wrong + (1.0 - in_reach) * at_least(k, n, c))


def needed_success_fraction(required_fraction: float, n: int, p: TriesParams) -> float:
    """Success of one try at which n tries give the right answer with the required chance: found by bisection."""
    low, high = 0.0, 1.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if answer(middle, n, p).right >= required_fraction else (middle, high)
    return high


def chance_true(prior: float, k: int, n: int, found_if_true: float, found_if_false: float) -> float:
    """Chance that a finding is true when k of n independent tries found it, by Bayes.

    `found_if_true` and `found_if_false` are the chances that one try finds it. Written with logarithms, so that many
    tries do not underflow.
    """
    for_it = k * math.log(found_if_true / found_if_false)
    against = (n - k) * math.log((1.0 - found_if_true) / (1.0 - found_if_false))
    odds = math.log(prior / (1.0 - prior)) + for_it + against
    return 1.0 / (1.0 + math.exp(-odds)) if odds > 0.0 else math.exp(odds) / (1.0 + math.exp(odds))
