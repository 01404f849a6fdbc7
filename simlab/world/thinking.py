"""Test-time compute: thinking longer, instead of training more.

Capability grows with the logarithm of the tokens spent on a task: a decade more of thinking is worth as much as r
decades more of training, up to a limit (jones-2021: 10 times the training for 15 times the search, r = 0.85;
epoch-tradeoff-2023: one decade of training for one to two of inference). So the two are substitutes, and a fixed total
of compute has a best division between them: with models of the compute-optimal size, the tokens that a given amount of
serving buys fall as the model grows.
"""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, Unit
from simlab.world.scaling import ScalingParams, compute_optimal

FLOP_PER_PARAMETER_AND_TOKEN = 2.0
"""A forward pass: one multiplication and one addition a parameter."""


class ThinkingParams(Params):
    """What thinking is worth."""

    training_decades_per_thinking_decade: Annotated[float, Gt(0), Lt(2), Unit("1")]
    """r: decades of effective training compute that a decade more tokens a task is worth."""
    most_thinking_decades: Annotated[float, Ge(0), Unit("decade")]
    """Thinking beyond that of the reference, in decades of tokens a task, after which more is worth nothing."""


def worth(thinking_decades: float, p: ThinkingParams) -> float:
    """Factor on effective training compute that so much more thinking is worth: 10^(r min(decades, most))."""
    return 10.0 ** (p.training_decades_per_thinking_decade * min(thinking_decades, p.most_thinking_decades))


def split_effective_flop(
    total_flop: float,
    training_fraction: float,
    reference_tokens: float,
    p: ThinkingParams,
    scaling: ScalingParams,
) -> float:
    """Effective compute on a model's tasks when a fixed total is divided between training it and serving it.

    `reference_tokens` is the thinking over all tasks of the model's life at which a decade of it counts as none.
    """
    training_flop = training_fraction * total_flop
    n_parameters = compute_optimal(training_flop, scaling).n_parameters
    tokens = (total_flop - training_flop) / (FLOP_PER_PARAMETER_AND_TOKEN * n_parameters)
    return training_flop * worth(math.log10(tokens / reference_tokens), p)
