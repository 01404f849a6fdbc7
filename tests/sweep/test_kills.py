"""A sweep whose processes are killed at random ends, in the end, as if nobody had disturbed it."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from simlab.sweep import ledger, store
from simlab.sweep.execute import Workers, execute

DRIVE = Path(__file__).parent / "toys" / "drive.py"
VICTIMS = ("child", "all children", "driver")


class Sweep:
    """A sweep that is driven by another process, and what can be seen of it from outside."""

    def __init__(self, folder: Path, counts: Path, n_samples: int) -> None:
        self.folder, self.counts, self._n_samples = folder, counts, n_samples
        counts.mkdir()
        self.driver = self._drive()

    def _drive(self) -> "subprocess.Popen[str]":
        command = [sys.executable, str(DRIVE), str(self.folder), str(self._n_samples)]
        environment = os.environ | {"COUNTS": str(self.counts)}
        return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)

    def count(self, word: str) -> dict[str, int]:
        """How often each run began or ended, by run_id."""
        found = {}
        for path in self.counts.iterdir():
            policy, sample, replicate = path.name.rsplit("-", 2)
            found[f"{policy}-s{int(sample):04d}-r{replicate}"] = path.read_text().count(word)
        return found

    def wait_for(self, n_begun: int) -> None:
        """Until so many runs have begun."""
        while len(list(self.counts.iterdir())) < n_begun:
            assert self.driver.poll() is None, "the driver ended too early"
            time.sleep(0.01)

    def children(self) -> list[psutil.Process]:
        return psutil.Process(self.driver.pid).children(recursive=True)

    def kill_driver(self) -> None:
        """With SIGKILL. No process outlives it, and what was on disk then is never done again."""
        children = self.children()
        self.driver.kill()
        self.end()
        _, alive = psutil.wait_procs(children, timeout=10.0)
        assert not alive
        self.settled = {run_id: self.count("begins")[run_id] for run_id in store.states(self.folder)}
        self.driver = self._drive()

    def end(self) -> str:
        """Wait for the driver; what it printed."""
        told, _ = self.driver.communicate()
        return told.strip()

    settled: dict[str, int] = {}
    """How often runs had begun that were on disk when the driver was last killed."""


def kill(sweep: Sweep, victim: str, rng: random.Random) -> Iterator[str]:
    """Kill it, as far as it is there; yields what was."""
    if victim == "driver":
        before = sweep.settled
        assert before.items() <= sweep.count("begins").items()
        sweep.kill_driver()
        yield victim
        return
    children = sweep.children()
    for child in children if victim == "all children" else children and [rng.choice(children)]:
        child.kill()
        yield victim


def disturb(toys, tmp_path, parts, outcomes, n_samples, n_kills, seed):
    """Sweep with kills, and again without; everything must be the same, and nothing twice."""
    rng = random.Random(seed)
    sweep = Sweep(tmp_path / "killed", tmp_path / "counts", n_samples)
    n_runs = 2 * n_samples
    moments = sorted(rng.sample(range(2, int(0.9 * n_runs)), n_kills))
    killed = []
    for moment, victim in zip(moments, rng.sample(VICTIMS * n_kills, n_kills), strict=True):
        sweep.wait_for(moment)
        killed += set(kill(sweep, victim, rng))
    sweep.end()
    assert sweep.driver.returncode == 0
    begun = sweep.count("begins")
    assert {run_id: begun[run_id] for run_id in sweep.settled} == sweep.settled
    rows = outcomes(sweep.folder)
    assert len(rows) == n_runs == len(begun)
    assert {row["state"] for row in rows.values()} == {"ok"}
    list(execute(toys.job(tmp_path / "calm", "brief"), toys.planned(n_samples, toys.BOTH), Workers(2)))
    assert parts(sweep.folder) == parts(tmp_path / "calm")
    assert no_drafts(sweep.folder)
    assert {line.state for line in ledger.entries(sweep.folder)} <= {"ok", "lost"}
    sweep.driver = sweep._drive()
    assert sweep.end() == "0"
    assert sweep.count("begins") == begun
    return killed


def no_drafts(folder):
    hidden = [path for path in folder.rglob("*") if path.name.startswith(".")]
    return not hidden and not list((folder / "chunks").iterdir())


def test_a_sweep_survives_a_few_kills(toys, tmp_path, parts, outcomes):
    disturb(toys, tmp_path, parts, outcomes, n_samples=25, n_kills=3, seed=4)


@pytest.mark.parametrize(
    ("n_samples", "n_kills", "seed"),
    [pytest.param(150, 5, 5, marks=pytest.mark.slow), pytest.param(1000, 10, 1, marks=pytest.mark.campaign)],
)
def test_a_sweep_of_many_runs_survives_kills_of_every_kind(toys, tmp_path, parts, outcomes, n_samples, n_kills, seed):
    killed = disturb(toys, tmp_path, parts, outcomes, n_samples, n_kills, seed)
    assert set(killed) == set(VICTIMS)


def test_a_child_that_lets_nobody_speak_does_not_outlive_its_driver(tmp_path):
    """Its watching thread never gets its turn: only the system can end it."""
    program = "import toys, sys; from pathlib import Path; from simlab.sweep.execute import Workers, execute; "
    program += "list(execute(toys.job(Path(sys.argv[1]), 'deaf'), toys.planned(2), Workers(1)))"
    counts = tmp_path / "counts"
    counts.mkdir()
    environment = os.environ | {"COUNTS": str(counts), "PYTHONPATH": os.pathsep.join(sys.path)}
    driver = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "study")], env=environment)
    while not list(counts.iterdir()):
        assert driver.poll() is None
        time.sleep(0.05)
    time.sleep(0.5)
    children = psutil.Process(driver.pid).children(recursive=True)
    driver.kill()
    driver.wait()
    assert len(children) == 1
    _, alive = psutil.wait_procs(children, timeout=10.0)
    assert not alive
