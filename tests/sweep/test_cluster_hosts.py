"""A sweep over real hosts, each with its own address, name and disk; the cable of one is cut in the middle of it."""

import subprocess
import sys

import pytest

from simlab.sweep import ledger
from simlab.sweep.execute import Workers
from simlab.sweep.runs import State

N_SAMPLES = 100
N_RUNS = 2 * N_SAMPLES


@pytest.fixture
def sweeps(toys):
    import cluster_sweeps  # pyright: ignore[reportMissingImports]

    yield cluster_sweeps
    del sys.modules["cluster_sweeps"]  # the toys that it knows are made anew for each test


@pytest.fixture
def hosts(toys):
    import cluster_hosts  # pyright: ignore[reportMissingImports]

    if reason := cluster_hosts.why_no_hosts():
        pytest.skip(reason)
    return cluster_hosts


def sweep_while_cutting(hosts, tmp_path, *names):
    """A sweep over hosts of which these are cut off; returns the folders of the hosts and of the study."""
    home, study = tmp_path / "hosts", tmp_path / "results" / "study"
    study.parent.mkdir()
    command = [*hosts.OWN_WORLD, sys.executable, hosts.__file__, str(home), str(study), str(N_SAMPLES), *names]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-1] == f"{N_RUNS} done"
    return home, study


def assert_each_run_once(sweeps, home, study, undisturbed):
    """Every table as if nothing had happened, one good end a run, and only lost runs were done again."""
    list(sweeps.sweep(undisturbed, N_SAMPLES, Workers(1)))
    assert sweeps.tables(study) == sweeps.tables(undisturbed)
    assert {path.name.partition("-")[0] for path in (study / "ledger").iterdir()} == {
        "driver"
    }  # the others saw nothing
    entries = list(ledger.entries(study))
    lost = {entry.run_id for entry in entries if entry.state is State.LOST}
    ends = [entry.run_id for entry in entries if entry.state is State.OK]
    assert lost
    assert len(ends) == len(set(ends)) == N_RUNS
    times = sweeps.notes(home / "w1", home / "w2")
    assert {run_id for run_id in times if times[run_id] > 1} <= lost


@pytest.mark.slow
def test_a_worker_that_is_cut_off_and_comes_back_neither_loses_nor_doubles_anything(hosts, sweeps, tmp_path):
    home, study = sweep_while_cutting(hosts, tmp_path, "w2", "w1")
    assert_each_run_once(sweeps, home, study, tmp_path / "undisturbed")
    assert (home / "w2" / "log.txt").read_text().count("Registered to:") == 2  # it was given up, and came back
    last_notes = [(home / name / "done.txt").stat().st_mtime for name in ("w1", "w2")]
    assert abs(last_notes[0] - last_notes[1]) < 5.0  # and it worked to the end
    assert (home / "w1" / "log.txt").read_text().count("Registered to:") == 1  # a moment is nothing


@pytest.mark.slow
def test_a_driver_that_is_cut_off_calls_again_and_goes_on(hosts, sweeps, tmp_path):
    home, study = sweep_while_cutting(hosts, tmp_path, "driver")
    assert_each_run_once(sweeps, home, study, tmp_path / "undisturbed")
    assert "is out of reach; calling it for 5 minutes" in (home / "driver" / "log.txt").read_text()
