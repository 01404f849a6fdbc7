"""Whatever a run does, it becomes a row that says what, and nobody else is harmed or blamed."""

import time
from typing import Any

import psutil
import pytest

from simlab.sweep import ledger
from simlab.sweep.execute import Workers, execute

LIMITS: dict[str, Any] = {"limit_s": 3.0, "grace_s": 0.5, "memory_mb": 600.0}


def done(toys, folder, simulator, n_runs, n_workers=1, **more):
    """Run to state."""
    job = toys.job(folder, simulator, **more)
    return {entry.run_id: str(entry.state) for entry in execute(job, toys.planned(n_runs), Workers(n_workers))}


def story(folder, sample):
    return (folder / "failures" / f"baseline-s{sample:04d}-r0.txt").read_text()


def run_ids(*samples):
    return {f"baseline-s{sample:04d}-r0" for sample in samples}


def fight(toys, folder, simulator, n_runs, seed, outcomes):
    """Five runs misbehave: exactly they fail, each as it should. Returns the rows of the others."""
    flaws = {f"baseline-s{sample:04d}-r0": flaw for sample, flaw in toys.flawed(seed, n_runs).items()}
    told = done(toys, folder, simulator, n_runs, 2, seed=seed, **LIMITS)
    rows = outcomes(folder)
    assert len(told) == len(rows) == n_runs
    assert {run_id: row["state"] for run_id, row in rows.items() if row["state"] != "ok"} == flaws
    assert {run_id: state for run_id, state in told.items() if state != "ok"} == flaws
    assert {path.stem for path in (folder / "failures").iterdir()} == set(flaws)
    assert all(rows[run_id]["n_events"] is None and rows[run_id]["error"] for run_id in flaws)
    blamed = {line.run_id for line in ledger.entries(folder) if line.state != "ok"}
    assert blamed == set(flaws)
    return {run_id: row for run_id, row in rows.items() if run_id not in flaws}


def test_of_forty_runs_only_the_misbehaving_are_missing(toys, tmp_path, outcomes):
    assert len(fight(toys, tmp_path, "skirmish", 40, 5, outcomes)) == 35


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.slow if seed < 2 else pytest.mark.campaign) for seed in range(20)]
)
def test_of_a_thousand_runs_only_the_misbehaving_are_missing(toys, tmp_path, outcomes, seed):
    assert len(fight(toys, tmp_path, "campaign", 1000, seed, outcomes)) == 995


def test_a_run_that_raises_is_told_with_its_traceback_and_the_command_that_repeats_it(toys, tmp_path, outcomes):
    done(toys, tmp_path, "misbehave", 2)
    assert outcomes(tmp_path)["baseline-s0001-r0"]["error"] == "ValueError: no chips today"
    told = story(tmp_path, 1)
    assert "  simlab run toy.yaml --run baseline-s0001-r0\n" in told
    assert "in misbehave" in told
    assert "nor tomorrow" in told


def test_a_run_that_sleeps_where_no_exception_reaches_it_is_told_with_where_it_was(toys, tmp_path, outcomes):
    began = time.monotonic()
    told = done(toys, tmp_path, "hang", 4, **LIMITS)
    assert LIMITS["limit_s"] < time.monotonic() - began < 60.0
    assert {run_id for run_id, state in told.items() if state != "ok"} == run_ids(2)
    assert outcomes(tmp_path)["baseline-s0002-r0"]["error"] == "took longer than 3 s"
    assert "Timeout (0:00:03)!" in story(tmp_path, 2)
    assert "in hang" in story(tmp_path, 2)


def test_a_run_that_faults_is_told_with_its_signal_and_where_it_was(toys, tmp_path, outcomes):
    done(toys, tmp_path, "fault", 3)
    row = outcomes(tmp_path)["baseline-s0001-r0"]
    assert row["state"] == "crashed"
    assert row["error"] == "its process was ended by SIGSEGV, 3 times in a row"
    assert "in fault" in story(tmp_path, 1)
    lines = [(line.attempt, str(line.state)) for line in ledger.entries(tmp_path) if line.run_id in run_ids(1)]
    assert lines == [(1, "lost"), (2, "lost"), (3, "crashed")]


def test_a_run_that_exits_is_told_with_its_code(toys, tmp_path, outcomes):
    done(toys, tmp_path, "die", 6)
    error = outcomes(tmp_path)["baseline-s0005-r0"]["error"]
    assert error == "its process ended itself with exit code 9, 3 times in a row"


def test_a_run_that_python_refuses_memory_is_out_of_it(toys, tmp_path):
    assert list(done(toys, tmp_path, "refuse_memory", 3).values()) == ["ok", "out_of_memory", "ok"]
    assert "in refuse_memory" in story(tmp_path, 1)


def test_memory_that_others_left_behind_is_nobody_s_fault(toys, tmp_path):
    told = done(toys, tmp_path, "leak", 12, **LIMITS)
    assert set(told.values()) == {"ok"}
    lost = [line for line in ledger.entries(tmp_path) if line.state == "lost"]
    assert lost
    assert all("held more than 600 MiB" in (line.error or "") for line in lost)


def test_what_model_code_prints_harms_nobody_and_is_told_with_a_failure(toys, tmp_path):
    assert list(done(toys, tmp_path, "chatter", 4).values()) == ["ok", "ok", "failed", "ok"]
    told = story(tmp_path, 2)
    assert all(said in told for said in ("enough said", "a line of text", "to the very descriptor", "a child's child"))


def test_without_a_process_of_their_own_runs_are_still_told_to_stop(toys, tmp_path):
    job = toys.job(tmp_path, "misbehave", **LIMITS)
    told = [str(entry.state) for entry in execute(job, toys.planned(5), Workers(1, isolated=False))]
    assert told == ["ok", "failed", "invalid", "timed_out", "ok"]
    assert "in misbehave" in story(tmp_path, 3)
    assert not psutil.Process().children()
