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


@pytest.mark.slow
def test_a_host_that_is_cut_off_and_comes_back_neither_loses_nor_doubles_anything(toys, sweeps, tmp_path):
    import cluster_hosts  # pyright: ignore[reportMissingImports]

    if reason := cluster_hosts.why_no_hosts():
        pytest.skip(reason)
    home, study = tmp_path / "hosts", tmp_path / "results" / "study"
    study.parent.mkdir()
    command = [*cluster_hosts.OWN_WORLD, sys.executable, cluster_hosts.__file__, str(home), str(study), str(N_SAMPLES)]
    told = subprocess.run(command, check=False, capture_output=True, text=True, timeout=300)
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stdout.splitlines()[-1] == f"{N_RUNS} done"

    list(sweeps.sweep(tmp_path / "undisturbed", N_SAMPLES, Workers(1)))
    assert sweeps.tables(study) == sweeps.tables(tmp_path / "undisturbed")

    names = [path.name for path in (study / "ledger").iterdir()]
    assert [name.partition("-")[0] for name in names] == ["driver"]  # nobody else saw the folder
    entries = list(ledger.entries(study))
    lost = {entry.run_id for entry in entries if entry.state is State.LOST}
    ends = [entry.run_id for entry in entries if entry.state is State.OK]
    assert lost
    assert len(ends) == len(set(ends)) == N_RUNS

    done = sweeps.notes(home / "w1", home / "w2")
    assert {run_id for run_id, times in done.items() if times > 1} <= lost
    log = (home / "w2" / "log.txt").read_text()
    assert log.count("Registered to:") == 2  # its connection died, and it came back
    told_again = (home / "w2" / "done.txt").stat().st_mtime - (home / "w1" / "done.txt").stat().st_mtime
    assert abs(told_again) < 5.0  # and worked until the end
