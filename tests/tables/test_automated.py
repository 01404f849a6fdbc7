"""What AI workers did and who checked it."""

import math
from datetime import date
from typing import NamedTuple

import pytest

from simlab.tables.automated import automated_totals, verification, work
from simlab.tables.milestones import milestone_days
from simlab.tables.outcomes import outcome, outcome_schema
from simlab.tables.perfetto import timeline
from simlab.tables.series import monthly_series
from simlab.tables.stories import stories
from simlab.tables.tidy import tidy
from simlab.trace import events as e


class Milestone(NamedTuple):
    measure: str
    threshold: float


def workers(day, lab, building, people_days, n_teams):
    return e.WorkersMetered(day, lab, 5e3, 1e12, 0.9, 1.5, 240.0, 0.2, building, 0.4, people_days, n_teams, 30.0)


def checked(day, lab, passed, refuted, unverified, discarded, slipped):
    settled = passed + refuted + unverified + discarded
    seen = (passed + refuted) / settled if settled else math.nan
    counts = passed, refuted, unverified, discarded
    return e.VerificationMetered(day, lab, settled + 2, *counts, 0, 2, slipped, seen, 60.0, 20.0, 5.0)


@pytest.fixture
def helped(trace):
    """The small trace, in which the lab north has AI workers, verifiers and oversight, and south has none.

    Ten people whose hands are busy four fifths of thirty days work 240 days a month.
    """
    for month, days in ((1, 60.0), (2, 240.0), (3, 2160.0)):
        trace.record(workers(30.0 * month, 0, 0.2 * month, days, 4 * month % 9))
    trace.record(checked(30.0, 0, 0, 0, 0, 0, 0))
    trace.record(checked(60.0, 0, 3, 1, 2, 2, 1))
    trace.record(e.OversightMetered(60.0, 0, 500.0, 3.0, 0.3, 0.6))
    return trace


def test_work_is_shared_between_peoples_hands_and_ai_workers(helped, words):
    months = work(helped, words)
    north = months.filter(months["lab"] == "north")
    assert north["people_days"].to_list() == pytest.approx([240.0] * 3)
    assert north["automated_work_fraction"].to_list() == pytest.approx([60 / 300, 300 / 780, 2460 / 3180])


def test_a_month_long_ago_does_not_count_any_more(helped, words):
    lab = 10, 5, 4, 1.5, 0.8, 3, 2, 1, 10.0, 20.0, 30.0, 15.0, 5.0, 10.0, 10.0, 0.1, 0.2
    helped.record(e.LabMetered(120.0, 0, *lab))
    helped.record(workers(120.0, 0, 0.8, 0.0, 0))
    last = work(helped, words).sort("time_days")["automated_work_fraction"][-1]
    assert last == pytest.approx((240 + 2160) / (240 + 2160 + 3 * 240))


def test_a_lab_without_workers_has_no_share(helped, words):
    months = work(helped, words)
    south = months.filter(months["lab"] == "south")
    assert south["people_days"].to_list() == pytest.approx([240.0] * 3)
    assert south["automated_work_fraction"].null_count() == 3


def test_a_milestone_of_automated_work_is_dated_by_its_reading(helped, words):
    wanted = {name: Milestone("automated_work_fraction", share) for name, share in (("half", 0.5), ("all", 0.95))}
    wanted["model"] = Milestone("horizon_50_minutes", 30.0)
    assert milestone_days(helped, words, wanted) == {"half_days": 90.0, "all_days": None, "model_days": 50.0}


def test_without_workers_the_milestone_never_comes(trace, words):
    assert milestone_days(trace, words, {"half": Milestone("automated_work_fraction", 0.5)}) == {"half_days": None}


def test_what_nobody_settled_has_no_verified_share(helped, words):
    months = verification(helped, words)
    assert months["verified_fraction"].to_list() == [None, 0.5]
    assert months["n_refuted"].to_list() == [0, 1]


def test_the_whole_run_adds_up(helped, words):
    total = automated_totals(helped, words, "north")
    assert total["building_automated_fraction"] == pytest.approx(0.6)
    assert total["worker_people_days"] == pytest.approx(2460.0)
    assert total["automated_work_fraction"] == pytest.approx(2460.0 / (2460.0 + 6 * 240.0))
    assert total["n_automated_teams"] == 8
    assert (total["verified_fraction"], total["n_slipped"]) == (0.5, 1)


def test_a_leader_without_workers_does_no_building_with_them(helped, words):
    assert automated_totals(helped, words, "south")["building_automated_fraction"] is None


def test_the_outcome_of_labs_with_the_rooms_has_every_column(helped, words):
    row = outcome(helped, words, {}, 90.0)
    assert set(row) == set(outcome_schema({}))
    assert (row["n_refuted"], row["n_unverified"]) == (0, 0)
    assert row["text_penalty_nats"] == 0.0


def test_without_the_rooms_the_outcome_is_null_and_not_nothing(trace, words):
    row = outcome(trace, words, {}, 90.0)
    absent = ("n_refuted", "n_unverified", "revenue_usd2025", "worker_people_days", "verified_fraction")
    assert [row[name] for name in absent] == [None] * len(absent)


def test_the_series_has_the_rooms_where_a_lab_has_them(helped, words):
    series = monthly_series(helped, words, date(2025, 12, 1))
    north, south = (series.filter(series["lab"] == lab) for lab in ("north", "south"))
    assert north["building_automated_fraction"].to_list() == pytest.approx([0.2, 0.4, 0.6])
    assert north["n_verification_waiting"].to_list() == [2, 2, None]
    assert north["features_found_fraction"].to_list() == [None, 0.3, None]
    for name in ("n_workers", "n_handed_in", "fleet_h100e", "revenue_usd2025", "plan_workers_fraction"):
        assert south[name].null_count() == 3, name


def test_a_series_without_the_rooms_has_their_columns_too(trace, words):
    bare = monthly_series(trace, words, date(2025, 12, 1))
    for month in (1, 2, 3):
        trace.record(workers(30.0 * month, 0, 0.5, 10.0, 1))
    assert monthly_series(trace, words, date(2025, 12, 1)).schema == bare.schema


def test_the_plan_of_a_month_is_the_last_one_made(trace, words):
    trace.record(e.PlanChanged(0.0, 0, 0.4, 0.6, 0.0, 0.0, 0.0))
    trace.record(e.PlanChanged(60.0, 0, 0.3, 0.4, 0.1, 0.2, 0.0))
    series = monthly_series(trace, words, date(2025, 12, 1))
    north = series.filter(series["lab"] == "north")
    assert north["plan_frontier_fraction"].to_list() == [0.4, 0.3, 0.3]
    assert north["plan_customers_fraction"].to_list() == [0.0, 0.2, 0.2]


def test_a_team_of_ai_workers_is_called_so_in_stories_and_timelines(trace, words):
    trace.record(e.IdeaProposed(1.0, 1, -3, 1, 12, 0.01, 0.02, 5))
    tables = tidy(trace, words)
    ((_, told),) = stories(tables, date(2025, 1, 1), 12)
    assert "Automated team 3 picks it" in told
    trace.record(e.ExperimentEnded(9.0, 1, -3, 1, 12, 0, e.Outcome.OK, 2, 1e21, 8.0, 24.0, 2.0, 3.0, 0.03, 0.01))
    shown = timeline(tidy(trace, words))["traceEvents"]
    assert [x["args"]["team"] for x in shown if x["name"] == "optimiser 12 rung 0"] == ["automated team 3"]


def test_plans_deployments_and_fleets_are_on_the_timeline(helped, words):
    helped.record(e.PlanChanged(0.0, 0, 0.4, 0.6, 0.0, 0.0, 0.0))
    helped.record(e.ModelDeployed(55.0, 0, 1, 5.0, 30.0, 0.0, 0.2, 1e11, 30.0))
    helped.record(e.FleetMetered(30.0, 0, 3000.0, 1500.0, 600.0, 300.0, 30.0, 570.0, 1.2, 4.0))
    shown = timeline(tidy(helped, words))["traceEvents"]
    assert {"plan changed", "model deployed"} <= {event["name"] for event in shown if event["ph"] == "i"}
    (fleet,) = [event["args"] for event in shown if event["name"] == "H100e-days of the fleet"]
    assert sum(fleet.values()) == pytest.approx(3000.0)
