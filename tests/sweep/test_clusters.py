"""A sweep on a Dask cluster: real schedulers and workers, started as a user starts them.

They share nothing with the driver but simlab: each has its own working directory, and where it says so its own view
of the disk, without the study's folder.
"""

import shutil
import signal
import sys
import warnings
from collections import Counter
from pathlib import Path

import pytest

import simlab
from simlab.errors import StudyError
from simlab.sweep import dask_pool, host, ledger
from simlab.sweep.execute import Workers
from simlab.sweep.runs import State

N_SAMPLES = 12
N_RUNS = 2 * N_SAMPLES


@pytest.fixture
def sweeps(toys, monkeypatch):
    import cluster_sweeps  # pyright: ignore[reportMissingImports]

    monkeypatch.setattr(dask_pool, "LOOK_S", 0.5)
    yield cluster_sweeps
    del sys.modules["cluster_sweeps"]  # the toys that it knows are made anew for each test


@pytest.fixture
def tools(toys):
    import cluster_tools  # pyright: ignore[reportMissingImports]

    return cluster_tools


@pytest.fixture
def cluster(tools, tmp_path):
    with tools.Cluster(tmp_path / "hosts") as cluster:
        yield cluster


@pytest.fixture
def undisturbed(sweeps, tmp_path):
    """The tables of the same sweep on one machine."""
    list(sweeps.sweep(tmp_path / "undisturbed", N_SAMPLES, Workers(1)))
    return sweeps.tables(tmp_path / "undisturbed")


def blind(tools, folder: Path) -> list[str]:
    if reason := tools.why_no_own_view():
        pytest.skip(reason)
    folder.mkdir(parents=True, exist_ok=True)
    return tools.blind_to(folder)


def writers(folder: Path) -> set[bool]:
    """Who wrote the ledger: whether it was this process."""
    return {path.name.startswith(host.writer()) for path in (folder / "ledger").iterdir()}


def other_simlab(home: Path) -> Path:
    """A simlab with another model."""
    shutil.copytree(Path(simlab.__file__).parent, home / "simlab", ignore=shutil.ignore_patterns("__pycache__"))
    with (home / "simlab" / "world" / "world.py").open("a") as file:
        file.write("\nSOMETHING_ELSE = 1\n")
    return home


def test_workers_that_see_the_folder_write_there_and_others_send_back_the_same_bytes(
    sweeps, tools, cluster, undisturbed, tmp_path
):
    study = tmp_path / "results" / "study"
    cluster.worker("blind", blind(tools, tmp_path / "results"))
    cluster.wait_for_worker("blind")
    entries = list(sweeps.sweep(study, N_SAMPLES, Workers(scheduler=cluster.address), "cluster_toys:noted"))
    assert len(entries) == len(sweeps.notes(cluster.folder("blind"))) == N_RUNS
    assert writers(study) == {True}
    assert sweeps.tables(study) == undisturbed

    cluster.worker("seeing")
    cluster.wait_for_worker("seeing")
    study = tmp_path / "results" / "another"
    list(sweeps.sweep(study, N_SAMPLES, Workers(scheduler=cluster.address), "cluster_toys:slow"))
    assert sweeps.notes(cluster.folder("seeing"))
    assert writers(study) == {True, False}
    assert sweeps.tables(study) == undisturbed


@pytest.mark.slow
def test_a_worker_that_comes_late_helps_and_one_that_is_killed_is_not_waited_for(
    sweeps, tools, cluster, undisturbed, tmp_path
):
    study = tmp_path / "results" / "study"
    going = sweeps.sweep(study, N_SAMPLES, Workers(scheduler=cluster.address), "cluster_toys:slow")
    first = cluster.worker("first", blind(tools, tmp_path / "results"))
    with pytest.warns(UserWarning, match=r"no workers at .*; waiting for some to come"):
        entries = [next(going)]
    cluster.worker("second", blind(tools, tmp_path / "results"))
    cluster.wait_for_worker("second")
    entries += [next(going) for _ in range(3)]
    first.kill()
    entries += going
    assert sorted(entry.run_id for entry in entries) == sorted(item.key.run_id for item in sweeps.planned(N_SAMPLES))
    assert sweeps.tables(study) == undisturbed
    assert State.LOST in {entry.state for entry in ledger.entries(study)}
    assert sweeps.notes(cluster.folder("second"))


def test_a_worker_with_another_model_is_refused_with_both_hashes_before_anything_is_done(sweeps, cluster, tmp_path):
    cluster.worker("other", code=other_simlab(tmp_path / "other"))
    cluster.wait_for_worker("other")
    with pytest.raises(StudyError, match=r"runs other code of the model: its hash is \w{16} there") as caught:
        list(sweeps.sweep(tmp_path / "study", 1, Workers(scheduler=cluster.address), "cluster_toys:noted"))
    assert host.about().loaded in str(caught.value)
    assert host.about().host in str(caught.value)
    assert not sweeps.notes(cluster.folder("other"))


@pytest.mark.slow
def test_a_worker_with_another_model_that_comes_late_gets_no_work(sweeps, cluster, undisturbed, tmp_path):
    cluster.worker("same")
    cluster.wait_for_worker("same")
    going = sweeps.sweep(tmp_path / "study", N_SAMPLES, Workers(scheduler=cluster.address), "cluster_toys:slow")
    next(going)
    cluster.worker("other", code=other_simlab(tmp_path / "other"))
    cluster.wait_for_worker("other")
    with pytest.warns(UserWarning, match="runs other code of the model: .*; it gets no more work"):
        list(going)
    assert not sweeps.notes(cluster.folder("other"))
    assert sweeps.tables(tmp_path / "study") == undisturbed


def test_a_worker_without_simlab_is_refused(sweeps, cluster, tmp_path):
    bare = tmp_path / "bare" / "simlab.py"
    bare.parent.mkdir()
    bare.write_text("raise ModuleNotFoundError('No module named \\'simlab\\'')")
    worker = cluster.worker("bare", code=bare.parent)
    cluster.wait_for_worker("bare")
    with pytest.raises(StudyError, match=r"127\.0\.0\.1:\d+ cannot do runs: ModuleNotFound"):
        list(sweeps.sweep(tmp_path / "study", 1, Workers(scheduler=cluster.address)))
    assert worker.poll() is None


@pytest.mark.slow
def test_what_a_worker_brings_that_was_given_up_changes_nothing(sweeps, tools, tmp_path, monkeypatch):
    """It sees the folder, is stopped until others have its runs, and then goes on where it was."""
    monkeypatch.setenv("DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL", "1s")
    study, n_samples = tmp_path / "study", 5 * N_SAMPLES
    with tools.Cluster(tmp_path / "hosts") as cluster:
        workers = [cluster.worker(name) for name in ("awake", "sleepy")]
        for name in ("awake", "sleepy"):
            cluster.wait_for_worker(name)
        going = sweeps.sweep(study, n_samples, Workers(scheduler=cluster.address), "cluster_toys:slow")
        entries = [next(going) for _ in range(20)]
        workers[1].send_signal(signal.SIGSTOP)
        while State.LOST not in {entry.state for entry in ledger.entries(study)}:
            entries.append(next(going))
        workers[1].send_signal(signal.SIGCONT)
        entries += going
    assert len(entries) == len({entry.run_id for entry in entries}) == 2 * n_samples
    again = Counter(entry.run_id for entry in ledger.entries(study) if entry.state is State.OK)
    assert max(again.values()) == 2  # it did bring something
    list(sweeps.sweep(tmp_path / "undisturbed", n_samples, Workers(1)))
    assert sweeps.tables(study) == sweeps.tables(tmp_path / "undisturbed")


@pytest.mark.slow
def test_without_its_scheduler_a_sweep_ends_with_how_to_go_on_and_goes_on(
    sweeps, tools, cluster, undisturbed, tmp_path, monkeypatch
):
    monkeypatch.setattr(dask_pool, "PATIENCE_S", 1.0)
    study = tmp_path / "study"
    cluster.worker("first")
    cluster.wait_for_worker("first")
    going = sweeps.sweep(study, N_SAMPLES, Workers(scheduler=cluster.address), "cluster_toys:slow")
    next(going)
    cluster.scheduler.kill()
    warnings.simplefilter("ignore", UserWarning)  # until it is given up, nobody is there
    with pytest.raises(StudyError, match=r"is gone\. What is done is on disk; the same command goes on"):
        list(going)
    with tools.Cluster(tmp_path / "again") as again:
        again.worker("second")
        again.wait_for_worker("second")
        entries = list(sweeps.sweep(study, N_SAMPLES, Workers(scheduler=again.address)))
    assert 0 < len(entries) < N_RUNS
    assert sweeps.tables(study) == undisturbed


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "there"])
def test_an_address_where_nobody_answers(sweeps, tmp_path, address):
    with pytest.raises(StudyError, match=f"no Dask scheduler answers at {address}"):
        list(sweeps.sweep(tmp_path, 1, Workers(scheduler=address)))
