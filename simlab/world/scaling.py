"""Scaling law of the frontier run: what loss a training budget buys, and what it costs to leave the optimum.

L(N, D) = E + A / N^alpha + B / D^beta with C = 6 N D, at the compute-optimal split of C into parameters N and tokens D.
Source: hoffmann-2022, refit of its published points (chinchilla-refit).
"""

import math
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt

from simlab.parameters import Params, Unit


class ScalingParams(Params):
    """The scaling law's five constants."""

    parameter_exponent: Annotated[float, Gt(0), Unit("1")]
    """alpha: the loss's excess falls as parameters^-alpha."""
    token_exponent: Annotated[float, Gt(0), Unit("1")]
    """beta: the loss's excess falls as tokens^-beta."""
    irreducible_nats: Annotated[float, Ge(0), Unit("nat")]
    """E: loss per token that no model removes."""
    parameter_scale: Annotated[float, Gt(0), Unit("1")]
    """A."""
    token_scale: Annotated[float, Gt(0), Unit("1")]
    """B."""


class TrainedModel(NamedTuple):
    """A compute-optimal model."""

    n_parameters: float
    n_tokens: float
    loss_nats: float


def compute_optimal(effective_flop: float, p: ScalingParams) -> TrainedModel:
    """The model that `effective_flop` of compute-optimal training buys.

    Minimising E + A N^-a + B D^-b under 6 N D = C gives N = G (C/6)^(b/(a+b)), G = (a A / (b B))^(1/(a+b)).
    """
    a, b = p.parameter_exponent, p.token_exponent
    g = (a * p.parameter_scale / (b * p.token_scale)) ** (1.0 / (a + b))
    pairs = effective_flop / 6.0
    n = g * pairs ** (b / (a + b))
    d = pairs / n
    return TrainedModel(n, d, p.irreducible_nats + p.parameter_scale * n**-a + p.token_scale * d**-b)


def loss_nats(n_parameters: float, n_tokens: float, p: ScalingParams) -> float:
    """L(N, D): loss per token of a model of any shape."""
    return p.irreducible_nats + _excess_nats(n_parameters, n_tokens, p)


def _excess_nats(n: float, d: float, p: ScalingParams) -> float:
    return p.parameter_scale * n**-p.parameter_exponent + p.token_scale * d**-p.token_exponent


def lost_nats(n_parameters: float, n_tokens: float, flop: float, p: ScalingParams) -> float:
    """Effective compute that a model of this shape loses against the compute-optimal one of `flop`.

    It is ln(flop / C'), where C' is the compute whose optimal model has the same loss. The optimal loss above E falls
    as C^-(a b / (a + b)), so C' needs no search. Negative for a model better than `flop` should buy.
    """
    best = compute_optimal(flop, p)
    a, b = p.parameter_exponent, p.token_exponent
    excess = _excess_nats(n_parameters, n_tokens, p) / _excess_nats(best.n_parameters, best.n_tokens, p)
    return (a + b) / (a * b) * math.log(excess)
