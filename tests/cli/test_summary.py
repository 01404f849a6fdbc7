"""The milestones as lines of text."""

from datetime import date

import polars as pl
import pytest

from simlab.cli.summary import Calendar, milestone_lines, worker_lines, world_lines
from simlab.sweep.summary import Dates

CALENDAR = Calendar(date(2025, 1, 1), date(2035, 1, 1))
TITLES = {"day": "A model does tasks of a working day (8 hours) half the time", "run": "A run of 1e27 FLOP"}
ALONE = [
    Dates("baseline", "day", 400.0, 900.0, 2000.0, 0.02, 50),
    Dates("baseline", "run", 3000.0, None, None, 0.6, 50),
]
BESIDE = [row._replace(policy=policy) for row in ALONE for policy in ("baseline", "leader-capped-2027")]


def test_one_policy_stands_beside_the_titles():
    assert milestone_lines(ALONE, TITLES, CALENDAR, 80) == [
        "                                        median   80% of runs         not by 2035",
        "A model does tasks of a working day (8  2027-06  2026-02 to 2030-06           2%",
        "  hours) half the time",
        "A run of 1e27 FLOP                      2035+    2033-03 to 2035+            60%",
    ]


def test_several_policies_stand_under_the_titles():
    assert milestone_lines(BESIDE, TITLES, CALENDAR, 80) == [
        "                      median   80% of runs         not by 2035",
        "A model does tasks of a working day (8 hours) half the time",
        "  baseline            2027-06  2026-02 to 2030-06           2%",
        "  leader-capped-2027  2027-06  2026-02 to 2030-06           2%",
        "A run of 1e27 FLOP",
        "  baseline            2035+    2033-03 to 2035+            60%",
        "  leader-capped-2027  2035+    2033-03 to 2035+            60%",
    ]


@pytest.mark.parametrize("rows", [ALONE, BESIDE])
@pytest.mark.parametrize("width", [70, 80, 120, 300])
def test_nothing_is_wider_than_the_terminal(rows, width):
    assert max(map(len, milestone_lines(rows, TITLES, CALENDAR, width))) <= min(width, 110)


def test_a_wide_terminal_needs_no_second_line():
    assert len(milestone_lines(ALONE, TITLES, CALENDAR, 120)) == 3


def test_an_end_within_a_year_is_told_with_its_month():
    calendar = CALENDAR._replace(end=date(2026, 7, 1))
    heading, first, *_ = milestone_lines([ALONE[0]._replace(p90_days=None)], TITLES, calendar, 120)
    assert "not by 2026-07" in heading
    assert "2026-02 to 2026-07+" in first


def test_without_milestones_only_the_heading_is_left():
    assert len(milestone_lines([], {}, CALENDAR, 80)) == 1


def outcomes(*shares, policy="baseline"):
    columns = {"policy": [policy] * len(shares), "building_automated_fraction": shares}
    schema = {"building_automated_fraction": pl.Float64, "automated_work_fraction": pl.Float64, "policy": pl.String}
    return pl.DataFrame(columns | {"automated_work_fraction": [None] * len(shares)}, schema_overrides=schema)


def test_what_ai_workers_do_is_told_in_a_line_with_its_range():
    (line,) = worker_lines(outcomes(*(n / 100 for n in range(101)), None), ["baseline"], 110)
    assert line == "AI workers’ share of the leader’s building work at the end: 50% (80% of runs: 10% to 90%)"


def test_each_policy_has_its_own_line():
    both = pl.concat([outcomes(0.25), outcomes(0.75, policy="cap")])
    lines = worker_lines(both, ["baseline", "cap"], 110)
    assert [line.partition(":")[0] for line in lines] == ["baseline", "cap"]


def test_without_ai_workers_there_is_nothing_to_tell():
    assert worker_lines(outcomes(None, None), ["baseline"], 80) == []


def around(**columns):
    n = len(next(iter(columns.values())))
    return pl.DataFrame({"policy": ["baseline"] * n} | columns)


WORLD = {
    "installed_h100e": [1e6 * n for n in range(101)],
    "rent_usd2025_per_h100e_hour": [n / 50 for n in range(101)],
    "spending_fraction": [n / 1e4 for n in range(101)],
}


def test_the_world_around_labs_is_told_in_three_lines():
    assert world_lines(around(**WORLD), ["baseline"], 110) == [
        "Accelerators installed at the end, million H100e: 50 (80% of runs: 10 to 90)",
        "Rent of one an hour at the end: $1.00 (80% of runs: $0.20 to $1.80)",
        "Spending on AI at the end, of world product: 0.50% (80% of runs: 0.10% to 0.90%)",
    ]


def test_of_several_policies_only_the_firsts_world_is_told():
    lines = world_lines(around(**WORLD), ["baseline", "cap"], 200)
    assert len(lines) == 3
    assert all(line.startswith("baseline: ") for line in lines)


def test_a_world_that_nobody_looks_at_has_no_lines():
    assert world_lines(around(installed_h100e=[None, None]), ["baseline"], 110) == []
    assert world_lines(around(other=[1.0]), ["baseline"], 110) == []
