"""What fleets and customers did, month by month and in all."""

import math

import pytest

from simlab.tables.serving import customers, fleets, plans, serving_totals
from simlab.tables.tidy import first_non_finite, table
from simlab.trace import events as e
from simlab.trace.recorder import Trace

WORDS = {"lab": ("north", "south"), "area": ("data",), "request": ("chat", "code", "ai_workers")}
NONE = math.nan


@pytest.fixture
def served():
    """One lab, two months, two classes of customers and the lab's own AI workers."""
    trace = Trace()
    trace.record(e.PlanChanged(0.0, 0, 0.2, 0.3, 0.1, 0.35, 0.05))
    for month, scale in ((1, 1.0), (2, 3.0)):
        day = 30.0 * month
        trace.record(e.FleetMetered(day, 0, 3000.0 * scale, 1500.0, 600.0, 300.0, 30.0, 570.0, 1.2, 4.0))
        trace.record(e.RequestsMetered(day, 0, 0, 100.0 * scale, 80.0, 15.0, 5.0, 0.0, 2.0, 8e6, 2e6))
        trace.record(e.RequestsMetered(day, 0, 1, 100.0 * scale, 20.0, 0.0, 10.0, 0.0, 12.0, 1e6, 1e6))
        trace.record(e.RequestsMetered(day, 0, 2, 9e9, 9e9, 0.0, 0.0, 0.0, NONE, 0.0, 0.0))
    return trace


def test_a_fleets_month_is_told_as_size_and_shares(served):
    first, second = fleets(served, WORDS).rows(named=True)
    assert (first["fleet_h100e"], second["fleet_h100e"]) == pytest.approx((100.0, 300.0))
    uses = [first[f"fleet_{use}_fraction"] for use in ("customers", "workers", "lent")]
    assert uses == pytest.approx([0.5, 0.2, 0.1])
    assert (first["fleet_peak_load_fraction"], first["cost_usd2025_per_million_tokens"]) == (1.2, 4.0)


def test_customers_are_all_classes_but_the_labs_own_workers(served):
    first = customers(served, WORDS).row(0, named=True)
    assert first["customers_offered_tokens"] == 200.0
    assert first["customers_served_tokens"] == 100.0
    assert first["customers_unserved_fraction"] == pytest.approx((15 + 5 + 10) / 200)
    assert (first["revenue_usd2025"], first["lost_revenue_usd2025"]) == (9e6, 3e6)


def test_latency_is_weighted_by_what_was_served(served):
    assert customers(served, WORDS)["customers_latency_seconds"][0] == pytest.approx((80 * 2.0 + 20 * 12.0) / 100)


def test_a_class_that_was_not_served_has_no_latency_and_moves_none():
    trace = Trace()
    trace.record(e.RequestsMetered(30.0, 0, 0, 10.0, 10.0, 0.0, 0.0, 0.0, 3.0, 1.0, 0.0))
    trace.record(e.RequestsMetered(30.0, 0, 1, 10.0, 0.0, 0.0, 10.0, 0.0, NONE, 0.0, 1.0))
    assert customers(trace, WORDS)["customers_latency_seconds"].to_list() == [3.0]
    assert table(trace, e.RequestsMetered, WORDS)["latency_seconds"].to_list() == [3.0, None]


def test_no_number_where_none_is_allowed_is_no_flaw_and_elsewhere_is_one(served):
    assert first_non_finite(served) is None
    served.record(e.RequestsMetered(60.0, 0, 0, 1.0, NONE, 0.0, 0.0, 0.0, NONE, 0.0, 0.0))
    assert first_non_finite(served) == "requests_metered.served_tokens is nan at day 60.00"


def test_even_where_none_is_allowed_infinity_is_a_flaw(served):
    served.record(e.RequestsMetered(60.0, 0, 0, 1.0, 0.0, 0.0, 0.0, 0.0, math.inf, 0.0, 0.0))
    assert first_non_finite(served) == "requests_metered.latency_seconds is inf at day 60.00"


def test_the_whole_run_adds_up_its_months(served):
    total = serving_totals(served, WORDS)
    assert total["revenue_usd2025"] == 18e6
    assert total["customers_unserved_fraction"] == pytest.approx(60 / 800)


def test_without_customers_there_is_no_revenue_not_even_none():
    assert set(serving_totals(Trace(), WORDS).values()) == {None}
    assert customers(Trace(), {"lab": ("north",), "area": ()}).is_empty()


def test_a_plan_keeps_its_five_parts(served):
    (plan,) = plans(served, WORDS).rows(named=True)
    assert sum(share for name, share in plan.items() if name.startswith("plan_")) == pytest.approx(1.0)
    assert plan["plan_customers_fraction"] == 0.35
