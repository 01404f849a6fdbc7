"""Customers: how many tokens they ask for, class by class, as models get better and cheaper.

On day 0 a lab's fleet fits its customers: each class keeps a given share of the customers' accelerators busy, whatever
the size of the lab. From there the tokens that a class wants go as

    exp(capability_elasticity * nats) * (price / price of day 0)^-price_elasticity

with `nats` of effective compute of the deployed model since day 0; what is asked for follows with a first-order lag of
adoption. Within the day demand swings as a sinusoid.

Where labs compete, what is better and cheaper is judged by all that is on offer, and a lab's part of it moves with its
`Pull`. Where there is a ceiling, the customers of all labs share a `Purse`: what they would pay together at the prices
of the day passes a soft ceiling, and every demand is scaled alike.
"""

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Le, MinLen

from simlab.parameters import Params, State, Unit
from simlab.stage import Stage
from simlab.world.saturation import Saturation


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

    @property
    def mean_price_elasticity(self) -> float:
        """Mean over the classes, by what they ask for on day 0."""
        loads = [(r.initial_load_fraction, r.price_elasticity) for r in self.requests.values()]
        return sum(map(math.prod, loads)) / sum(load for load, _ in loads)


def rhythm(n_segments: int, swing_fraction: float) -> list[float]:
    """Demand in each segment of the day relative to the day's: means of a sinusoid, which average to 1."""
    half = math.pi / n_segments
    swing = swing_fraction * math.sin(half) / half
    return [1.0 + swing * math.sin((2 * j + 1) * half) for j in range(n_segments)]


class Purse:
    """What the customers of all labs pay together, under a ceiling that day 0's spending passes as it is."""

    def __init__(self, stage: Stage, ceiling_usd2025_per_day: Callable[[], float]) -> None:
        self.stage, self._ceiling = stage, ceiling_usd2025_per_day
        self._saturation: Saturation | None = None
        self._wanted_usd2025_per_day: list[float] = []

    def begin(self) -> None:
        """The ceiling holds from now on."""
        now = self.stage.env.now
        self._saturation = Saturation("customers", sum(self._wanted_usd2025_per_day), self._ceiling(), now)

    def join(self) -> int:
        """The number of a further demand."""
        self._wanted_usd2025_per_day.append(0.0)
        return len(self._wanted_usd2025_per_day) - 1

    def paid_fraction(self, number: int, wanted_usd2025_per_day: float) -> float:
        """Share of this that is paid, if demand `number` would pay so much from now on."""
        self._wanted_usd2025_per_day[number] = wanted_usd2025_per_day
        if self._saturation is None:
            return 1.0
        return self._saturation.paid_fraction(sum(self._wanted_usd2025_per_day), self._ceiling())


class Pull(NamedTuple):
    """What rivals make of a lab's demand."""

    better_nats: float = 0.0
    """By how much all that is on offer got better than the lab's own model did since day 0."""
    cheaper_nats: float = 0.0
    """By how much it got cheaper than the lab's own tokens did."""
    share_nats: float = 0.0
    """Logarithm of the lab's share of all customers, over that of day 0."""


class Demand:
    """What one lab's customers ask for, class by class."""

    def __init__(
        self,
        params: CustomersParams,
        tokens_per_day: list[float],
        prices: list[float],
        effective_flop: float,
        purse: Purse | None = None,
    ) -> None:
        self.params = params
        self.tokens_per_day = list(tokens_per_day)
        """Output tokens asked for now."""
        self.better_nats = self.cheaper_nats = 0.0
        """How much better the model is than that of day 0, and its tokens cheaper, mean over the classes."""
        self._initial = tokens_per_day, prices, effective_flop
        self._asked = self._wanted = list(tokens_per_day)
        self._prices, self._pull = prices, Pull()
        self._purse, self._number = purse, 0 if purse is None else purse.join()
        self._pay()

    def aim(self, prices: list[float], effective_flop: float) -> None:
        """A model of this effective compute is to be had at these prices a token."""
        initial_tokens, initial_prices, initial_flop = self._initial
        cheaper = [math.log(before / price) for before, price in zip(initial_prices, prices, strict=True)]
        spent = [tokens * price for tokens, price in zip(initial_tokens, initial_prices, strict=True)]
        self._prices, self.better_nats = prices, math.log(effective_flop / initial_flop)
        self.cheaper_nats = sum(map(math.prod, zip(spent, cheaper, strict=True))) / sum(spent)
        self._want(cheaper)
        self._pay()

    def attract(self, pull: Pull) -> None:
        """Rivals make this of it from the next `aim` on."""
        self._pull = pull

    def adopt(self, days: float) -> None:
        """Let `days` go by: what is asked for comes nearer to what is wanted."""
        kept = math.exp(-days / self.params.adoption_days)
        self._asked = [
            wanted + kept * (asked - wanted) for asked, wanted in zip(self._asked, self._wanted, strict=True)
        ]
        self._pay()

    @property
    def spending_usd2025_per_day(self) -> float:
        """What is asked for, at the prices of the day."""
        return sum(map(math.prod, zip(self.tokens_per_day, self._prices, strict=True)))

    def _want(self, cheaper_nats: list[float]) -> None:
        pull, nats = self._pull, self.better_nats + self._pull.better_nats
        self._wanted = []
        for tokens, p, own in zip(self._initial[0], self.params.requests.values(), cheaper_nats, strict=True):
            better, cheaper = p.capability_elasticity * nats, p.price_elasticity * (own + pull.cheaper_nats)
            self._wanted.append(tokens * math.exp(better + cheaper + pull.share_nats))

    def _pay(self) -> None:
        """Ask for what the customers can pay for."""
        self.tokens_per_day = self._asked
        if self._purse is not None:
            share = self._purse.paid_fraction(self._number, self.spending_usd2025_per_day)
            self.tokens_per_day = [share * tokens for tokens in self._asked]
