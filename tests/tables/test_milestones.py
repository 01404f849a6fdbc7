"""What milestones measure, by hand: progress, installed accelerators, spending, and what binds."""

import math
from typing import NamedTuple

import pytest

from simlab.tables.measures import MEASURES, measured
from simlab.tables.milestones import milestone_days
from simlab.trace import events as e
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR

WORDS = {
    "lab": ("north", "south"),
    "area": ("data",),
    "request": ("chat", "ai_workers"),
    "nation": ("here", "there"),
}
MONTH = DAYS_PER_YEAR / 12


class Milestone(NamedTuple):
    measure: str
    threshold: float


def lab(month, number, nats):
    return e.LabMetered._make([month * MONTH, number, 10, 5, 4, 1.5, 0.8, 3, 2, 1, *[10.0] * 7, nats, nats])


def model(number, generation, gain):
    return e.ModelReleased._make([0.0, number, generation, 1e25, 1.0, 0.0, gain, gain, 1e25, *[1.0] * 12])


def requests(month, number, request, offered, abandoned, lost):
    served = offered - abandoned - lost
    return e.RequestsMetered(month * MONTH, number, request, offered, served, abandoned, lost, 0.0, 1.0, 0.0, 0.0)


def nation(day, number, stock, installed):
    return e.NationMetered(day, number, 0.0, 0.0, stock, installed, 0.0, installed, 0.0, 1.0, 1.0, 2.0, 1.0)


def chips(day, made, backlog):
    scarce = e.Scarce.WAFERS if backlog else e.Scarce.ORDERS
    return e.ChipsMetered(day, made + backlog, made, backlog, 0.0, made, made, made, 2e4, scarce)


def checked(month, number, passed, unverified, discarded, waiting):
    settled = passed + unverified + discarded
    seen = passed / settled if settled else math.nan
    counts = settled, passed, 0, unverified, discarded, 0, waiting, 0
    return e.VerificationMetered(month * MONTH, number, *counts, seen, 0.0, 0.0, 0.0)


def values(events, measure):
    trace = Trace()
    for event in events:
        trace.record(event)
    found = measured(trace, WORDS, measure)
    return dict(zip(found["time_days"], found[measure], strict=True))


def test_progress_is_what_the_best_lab_gained_in_a_year():
    """North leads with a nat a year; south, two nats behind on day 0, overtakes it in the thirtieth month."""
    south = [lab(n, 1, 0.1 * n) for n in range(1, 31)]
    events = [model(0, 0, 0.0), model(1, 0, -2.0), *(lab(n, 0, n / 12) for n in range(1, 31)), *south]
    found = values(events, "progress_nats_per_day")
    assert min(found) == pytest.approx(13 * MONTH)  # a year after the first reading
    assert all(rate * DAYS_PER_YEAR == pytest.approx(1.0) for rate in found.values())
    late = [lab(n, 0, n / 12) for n in range(1, 31)] + [lab(n, 1, 0.3 * n) for n in range(1, 31)]
    found = values([model(0, 0, 0.0), model(1, 0, -2.0), *late], "progress_nats_per_day")
    assert found[30 * MONTH] * DAYS_PER_YEAR == pytest.approx(0.3 * 12)
    assert found[13 * MONTH] * DAYS_PER_YEAR == pytest.approx((0.3 * 13 - 2.0) - 1 / 12)


def test_progress_over_readings_that_miss_the_year_is_per_day_between_them():
    found = values([lab(50.0 * n / MONTH, 0, 0.2 * n) for n in range(1, 12)], "progress_nats_per_day")
    assert [round(day) for day in found] == [450, 500, 550]
    assert list(found.values()) == pytest.approx([0.2 / 50.0] * 3)


def test_the_world_has_what_all_nations_have_installed():
    events = [nation(0.0, 0, 5.0, 4.0), nation(0.0, 1, 3.0, 3.0), nation(91.0, 0, 9.0, 4.0), nation(91.0, 1, 3.0, 3.0)]
    assert values(events, "world_h100e") == {0.0: 7.0, 91.0: 7.0}
    assert values(events, "stock_unpowered_fraction") == {0.0: pytest.approx(1 / 8), 91.0: pytest.approx(5 / 12)}


def test_unserved_tokens_are_of_all_fleets_and_requests_and_of_three_months():
    events = []
    for month, lost in ((1, 0.0), (2, 30.0), (3, 60.0), (4, 0.0)):
        events += [requests(month, 0, 0, 100.0, lost / 2, lost / 2), requests(month, 1, 1, 50.0, 0.0, 0.0)]
    found = values(events, "tokens_unserved_fraction")
    assert found == {MONTH: None, 2 * MONTH: None, 3 * MONTH: pytest.approx(0.2), 4 * MONTH: pytest.approx(0.2)}


def test_orders_are_unmade_as_far_as_makers_are_behind():
    assert values([chips(91.0, 80.0, 0.0), chips(182.0, 50.0, 150.0)], "orders_unmade_fraction") == {
        91.0: 0.0,
        182.0: pytest.approx(0.75),
    }
    assert values([chips(91.0, 0.0, 0.0)], "orders_unmade_fraction") == {91.0: 0.0}


def test_unverified_work_is_settled_without_a_look_or_waits_for_one():
    events = [
        checked(1, 0, 8, 0, 0, 0),
        checked(2, 0, 4, 2, 2, 9),
        checked(3, 0, 2, 1, 1, 6),
        checked(3, 1, 4, 0, 0, 2),
    ]
    found = values(events, "work_unverified_fraction")
    assert found[3 * MONTH] == pytest.approx((2 + 2 + 1 + 1 + 8) / (8 + 8 + 4 + 4 + 8))
    assert found[2 * MONTH] is None


@pytest.mark.parametrize("measure", MEASURES)
def test_without_its_events_a_milestone_measures_nothing(measure):
    assert milestone_days(Trace(), WORDS, {"far": Milestone(measure, 0.5)}) == {"far_days": None}


def test_a_milestone_is_dated_by_the_first_reading_that_is_there():
    trace = Trace()
    for day, part in ((30.0, 0.004), (61.0, 0.005), (91.0, 0.02)):
        trace.record(e.SpendingMetered(day, 1e12 * part, 1e12, part, 0.1))
    wanted = {"half": 0.005, "one": 0.01, "two": 0.03}
    days = milestone_days(trace, WORDS, {name: Milestone("spending_fraction", share) for name, share in wanted.items()})
    assert days == {"half_days": 61.0, "one_days": 91.0, "two_days": None}


def test_nothing_is_measured_by_another_name():
    with pytest.raises(ValueError, match="milestone far: there is no beauty"):
        milestone_days(Trace(), WORDS, {"far": Milestone("beauty", 0.5)})
