"""The same seed gives the same bytes, whoever computes them, in whatever order, watched or not."""

import os
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from simlab.run import run
from simlab.scenario import Scenario, load_scenario
from simlab.sweep.events import planned_run, stored_outcome, write_events
from simlab.sweep.study import Study, carry_out, missing, open_study, plan
from simlab.trace.events import EVENT_CLASSES

BASELINE = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
SHORT = ("end=2025-04-01",)
SEED = 11


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASELINE, SHORT)


def parts(study: Study) -> dict[str, bytes]:
    tables = ("design", "outcomes", "series", "graveyard")
    paths = [path for table in tables for path in (study.folder / table).iterdir()]
    return {str(path.relative_to(study.folder)): path.read_bytes() for path in paths}


def done(scenario: Scenario, out: Path, n_samples: int, n_workers: int, shuffled: int | None = None) -> Study:
    study = open_study(scenario, SEED, out)
    left = list(missing(study, plan(study, scenario.policies[:2], n_samples, 2)))
    if shuffled is not None:
        random.Random(shuffled).shuffle(left)
    states = {entry.state for entry in carry_out(study, study.job(), left, n_workers)}
    assert states == {"ok"}
    return study


@pytest.fixture(scope="module")
def plain(scenario, tmp_path_factory) -> Study:
    return done(scenario, tmp_path_factory.mktemp("plain"), 2, 1)


def test_two_workers_and_another_order_change_no_byte(scenario, plain, tmp_path):
    assert parts(done(scenario, tmp_path, 2, 2, shuffled=1)) == parts(plain)


@pytest.mark.slow
def test_seven_workers_change_no_byte(scenario, tmp_path):
    seven = done(scenario, tmp_path / "seven", 20, 7, shuffled=2)
    assert parts(seven) == parts(done(scenario, tmp_path / "one", 20, 1))


HASH_PROGRAM = """
import sys
from hashlib import sha256
from pathlib import Path
from simlab.scenario import load_scenario
from simlab.sweep.study import carry_out, open_study, plan
study = open_study(load_scenario(Path(sys.argv[1]), sys.argv[3:]), 11, Path(sys.argv[2]))
planned = plan(study, study.scenario.policies[:2], 2, 2)
list(carry_out(study, study.job(), planned, 1))
"""


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_order_of_sets_changes_no_byte(scenario, plain, tmp_path, hash_seed):
    command = [sys.executable, "-c", HASH_PROGRAM, str(BASELINE), str(tmp_path), *SHORT]
    subprocess.run(command, check=True, env={**os.environ, "PYTHONHASHSEED": hash_seed})
    (folder,) = tmp_path.iterdir()
    assert f"fingerprint: {scenario.fingerprint}\n" in (folder / "study.lock.yaml").read_text()
    assert parts(Study(folder, scenario, SEED)) == parts(plain)


def test_watching_changes_nothing(scenario):
    watched, unwatched = (run(scenario, seed=SEED, detail=detail) for detail in (True, False))
    for kind in EVENT_CLASSES:
        if kind.detail:
            assert unwatched.n_rows(kind) == 0
        else:
            assert watched.values(kind).tobytes() == unwatched.values(kind).tobytes(), kind.__name__


def test_any_run_of_a_study_can_be_seen_in_full(plain):
    planned = planned_run(plain, "baseline-s0001-r1")
    folder, result = write_events(plain.job(), planned)
    stored = stored_outcome(plain.folder, planned)
    assert stored is not None
    assert stored.equals(result.outcomes)
    lives = pl.read_parquet(folder / "idea_ended.parquet")
    graves = pl.read_parquet(plain.folder / "graveyard" / f"{planned.key.part}.parquet")
    mine = graves.filter(pl.col("run_id") == planned.key.run_id)
    assert lives.height == mine["n_ideas"].sum()
    assert pl.read_parquet(folder / "experiment_ended.parquet").height > 0
    assert (folder / "trace.json").stat().st_size > 0


def test_another_replicate_has_other_luck(plain):
    rows = pl.concat(pl.read_parquet(path) for path in (plain.folder / "outcomes").iterdir())
    of_baseline = rows.filter(pl.col("policy") == "baseline")
    assert of_baseline["n_events"].n_unique() > 1
