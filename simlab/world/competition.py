"""Competition: labs set prices against one another, and customers go where a token does most for its price.

Customers choose by a nested logit. Among what is on offer, seller i would have the share

    s_i = S_i a_i exp(quality_elasticity * q_i + substitution_elasticity * c_i) / the sum of this over all sellers

with S its share on day 0, q the nats of effective compute by which its model got better since then, and c the nats by
which its tokens got cheaper, and a the part of what is asked of it that it serves, over that of day 0: who asks in vain
goes elsewhere. What all customers want follows the means of q and c over the shares, with the
elasticities of demand itself; so day 0 comes out as it is, and where all sellers improve alike everything is as without
competition. One seller stands for everybody outside the scenario: it keeps up with the labs' mean quality, and its
price follows their mean costs with the lag of repricing. Customers take up what they would choose with the lag of
adoption.

A lab's customers then react to its price with the elasticity e = substitution (1 - s) + own price elasticity s, and the
markup that earns most is e / (e - 1) (Lerner's rule for differentiated sellers). Tokens that go unserved raise the
markup aimed at, accelerators that stand idle lower it. It moves there gradually, never below 1 (nobody serves below
rent) nor above the limit at which customers would serve themselves. When the rent changes, prices stay until reviewed.
"""

import math
from typing import Annotated, Protocol

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, State, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.economy import PriceMetered
from simlab.world.customers import Pull

_LEAST_SERVED = 0.01
"""A seller who serves less than this is taken to serve this: some customers wait for it."""


class CompetitionParams(Params):
    """Prices and shares."""

    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often prices are reviewed."""
    substitution_elasticity: Annotated[float, Gt(1), Unit("1")]
    """Nats of a seller's share, relative to another's, per nat of lower price."""
    quality_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats of a seller's share, relative to another's, per nat of effective compute."""
    outside_fraction: Annotated[float, Gt(0), Lt(1), Unit("1"), State()]
    """Share of all customers on day 0 who buy from nobody in the scenario."""
    repricing_days: Annotated[float, Gt(0), Unit("day")]
    """Time constant with which markups move to where they earn most."""
    shortage_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats of markup per share of demand that goes unserved, and per share of accelerators that stand idle."""
    limit_markup: Annotated[float, Gt(1), Unit("1")]
    """Markup above which customers would rent accelerators and serve open models themselves."""


class Seller(Protocol):
    """What competition sees of a fleet, and does to it."""

    lab: int
    unserved_fraction: float
    idle_fraction: float
    """Of its accelerators, beyond the headroom that it wants."""

    @property
    def markup(self) -> float:
        """Price over rent."""
        ...

    @property
    def asked_usd2025_per_day(self) -> float:
        """What its customers ask for, at its prices."""
        ...

    @property
    def mean_price_usd2025_per_token(self) -> float:
        """Of what is asked for; not a number where nothing is."""
        ...

    def progress_nats(self) -> tuple[float, float]:
        """By how much its model got better and its tokens cheaper since day 0."""
        ...

    def sell(self, markup: float, pull: Pull) -> None:
        """Take this markup from now on, next to rivals who make this of its demand."""
        ...


def logit_shares(initial: list[float], nats: list[float]) -> list[float]:
    """Shares of sellers whose attraction rose by so many nats since they had the initial shares."""
    most = max(nats)
    weights = [share * math.exp(up - most) for share, up in zip(initial, nats, strict=True)]
    return [weight / math.fsum(weights) for weight in weights]


def best_markup(share: float, substitution: float, own_price_elasticity: float, limit: float) -> float:
    """Lerner's rule; the limit where customers are too inelastic for any other."""
    elasticity = substitution * (1.0 - share) + own_price_elasticity * share
    return min(elasticity / (elasticity - 1.0), limit) if elasticity > 1.0 else limit


def _served_nats(seller: Seller) -> float:
    """Logarithm of the part of what is asked that is served."""
    return math.log(max(1.0 - seller.unserved_fraction, _LEAST_SERVED))


class Competition:
    """The market for served tokens, of all labs that serve and everybody outside."""

    def __init__(self, stage: Stage, params: CompetitionParams, price_elasticity: float) -> None:
        self.stage, self.params, self.price_elasticity = stage, params, price_elasticity
        self._sellers: list[Seller] = []
        self._initial_shares: list[float] = []
        self._initial_markups: list[float] = []
        self._initial_served_nats: list[float] = []
        self._outside_cheaper_nats = 0.0
        self._kept = math.exp(-params.review_days / params.repricing_days)

    def join(self, seller: Seller) -> None:
        """A lab serves customers."""
        self._sellers.append(seller)

    def begin(self) -> None:
        """Open on day 0; prices are reviewed every month from then on."""
        self._sellers = [seller for seller in self._sellers if seller.asked_usd2025_per_day > 0.0]
        if not self._sellers:
            return
        outside = self.params.outside_fraction
        self._initial_shares = [*((1.0 - outside) * part for part in self._parts()), outside]
        self._initial_markups = [seller.markup for seller in self._sellers]
        self._initial_served_nats = [_served_nats(seller) for seller in self._sellers]
        self._tell()
        self.stage.after(self.params.review_days, self._review)

    def _parts(self) -> list[float]:
        """What is asked of each lab, of all that is asked of labs, by value."""
        asked = [seller.asked_usd2025_per_day for seller in self._sellers]
        total = math.fsum(asked)
        return [one / total for one in asked]

    def _review(self, alarm: Alarm) -> None:
        offers = self._offers()
        p = self.params
        nats = [p.quality_elasticity * better + p.substitution_elasticity * cheaper for better, cheaper in offers]
        pairs = zip(map(_served_nats, self._sellers), self._initial_served_nats, strict=True)
        served = [now - before for now, before in pairs] + [0.0]
        shares = logit_shares(self._initial_shares, [a + b for a, b in zip(nats, served, strict=True)])
        mean = [math.fsum(s * offer[i] for s, offer in zip(shares, offers, strict=True)) for i in (0, 1)]
        for seller, share, initial, own in zip(self._sellers, shares, self._initial_shares, offers, strict=False):
            pull = Pull(mean[0] - own[0], mean[1] - own[1], math.log(share / initial))
            seller.sell(self._markup(seller, share), pull)
        self._tell()
        self.stage.set(alarm, p.review_days)

    def _offers(self) -> list[tuple[float, float]]:
        """How much better and cheaper each became since day 0, the sellers outside last."""
        offers = [seller.progress_nats() for seller in self._sellers]
        parts = [share / (1.0 - self.params.outside_fraction) for share in self._initial_shares[:-1]]
        raised = [math.log(s.markup / before) for s, before in zip(self._sellers, self._initial_markups, strict=True)]
        better = math.fsum(part * offer[0] for part, offer in zip(parts, offers, strict=True))
        costs = zip(parts, offers, raised, strict=True)
        cheaper = math.fsum(part * (offer[1] + up) for part, offer, up in costs)
        self._outside_cheaper_nats = cheaper + self._kept * (self._outside_cheaper_nats - cheaper)
        return [*offers, (better, self._outside_cheaper_nats)]

    def _markup(self, seller: Seller, share: float) -> float:
        """The markup after a review."""
        p = self.params
        best = best_markup(share, p.substitution_elasticity, self.price_elasticity, p.limit_markup)
        aim = best * math.exp(p.shortage_elasticity * (seller.unserved_fraction - seller.idle_fraction))
        moved = aim * (seller.markup / aim) ** self._kept
        return min(max(moved, 1.0), max(p.limit_markup, seller.markup))

    def _tell(self) -> None:
        """Write down prices and shares."""
        now = self.stage.env.now
        for seller, part in zip(self._sellers, self._parts(), strict=True):
            price = 1e6 * seller.mean_price_usd2025_per_token
            self.stage.trace.record(PriceMetered(now, seller.lab, seller.markup, price, part))
