"""Customers: how many tokens they ask for, class by class, as models get better and cheaper.

On day 0 a lab's fleet fits its customers: each class keeps a given share of the customers' accelerators busy, whatever
the size of the lab. From there the tokens that a class wants go as

    exp(capability_elasticity * nats) * (price / price of day 0)^-price_elasticity

with `nats` of effective compute of the deployed model since day 0; what is asked for follows with a first-order lag of
adoption. Within the day demand swings as a sinusoid.
"""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Le, MinLen

from simlab.parameters import Params, State, Unit


class RequestParams(Params):
    """One class of requests."""

    input_tokens: Annotated[float, Gt(0), Unit("token")]
    """Input of a request, what was said before included."""
    cached_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the input that is still in memory and need not be read again."""
    branches: Annotated[float, Ge(1), Unit("1")]
    """Lines of thought that a request follows side by side, each with the output below."""
    output_median_tokens: Annotated[float, Gt(0), Unit("token")]
    """Median output of a branch, thinking included."""
    output_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Standard deviation of its logarithm; output is log-normal."""
    size_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Parameters that a token passes in the model that serves the class, relative to the flagship's."""
    initial_load_fraction: Annotated[float, Gt(0), Unit("1"), State()]
    """Share of the customers' accelerators that the class keeps busy on day 0, mean over the day."""
    patience_minutes: Annotated[float, Gt(0), Unit("minute")]
    """Mean time that users would wait for a place before they give up."""
    backlog_minutes: Annotated[float, Gt(0), Unit("minute")]
    """Requests are turned away while as many wait as arrive in this time."""
    capability_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats of tokens wanted per nat of effective compute."""
    price_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats of tokens wanted per nat of lower price."""


class CustomersParams(Params):
    """Who asks for tokens, and what they pay."""

    requests: Annotated[dict[str, RequestParams], MinLen(1)]
    """Classes of requests by name."""
    daily_swing_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Amplitude of demand over the day, relative to its mean."""
    adoption_days: Annotated[float, Gt(0), Unit("day")]
    """Time constant with which customers take up what a better or cheaper model offers them."""
    markup: Annotated[float, Gt(0), Unit("1"), State()]
    """Price over the rent of the accelerators that a request takes at full load."""


def rhythm(n_segments: int, swing_fraction: float) -> list[float]:
    """Demand in each segment of the day relative to the day's: means of a sinusoid, which average to 1."""
    half = math.pi / n_segments
    swing = swing_fraction * math.sin(half) / half
    return [1.0 + swing * math.sin((2 * j + 1) * half) for j in range(n_segments)]


class Demand:
    """What one lab's customers ask for, class by class."""

    def __init__(
        self, params: CustomersParams, tokens_per_day: list[float], prices: list[float], effective_flop: float
    ) -> None:
        self.params = params
        self.tokens_per_day = list(tokens_per_day)
        """Output tokens asked for now."""
        self._initial = tokens_per_day, prices, effective_flop
        self._wanted = list(tokens_per_day)

    def aim(self, prices: list[float], effective_flop: float) -> None:
        """A model of this effective compute is to be had at these prices a token."""
        initial_tokens, initial_prices, initial_flop = self._initial
        nats = math.log(effective_flop / initial_flop)
        for i, p in enumerate(self.params.requests.values()):
            better = p.capability_elasticity * nats
            cheaper = p.price_elasticity * math.log(initial_prices[i] / prices[i])
            self._wanted[i] = initial_tokens[i] * math.exp(better + cheaper)

    def adopt(self, days: float) -> None:
        """Let `days` go by: what is asked for comes nearer to what is wanted."""
        kept = math.exp(-days / self.params.adoption_days)
        self.tokens_per_day = [
            wanted + kept * (asked - wanted) for asked, wanted in zip(self.tokens_per_day, self._wanted, strict=True)
        ]
