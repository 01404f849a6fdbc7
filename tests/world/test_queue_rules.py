"""The rules by themselves: reservations, fair shares, who has to stop."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.jobs import Job
from simlab.world.queue_rules import (
    JobClass,
    decayed_use_h100e_days,
    easy_reservation,
    fair_share_factor,
    just_enough,
    stopping_order,
    victims,
)


def job(n_h100e: float, *, priority: int = 0, job_class: int = 0, since: float = 0.0, preemptible: bool = True) -> Job:
    new = Job(None, job_class, n_h100e, 1.0, lambda j: None, number=0, priority=priority, preemptible=preemptible)
    new.arrival, new.held_since_days = 0, since
    return new


def classes(capacity_h100e: float, *shares: float) -> list[JobClass]:
    accounts = [JobClass(share, 0.0, 0.0) for share in shares]
    for account in accounts:
        account.guarantee(account.share, capacity_h100e)
    return accounts


def test_fair_share_factors_are_slurms():
    assert fair_share_factor(0.25, 0.25) == 0.5
    assert fair_share_factor(0.50, 0.25) == 0.25
    assert fair_share_factor(0.00, 0.25) == 1.0
    assert fair_share_factor(0.00, 0.00) == 0.0  # owed nothing: comes last


def test_use_counts_half_after_a_half_life():
    assert decayed_use_h100e_days(100.0, 0.0, 7.0, 7.0) == pytest.approx(50.0)
    # what is held all the time levels off at holding * half life / ln 2
    assert decayed_use_h100e_days(0.0, 3.0, 1e4, 7.0) == pytest.approx(3.0 * 7.0 / math.log(2.0))


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), st.floats(0.0, 1.0))
def test_use_may_be_brought_up_to_date_as_often_as_one_likes(held: float, span: float, part: float):
    once = decayed_use_h100e_days(5.0, held, span, 7.0)
    twice = decayed_use_h100e_days(decayed_use_h100e_days(5.0, held, span * part, 7.0), held, span * (1 - part), 7.0)
    assert twice == pytest.approx(once, rel=1e-9)


def test_the_first_in_line_gets_a_reservation_where_enough_has_come_back():
    ends = [(12.0, 2.0), (8.0, 2.0), (10.0, 6.0)]
    assert easy_reservation(8.0, 0.0, ends) == (10.0, 0.0)
    assert easy_reservation(5.0, 0.0, ends) == (10.0, 3.0)
    assert easy_reservation(11.0, 0.0, ends) == (math.inf, 0.0)


def test_the_laxest_and_youngest_stop_first_and_the_unpreemptible_last():
    old, young = job(1.0, since=1.0), job(1.0, since=2.0)
    lax, firm = job(1.0, priority=5), job(1.0, priority=9, preemptible=False)
    assert stopping_order([old, firm, young, lax]) == [lax, young, old, firm]


def test_only_as_many_stop_as_are_needed():
    small, middle, large = job(1.0), job(2.0), job(8.0)
    assert just_enough([small, middle, large], 3.0) == [small, middle]
    assert just_enough([small, middle, large], 7.0) == [large]  # the large one makes the others unnecessary
    assert just_enough([small, middle], 4.0) is None
    assert just_enough([], 0.0) == []


def test_within_its_share_a_class_stops_borrowers_and_nobody_else():
    own, other = accounts = classes(10.0, 0.5, 0.5)
    within, borrowed = job(4.0, job_class=1, since=1.0), job(6.0, job_class=1, since=2.0)
    other.take(within, 1.0)
    other.take(borrowed, 2.0)
    assert victims(job(5.0), accounts, "borrowed") == [borrowed]
    assert victims(job(5.0), accounts, "never") == []
    assert victims(job(6.0), accounts, "borrowed") == []  # that would be borrowing itself
    assert own.held_h100e == 0.0


def test_by_priority_a_borrower_stops_laxer_ones_of_its_class_and_laxer_borrowers():
    own, other = accounts = classes(10.0, 0.2, 0.2)
    lax_own, firm_own = job(3.0, priority=2), job(3.0, priority=0)
    lax_other, firm_other = job(1.0, priority=2, job_class=1), job(3.0, priority=0, job_class=1)
    for each in (lax_own, firm_own):
        own.take(each, 0.0)
    other.take(firm_other, 0.0)
    other.take(lax_other, 1.0)
    assert victims(job(3.0, priority=1), accounts, "priority") == [lax_other, lax_own]
