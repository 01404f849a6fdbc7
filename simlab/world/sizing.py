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

_GRAIN_NATS, _MOST_STEPS = 1e-9, 60
"""Close enough to balance, and steps that more than suffice."""


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
    how many fresh ones it is worth, and the worth of one more.
    """
    a, b = scaling.parameter_exponent, scaling.token_exponent
    constant = math.log(a * scaling.parameter_scale / (b * scaling.token_scale))

    def shortfall(log_n: float) -> float:
        """Positive where a model of this size is too small; it falls with size."""
        n = math.exp(log_n)
        budget = flop / (6.0 * n)
        tokens, marginal = effective(budget)
        ratio = constant - a * log_n + (1.0 + b) * math.log(tokens) - math.log(budget * marginal)
        return ratio - math.log1p(serving_per_parameter * n)

    return math.exp(_root(shortfall, math.log(compute_optimal(flop, scaling).n_parameters)))


def _root(falling: Callable[[float], float], guess: float) -> float:
    """Where a falling function is nothing: strides of 1 from `guess` until it lies between, then regula falsi."""
    low = high = guess
    at_low = at_high = falling(guess)
    while at_high > 0.0:
        low, at_low, high = high, at_high, high + 1.0
        at_high = falling(high)
    while at_low <= 0.0:
        high, at_high, low = low, at_low, low - 1.0
        at_low = falling(low)
    return _between(falling, low, at_low, high, at_high)


def _between(falling: Callable[[float], float], low: float, at_low: float, high: float, at_high: float) -> float:
    """Regula falsi; an end that stays twice counts half (the Illinois rule), so that both ends close in."""
    middle, is_low_kept = low, None
    for _ in range(_MOST_STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        at = falling(middle)
        if abs(at) < _GRAIN_NATS:
            break
        if at > 0.0:
            low, at_low, at_high = middle, at, at_high * (0.5 if is_low_kept is False else 1.0)
        else:
            high, at_high, at_low = middle, at, at_low * (0.5 if is_low_kept else 1.0)
        is_low_kept = at <= 0.0
    return middle
