"""What the terminal says of a study."""

import polars as pl

from simlab.sweep.runs import State
from simlab.sweep.status import state_counts
from simlab.sweep.summary import milestone_dates

OUTCOMES = pl.DataFrame(
    {
        "policy": ["baseline"] * 11 + ["cap"],
        "state": ["ok"] * 10 + ["failed", "failed"],
        "hour_days": [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, None, None, None, None, None],
    }
)


def test_a_run_that_never_gets_there_is_later_than_all_others():
    (dates,) = milestone_dates(OUTCOMES, ["baseline", "cap"], ["hour"])
    assert (dates.p10_days, dates.p50_days, dates.p90_days) == (10.0, 50.0, None)
    assert dates.never_fraction == 0.3
    assert dates.n_runs == 10


def test_states_are_counted_ok_first():
    assert list(state_counts(OUTCOMES).items()) == [(State.OK, 10), (State.FAILED, 2)]
