from datetime import date

import polars as pl
import pytest

from simlab.analysis.customers import MEASURES, market, market_bands, whole_unserved

YEAR = 365.25


def month(run, lab, days, offered, unserved, revenue=None, cost=None):
    return {
        "run_id": run,
        "lab": lab,
        "time_days": days,
        "date": date(2025, 2, 1),
        "period_days": YEAR / 12,
        "customers_offered_tokens": offered,
        "customers_served_tokens": None if offered is None else offered * (1 - unserved),
        "customers_unserved_fraction": unserved,
        "revenue_usd2025": revenue,
        "cost_usd2025_per_million_tokens": cost,
    }


def frame(labs, *rows):
    return labs(pl.DataFrame(rows, infer_schema_length=None))


def test_labs_are_added_up_by_their_tokens(labs):
    series = frame(
        labs,
        month("r0", "leader", 30.0, 9e6, 0.0, 90.0, 2.0),
        month("r0", "follower", 30.0, 2e6, 0.5, 10.0, 7.0),
        month("r0", "academia", 30.0, None, None),
    )
    row = market(series).row(0, named=True)
    assert row["unserved_fraction"] == pytest.approx(1 / 11)
    assert row["price_usd2025"] == pytest.approx(100.0 / 10)
    assert row["cost_usd2025"] == pytest.approx((9 * 2.0 + 1 * 7.0) / 10)
    assert row["revenue_usd2025_per_year"] == pytest.approx(1200.0)


def test_a_month_in_which_nothing_is_served_has_no_price(labs):
    row = market(frame(labs, month("r0", "leader", 30.0, 1e6, 1.0, 0.0, 2.0))).row(0, named=True)
    assert (row["price_usd2025"], row["unserved_fraction"], row["revenue_usd2025_per_year"]) == (None, 1.0, 0.0)


def test_the_bands_are_over_the_runs(labs):
    rows = [month(f"r{n}", "leader", 30.0, 1e6, 0.0, float(n), 1.0) for n in range(101)]
    fans = market_bands(frame(labs, *rows))
    assert set(fans) == set(MEASURES)
    assert fans["price_usd2025"].select("p10", "p50", "p90").row(0) == pytest.approx((10.0, 50.0, 90.0))


def test_over_the_whole_time_every_run_weighs_the_same(labs):
    rows = [month("r0", "leader", 30.0, 1e9, 0.2), month("r0", "leader", 60.0, 3e9, 0.6)]
    rows += [month("r1", "leader", 30.0, 1.0, 0.1)]
    whole = whole_unserved(frame(labs, *rows))
    assert whole["p50"] == pytest.approx((0.5 + 0.1) / 2)
    assert whole["p90"] == pytest.approx(0.1 + 0.9 * 0.4)
