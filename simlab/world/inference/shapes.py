"""The shape of a request: how many tokens are read and written, and how much context is carried while they are written.

Output is log-normal. Context begins with the input and grows by every token written until it reaches the limit at
which it is compacted; from there on it stays, whatever is still written. A request that writes O tokens after I tokens
of input, under a limit C, therefore carries over its life

    O (I + O / 2)         token-steps of context if I + O <= C,
    C O - (C - I)^2 / 2   beyond,

whose mean over a log-normal O has a closed form. So the attention of a request of a billion tokens grows with the
tokens, not with their square.
"""

import math
from typing import NamedTuple

from simlab.randomness import normal_cdf


class Shape(NamedTuple):
    """A class of requests as a server sees it, mean over the class."""

    read_tokens: float
    """Input that has to be read; what is still in memory has not."""
    output_tokens: float
    context_tokens: float
    """Context carried while a token is written, mean over the tokens written."""


def partial_moment(order: int, up_to: float, median: float, log_sd: float) -> float:
    """E[X^order; X <= up_to] of a log-normal X: exp(k mu + k^2 s^2 / 2) Phi((ln x - mu - k s^2) / s)."""
    if up_to <= 0.0:
        return 0.0
    if log_sd == 0.0:
        return median**order if median <= up_to else 0.0
    mean = median**order * math.exp(0.5 * (order * log_sd) ** 2)
    return mean * normal_cdf((math.log(up_to / median) - order * log_sd**2) / log_sd)


def shape(input_tokens: float, cached_fraction: float, median: float, log_sd: float, limit_tokens: float) -> Shape:
    """Requests whose output has this median and standard deviation of its logarithm."""
    start = min(input_tokens, limit_tokens)
    room = limit_tokens - start
    mean = median * math.exp(0.5 * log_sd**2)
    below = [partial_moment(order, room, median, log_sd) for order in (0, 1, 2)]
    growing = start * below[1] + 0.5 * below[2]
    compacted = limit_tokens * (mean - below[1]) - 0.5 * room**2 * (1.0 - below[0])
    return Shape(input_tokens * (1.0 - cached_fraction), mean, (growing + compacted) / mean)
