"""Model size under the expected serving load.

A smaller model needs more training for the same loss and less compute for every token it will serve. Total cost K + S
at a given loss, with K the run's accelerator time (proportional to N D) and S that of serving (proportional to N), is
least where

    a A N^-a / (b B D^-b) = 1 + S / K

Source: sardana-2024, solved for the run that a lab can pay. Where text is repeated, D in the loss is the effective
tokens, and the denominator is multiplied by their elasticity.
"""

import math
from collections.abc import Callable
from typing import Annotated

from annotated_types import Gt, Le

from simlab.parameters import Params, State, Unit
from simlab.world.scaling import ScalingParams, compute_optimal

_STEPS = 20


class SizingParams(Params):
    """How far labs look ahead when they choose a model's size."""

    life_days: Annotated[float, Gt(0), Unit("day")]
    """How long a model is expected to serve."""
    flagship_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Share of the serving accelerators that serve the model under way, rather than smaller or older ones."""
    load_growth: Annotated[float, Gt(0), Unit("1")]
    """Tokens served over the model's life, relative to as many days of the load at launch."""
    initial_size_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Active parameters of the model of day 0 relative to a compute-optimal one, in a lab that serves."""


def serving_h100e_days(serving_h100e: float, p: SizingParams) -> float:
    """S for a model as large as the one served now, in H100e-days."""
    return serving_h100e * p.flagship_fraction * p.life_days * p.load_growth


def best_size(
    flop: float,
    serving_per_parameter: float,
    scaling: ScalingParams,
    effective: Callable[[float], tuple[float, float]],
) -> float:
    """Parameters of the model to train with `flop` of pre-training.

    `serving_per_parameter` is S / K over the parameters of the model served; `effective` tells of a budget of tokens
    how many fresh ones it is worth, and the worth of one more. The size is found by bisection.
    """
    a, b = scaling.parameter_exponent, scaling.token_exponent
    constant = math.log(a * scaling.parameter_scale / (b * scaling.token_scale))

    def too_small(log_n: float) -> bool:
        n = math.exp(log_n)
        budget = flop / (6.0 * n)
        tokens, marginal = effective(budget)
        ratio = constant - a * log_n + (1.0 + b) * math.log(tokens) - math.log(budget * marginal)
        return ratio > math.log1p(serving_per_parameter * n)

    low = high = math.log(compute_optimal(flop, scaling).n_parameters)
    while too_small(high):
        high += 1.0
    while not too_small(low):
        low -= 1.0
    return _bisect(too_small, low, high)


def _bisect(too_small: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(_STEPS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if too_small(middle) else (low, middle)
    return math.exp(0.5 * (low + high))
