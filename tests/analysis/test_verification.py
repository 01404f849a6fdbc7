from datetime import date

import polars as pl
import pytest

from simlab.analysis.verification import SETTLED, backlog, harmful_bands, settled_shares, slipped_bands, whole_shares


def month(run, day, passed=0, refuted=0, unverified=0, discarded=0, slipped=0):
    counts = {"n_passed": passed, "n_refuted": refuted, "n_adopted_unverified": unverified, "n_discarded": discarded}
    return {"run_id": run, "lab": "leader", "date": day, "n_handed_in": 9, "n_slipped": slipped} | counts


FEBRUARY, MARCH, MAY = date(2025, 2, 1), date(2025, 3, 1), date(2025, 5, 1)


def test_shares_are_taken_in_each_run_and_then_averaged(labs):
    rows = [month("busy", FEBRUARY, passed=600, refuted=200), month("busy", MARCH, unverified=200)]
    rows += [month("quiet", FEBRUARY, discarded=1), month("idle", FEBRUARY)]
    table = settled_shares(labs(pl.DataFrame(rows)))
    (row,) = table.rows(named=True)
    assert row["n_runs"] == 2
    assert [row[f"{end}_fraction"] for end in SETTLED] == pytest.approx([0.3, 0.1, 0.1, 0.5])


def test_flawed_work_is_a_share_of_what_was_let_through(labs):
    rows = [month("r0", FEBRUARY, passed=4, slipped=1), month("r0", MAY, passed=4, unverified=2, refuted=90, slipped=2)]
    rows += [month("r0", date(2026, 5, 1), refuted=5)]
    bands = slipped_bands(labs(pl.DataFrame(rows)))
    assert bands["date"].to_list() == [date(2025, 7, 1)]
    assert bands["p50"].to_list() == pytest.approx([0.3])


def test_over_the_whole_time_every_run_weighs_the_same(labs):
    rows = [month("r0", FEBRUARY, passed=6, refuted=2, slipped=3), month("r0", MAY, unverified=2, slipped=1)]
    rows += [month("r1", FEBRUARY, refuted=1), month("r2", FEBRUARY)]
    whole = whole_shares(labs(pl.DataFrame(rows)))
    assert whole["verified"] == pytest.approx((0.8 + 1.0) / 2)
    assert whole["refuted"] == pytest.approx((0.2 + 1.0) / 2)
    assert whole["slipped"] == pytest.approx(0.5)


def test_what_waits_is_told_beside_what_a_quarter_settles(labs):
    rows = [month("r0", FEBRUARY, passed=6), month("r0", MARCH, refuted=2), month("r1", FEBRUARY, unverified=2)]
    frame = pl.DataFrame(rows).with_columns(n_verification_waiting=pl.Series([1, 5, 0]))
    assert backlog(labs(frame)) == pytest.approx({"settled": (3 * 4 + 3 * 2) / 2, "waiting": (3 + 0) / 2})


def test_harmful_adoptions_are_a_share_of_the_years_adoptions():
    def grave(run, cause, year, n, bad):
        return {"run_id": run, "cause": cause, "year": year, "n_ideas": n, "n_truly_bad": bad}

    rows = [grave("r0", "adopted", 2026, 8, 1), grave("r0", "adopted", 2026, 2, 1), grave("r0", "reverted", 2026, 9, 9)]
    rows += [grave("r0", "adopted", 2027, 4, 0)]
    bands = harmful_bands(pl.DataFrame(rows))
    assert bands["date"].to_list() == [date(2026, 7, 1), date(2027, 7, 1)]
    assert bands["p50"].to_list() == pytest.approx([0.2, 0.0])
