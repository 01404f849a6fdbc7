"""Text: how much there is, what repeating it is worth, and what it costs to generate more.

Training on U unique tokens for 1 + R epochs is worth U + U R* (1 - exp(-R / R*)) fresh ones, so the next repeated token
is worth exp(-R / R*) of a fresh one. Source: muennighoff-2023; the decay of excess parameters in the same paper is left
out, because serving keeps models far below the sizes where it sets in.

A lab may also generate text and keep what a verifier passes. The generator is a model of the same size, so a token
costs 2 N / pass rate FLOP to make and 6 N to train on: in all 1 + 1 / (3 pass rate) as much as a token that is only
trained on. It is worth a fixed share of a fresh one. The lab repeats its text until the next repetition is worth less
than generating for the same compute, and generates from there on.
"""

import math
from typing import Annotated, Literal, NamedTuple

from annotated_types import Gt, Le

from simlab.parameters import Params, State, Unit
from simlab.units import DAYS_PER_YEAR


class TextParams(Params):
    """The end of fresh text."""

    stock_tokens: Annotated[float, Gt(0), Unit("token"), State()]
    """Unique tokens of public text good enough to train on, on day 0."""
    stock_growth_per_year: Annotated[float, Gt(0), Unit("1")]
    """What that stock multiplies by in a year."""
    accessible_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Share of it that one lab gets hold of."""
    repetition_epochs: Annotated[float, Gt(0), Unit("1")]
    """R*: repetitions after which the next one is worth 1 / e of fresh text."""
    generation: Literal["none", "where_it_pays"]
    """Whether labs train on generated text."""
    verifier_pass_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Share of generated tokens that the verifier passes."""
    generated_worth_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Worth of a generated token that passed, relative to a fresh one."""


class Diet(NamedTuple):
    """What a budget of tokens becomes."""

    n_tokens: float
    """Trained on; what the budget pays beyond them is generation."""
    effective_tokens: float
    """Fresh tokens that would teach as much."""
    marginal_fraction: float
    """Worth of one more token of budget, relative to a fresh one."""


def fresh(budget_tokens: float) -> Diet:
    """Where text never ends."""
    return Diet(budget_tokens, budget_tokens, 1.0)


def unique_tokens(day: float, p: TextParams) -> float:
    """Unique tokens that a lab has on that day."""
    return p.stock_tokens * p.accessible_fraction * p.stock_growth_per_year ** (day / DAYS_PER_YEAR)


def diet(budget_tokens: float, unique: float, p: TextParams) -> Diet:
    """The best use of compute that would train on `budget_tokens`, with so many `unique` tokens at hand."""
    read = min(budget_tokens, _read_at_most(unique, p))
    effective = _repeated(read, unique, p)
    if read < budget_tokens:
        made = (budget_tokens - read) / _generated_cost(p)
        worth = p.generated_worth_fraction
        return Diet(read + made, effective + worth * made, worth / _generated_cost(p))
    return Diet(read, effective, math.exp(-max(read / unique - 1.0, 0.0) / p.repetition_epochs))


def _repeated(tokens: float, unique: float, p: TextParams) -> float:
    """Effective tokens of reading `tokens`, some of them again."""
    if tokens <= unique:
        return tokens
    scale = p.repetition_epochs
    return unique - unique * scale * math.expm1(-(tokens / unique - 1.0) / scale)


def _generated_cost(p: TextParams) -> float:
    """Compute of a generated token, made and trained on, relative to one that is only trained on."""
    return 1.0 + 1.0 / (3.0 * p.verifier_pass_fraction)


def _read_at_most(unique: float, p: TextParams) -> float:
    """Tokens read, repetitions included, before generating pays: exp(-R / R*) = worth / cost."""
    if p.generation == "none":
        return math.inf
    repetitions = p.repetition_epochs * math.log(_generated_cost(p) / p.generated_worth_fraction)
    return unique * (1.0 + repetitions)
