import polars as pl
import pytest

from simlab.analysis.graveyard import COSTS, GAINS, VERDICTS, accounts, fate, regret
from simlab.trace.events import Cause


def life(run, cause, n, area="data", rung=0, **more):
    row = dict.fromkeys((*COSTS, *GAINS), 0.0) | {"n_ideas": n}
    return {"run_id": run, "area": area, "cause": cause, "rung": rung} | row | more


def table(*rows):
    return pl.DataFrame(rows)


def of(frame, by, value):
    return frame.filter(pl.col(by) == value).row(0, named=True)


def test_every_cause_of_an_end_has_a_verdict():
    assert {cause.name.lower() for cause in Cause} == {*VERDICTS, "in_flight"}


def test_shares_are_of_ended_lives_only():
    graves = table(life("r0", "adopted", 1), life("r0", "no_gain_seen", 3), life("r0", "in_flight", 96))
    found = of(accounts(graves, "cause"), "cause", "no_gain_seen")
    assert (found["n_ideas_fraction"], found["n_ideas_per_run"]) == (0.75, 3.0)


def test_each_run_weighs_the_same():
    graves = table(
        life("small", "adopted", 1, used_h100e_days=1.0),
        life("small", "crashed", 1, used_h100e_days=1.0),
        life("large", "crashed", 1, used_h100e_days=1e6),
    )
    costs = accounts(graves, "verdict")
    assert of(costs, "verdict", "crash")["used_h100e_days_fraction"] == 0.75
    assert costs["used_h100e_days_fraction"].sum() == pytest.approx(1.0)


def test_a_run_that_spent_nothing_counts_as_zero_and_not_as_missing():
    graves = table(life("a", "adopted", 1, flop=5.0), life("b", "adopted", 1))
    assert accounts(graves, "cause")["flop_fraction"].to_list() == [0.5]


def test_regret_counts_good_ideas_buried_and_bad_ones_kept():
    graves = table(
        life("r0", "adopted", 10, n_truly_good=6, truly_good_nats=0.6, n_truly_bad=4, truly_bad_nats=-0.2),
        life("r0", "not_convincing", 20, n_truly_good=3, truly_good_nats=0.3, n_truly_bad=9, truly_bad_nats=-0.9),
        life("r1", "reverted", 1, n_truly_bad=1, truly_bad_nats=-0.1),
    )
    found = of(regret(graves, "area"), "area", "data")
    assert found["good_buried_per_run"] == 1.5
    assert found["good_buried_nats_per_run"] == pytest.approx(0.15)
    assert found["good_buried_fraction"] == pytest.approx(3 / 9)
    assert found["bad_adopted_per_run"] == 2.0
    assert found["bad_adopted_nats_per_run"] == pytest.approx(-0.1)
    assert found["bad_adopted_fraction"] == 0.4


def test_no_adopted_idea_makes_the_share_of_bad_ones_unknown_and_not_zero():
    found = of(regret(table(life("r0", "starved", 3)), "area"), "area", "data")
    assert found["bad_adopted_fraction"] is None
    assert found["good_buried_fraction"] is None


def test_the_fate_of_a_rung_is_the_adopted_share_of_its_lives():
    graves = table(
        life("r0", "adopted", 2, rung=1), life("r1", "scooped", 6, rung=1), life("r1", "starved", 1, rung=-1)
    )
    found = dict(fate(graves, "rung").select("rung", "adopted_fraction").iter_rows())
    assert found == {-1: 0.0, 1: 0.25}
