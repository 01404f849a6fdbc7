"""Competition: shares by logit, markups by Lerner's rule, prices that never fall below rent."""

import math

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.economy import PriceMetered
from simlab.trace.recorder import Trace
from simlab.world.competition import Competition, CompetitionParams, best_markup, logit_shares
from simlab.world.customers import Pull

NUMBERS = {
    "review_days": 30.0,
    "substitution_elasticity": 3.0,
    "quality_elasticity": 0.5,
    "outside_fraction": 0.4,
    "repricing_days": 200.0,
    "shortage_elasticity": 1.0,
    "limit_markup": 10.0,
}


class Shop:
    """A seller whose customers follow at once."""

    def __init__(self, lab: int, asked: float, markup: float = 4.0) -> None:
        self.lab, self.markup, self.initial_markup, self.initial_asked = lab, markup, markup, asked
        self.unserved_fraction = self.idle_fraction = 0.0
        self.better_nats = self.cost_nats = 0.0
        """How much better its model got, and its costs fell, since day 0."""
        self.pull = Pull()

    @property
    def asked_usd2025_per_day(self) -> float:
        return self.initial_asked * math.exp(self.pull.share_nats)

    @property
    def mean_price_usd2025_per_token(self) -> float:
        return 1e-6 * self.markup * math.exp(-self.cost_nats)

    def progress_nats(self) -> tuple[float, float]:
        return self.better_nats, self.cost_nats - math.log(self.markup / self.initial_markup)

    def sell(self, markup: float, pull: Pull) -> None:
        self.markup, self.pull = markup, pull


class Street:
    """Sellers on a stage."""

    def __init__(self, *shops: Shop, **changes: float) -> None:
        self.shops = shops
        self.stage = Stage(simpy.Environment(), Streams(0), Trace())
        self.competition = Competition(self.stage, CompetitionParams(**{**NUMBERS, **changes}), 1.0)
        for shop in shops:
            self.competition.join(shop)
        self.competition.begin()

    def to(self, days: float) -> "Street":
        self.stage.env.run(until=days)
        return self

    def rows(self) -> list[PriceMetered]:
        return list(self.stage.trace.of(PriceMetered))


nats = st.floats(-50.0, 50.0)


@given(st.lists(st.tuples(st.floats(0.01, 1.0), nats), min_size=1, max_size=6), nats)
def test_shares_add_up_to_one_and_only_differences_count(sellers, up):
    initial, gains = zip(*sellers, strict=True)
    shares = logit_shares(list(initial), list(gains))
    assert sum(shares) == pytest.approx(1.0)
    assert logit_shares(list(initial), [gain + up for gain in gains]) == pytest.approx(shares, abs=1e-9)


def test_known_shares():
    """Equal shares, one twice as attractive; and unequal ones that stay."""
    assert logit_shares([0.5, 0.5], [math.log(2.0), 0.0]) == pytest.approx([2 / 3, 1 / 3])
    assert logit_shares([0.2, 0.3, 0.5], [7.0, 7.0, 7.0]) == pytest.approx([0.2, 0.3, 0.5])


def test_known_markups():
    """Nobody's share 0 and elasticity 3: 1.5; half of it all, e = 2: 2; a monopoly of elasticity 1: the limit."""
    assert best_markup(0.0, 3.0, 1.0, 10.0) == pytest.approx(1.5)
    assert best_markup(0.5, 3.0, 1.0, 10.0) == pytest.approx(2.0)
    assert best_markup(1.0, 3.0, 1.0, 10.0) == 10.0
    assert best_markup(1.0, 3.0, 0.8, 10.0) == 10.0


@given(st.floats(0.05, 0.6), st.floats(1.5, 5.0))
def test_the_best_markup_is_where_profit_is_flat(share, substitution):
    """Profit of a seller whose customers split by logit while all others' prices stay; demand of elasticity 1."""
    best = best_markup(share, substitution, 1.0, 1e9)

    def log_profit(nats: float) -> float:
        shares = logit_shares([share, 1.0 - share], [-substitution * nats, 0.0])
        tokens = math.log(shares[0]) - shares[0] * nats
        return math.log(best * math.exp(nats) - 1.0) + tokens

    assert log_profit(1e-5) == pytest.approx(log_profit(-1e-5), abs=1e-8)


def test_day_0_is_left_as_it_is_but_for_the_markup_that_earns_most():
    street = Street(Shop(0, 60.0), Shop(1, 40.0)).to(1.0)
    assert [(row.markup, row.customers_fraction) for row in street.rows()] == [(4.0, 0.6), (4.0, 0.4)]
    assert all(shop.pull == Pull() for shop in street.shops)


def test_markups_come_to_lerners_rule_with_the_lag_of_repricing():
    """Two equal labs with 0.3 of all customers each: e = 3 * 0.7 + 0.3 = 2.4."""
    street = Street(Shop(0, 50.0), Shop(1, 50.0), repricing_days=30.0)
    street.to(31.0)
    shares = 0.3
    best = best_markup(shares, 3.0, 1.0, 10.0)
    assert street.shops[0].markup == pytest.approx(best * (4.0 / best) ** math.exp(-1.0))
    street.to(3_000.0)
    share = 0.6 / (0.6 + 0.4 * math.exp(-3.0 * math.log(4.0 / street.shops[0].markup))) / 2.0
    assert street.shops[0].markup == pytest.approx(best_markup(share, 3.0, 1.0, 10.0), rel=1e-6)


@pytest.mark.parametrize("rivals", [1, 2, 4])
def test_more_rivals_mean_lower_markups(rivals):
    fewer = Street(*(Shop(i, 10.0) for i in range(rivals)), outside_fraction=0.05).to(3_000.0)
    more = Street(*(Shop(i, 10.0) for i in range(2 * rivals)), outside_fraction=0.05).to(3_000.0)
    assert more.shops[0].markup < fewer.shops[0].markup


def test_customers_go_to_the_better_model():
    better = Shop(0, 50.0)
    street = Street(better, Shop(1, 50.0), repricing_days=1e9)
    better.better_nats = 2.0
    street.to(31.0)
    # The others keep up with the labs' mean, one nat: attractions are e, 1 and sqrt(e).
    weights = [0.3 * math.e, 0.3, 0.4 * math.exp(0.5)]
    shares = [w / sum(weights) for w in weights]
    mean = 2.0 * shares[0] + 1.0 * shares[2]
    for shop, share in zip(street.shops, shares, strict=False):
        assert shop.pull.share_nats == pytest.approx(math.log(share / 0.3), abs=1e-6)
        assert shop.pull.better_nats == pytest.approx(mean - shop.better_nats, abs=1e-6)


def test_who_asks_in_vain_goes_elsewhere():
    """A third of what is asked of the first is not served: two thirds of its weight are left."""
    short = Shop(0, 50.0)
    street = Street(short, Shop(1, 50.0), repricing_days=1e9)
    short.unserved_fraction = 1 / 3
    street.to(31.0)
    assert short.pull.share_nats == pytest.approx(math.log((0.2 / 0.9) / 0.3), abs=1e-6)
    always = Shop(0, 50.0)
    always.unserved_fraction = 1 / 3
    Street(always, Shop(1, 50.0), repricing_days=1e9).to(31.0)
    assert always.pull.share_nats == pytest.approx(0.0, abs=1e-6)


def test_where_all_improve_alike_nothing_moves():
    street = Street(Shop(0, 70.0), Shop(1, 30.0), repricing_days=1e9)
    for shop in street.shops:
        shop.better_nats = 3.0
    street.to(400.0)
    for shop in street.shops:
        assert shop.pull == pytest.approx(Pull(), abs=1e-5)


def test_a_shortage_raises_the_markup_and_idle_capacity_lowers_it():
    def markup(unserved: float, idle: float) -> float:
        shop = Shop(0, 50.0)
        shop.unserved_fraction, shop.idle_fraction = unserved, idle
        Street(shop, Shop(1, 50.0)).to(31.0)
        return shop.markup

    assert markup(0.3, 0.0) > markup(0.0, 0.0) > markup(0.0, 0.3)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(1.0, 12.0), min_size=1, max_size=5),
    st.lists(st.tuples(st.floats(-3.0, 6.0), st.floats(-2.0, 4.0), st.floats(0.0, 1.0)), min_size=3, max_size=12),
    st.floats(1.01, 6.0),
)
def test_nobody_serves_below_rent_and_shares_add_up(markups, story, substitution):
    shops = [Shop(i, 10.0 + i, markup) for i, markup in enumerate(markups)]
    street = Street(*shops, substitution_elasticity=substitution, shortage_elasticity=3.0)
    for month, (better, cost, idle) in enumerate(story, 1):
        shops[0].better_nats, shops[0].cost_nats, shops[-1].idle_fraction = better, cost, idle
        street.to(30.0 * month + 1.0)
        assert all(1.0 <= shop.markup <= 12.0 for shop in shops)
        assert sum(row.customers_fraction for row in street.rows()[-len(shops) :]) == pytest.approx(1.0)


def test_who_has_no_customers_has_no_price():
    street = Street(Shop(0, 0.0), Shop(1, 5.0)).to(100.0)
    assert {row.lab for row in street.rows()} == {1}
    assert street.rows()[0].customers_fraction == 1.0
    assert Street(Shop(0, 0.0)).to(100.0).rows() == []
