"""A study does each run once, keeps every failure, and writes the same bytes however it was done."""

import itertools
import random
from dataclasses import replace

import polars as pl
import pytest
from ruamel.yaml import YAML

from simlab.errors import StudyError
from simlab.sweep import store
from simlab.sweep.execute import Workers
from simlab.sweep.runs import RunKey, parse_run_id
from simlab.sweep.study import carry_out, missing, open_study, plan

POLICIES = ("baseline", "more")


def done(toys, out, n_samples=20, n_workers=1, simulator="toys:run", limit_s=60.0, policies=POLICIES, shuffle=False):
    """A study, done; returns it and the entries of the runs it took."""
    study = open_study(toys.toy_scenario(), 3, out, ["toy.yaml"])
    left = list(missing(study, plan(study, policies, n_samples, 1)))
    if shuffle:
        random.Random(0).shuffle(left)
    workers = Workers(n_workers, isolated=n_workers > 1)
    entries = list(carry_out(study, study.job(limit_s, simulator), left, workers))
    return study, entries


def outcomes(study):
    frame = pl.concat(pl.read_parquet(path) for path in sorted((study.folder / "outcomes").iterdir()))
    return {row["run_id"]: row for row in frame.iter_rows(named=True)}


def test_a_study_has_every_run_once(toys, tmp_path):
    study, entries = done(toys, tmp_path)
    rows = outcomes(study)
    assert len(entries) == len(rows) == 40
    assert {row["state"] for row in rows.values()} == {"ok"}
    design = pl.read_parquet(study.folder / "design" / "part-*.parquet")
    assert set(design["run_id"]) == set(rows)
    assert set(design["policy"]) == set(POLICIES)
    assert not list((study.folder / "chunks").iterdir())


def test_a_study_has_no_table_of_what_its_scenario_has_nothing_of(toys, tmp_path):
    study, _ = done(toys, tmp_path, n_samples=1)
    assert not [name for name in ("world", "nations", "sectors", "levers") if (study.folder / name).exists()]


def test_the_design_tells_the_values_that_were_used(toys, tmp_path):
    study, _ = done(toys, tmp_path, n_samples=3)
    design = pl.read_parquet(study.folder / "design" / "part-*.parquet")
    row = design.row(by_predicate=pl.col("run_id") == "baseline-s0001-r0", named=True)
    _, planned = plan(study, ["baseline"], 2, 1)
    values = study.scenario.values("baseline", planned.uniforms)
    assert {path: row[path] for path in study.scenario.uncertain} == {p: values[p] for p in study.scenario.uncertain}


def test_policies_meet_the_same_draws_and_the_same_luck(toys, tmp_path):
    study, _ = done(toys, tmp_path, n_samples=4)
    rows = outcomes(study)
    for sample in range(4):
        base, more = (rows[RunKey(policy, sample, 0).run_id] for policy in POLICIES)
        assert base["effective_flop"] == more["effective_flop"]
        assert base["capacity_h100e_days"] < more["capacity_h100e_days"]


def test_order_does_not_change_a_byte(toys, tmp_path, parts):
    plain, _ = done(toys, tmp_path / "a")
    mixed, _ = done(toys, tmp_path / "b", shuffle=True)
    assert parts(plain.folder) == parts(mixed.folder)


def test_two_workers_do_not_change_a_byte_and_nothing_is_done_twice(toys, tmp_path, parts):
    plain, _ = done(toys, tmp_path / "a")
    spread, _ = done(toys, tmp_path / "b", n_workers=2)
    assert parts(plain.folder) == parts(spread.folder)
    _, again = done(toys, tmp_path / "b", n_workers=2)
    assert again == []


@pytest.mark.slow
def test_seven_workers_do_not_change_a_byte(toys, tmp_path, parts):
    plain, _ = done(toys, tmp_path / "a", n_samples=100)
    spread, _ = done(toys, tmp_path / "b", n_samples=100, n_workers=7, shuffle=True)
    assert parts(plain.folder) == parts(spread.folder)


def test_a_study_grows_as_if_it_had_been_asked_for_at_once(toys, tmp_path, parts):
    done(toys, tmp_path / "a", n_samples=5, policies=["more"])
    grown, entries = done(toys, tmp_path / "a", n_samples=20)
    assert len(entries) == 40 - 5
    whole, _ = done(toys, tmp_path / "b", n_samples=20)
    assert parts(grown.folder) == parts(whole.folder)


def test_a_study_cut_off_goes_on_where_it_was(toys, tmp_path, parts):
    study = open_study(toys.toy_scenario(), 3, tmp_path / "a")
    planned = list(plan(study, POLICIES, 20, 1))
    going = carry_out(study, study.job(60.0, "toys:run"), planned, Workers(1, isolated=False))
    first = list(itertools.islice(going, 10))
    going.close()  # pyright: ignore[reportAttributeAccessIssue]
    left = list(missing(study, planned))
    assert len(first) == 10
    assert len(left) <= 30
    list(carry_out(study, study.job(60.0, "toys:run"), left, Workers(1, isolated=False)))
    whole, _ = done(toys, tmp_path / "b")
    assert parts(study.folder) == parts(whole.folder)


def test_what_a_killed_process_leaves_is_swept_up(toys, tmp_path, parts):
    study, _ = done(toys, tmp_path / "a", n_samples=3)
    before = parts(study.folder)
    (study.folder / "chunks" / ".part-baseline-s0000-r0+half.zip.1.draft").write_bytes(b"half")
    (study.folder / "outcomes" / ".part-baseline-s0000-r0.parquet.1.draft").write_bytes(b"half")
    (study.folder / "ledger" / "1.jsonl").write_text('{"run_id": "baseline-s0000')
    assert not list(missing(study, plan(study, POLICIES, 3, 1)))
    assert parts(study.folder) == before


def test_settling_twice_changes_nothing(toys, tmp_path, parts):
    study, _ = done(toys, tmp_path / "a", n_samples=3)
    before = parts(study.folder)
    store.settle(study.folder)
    assert parts(study.folder) == before


@pytest.mark.parametrize("n_workers", [1, 2])
def test_a_failed_run_is_a_row_with_its_reason_and_harms_nobody(toys, tmp_path, n_workers):
    study, _ = done(toys, tmp_path, 6, n_workers, "toys:misbehave", 1.0, ["baseline"])
    rows = outcomes(study)
    states = [rows[RunKey("baseline", sample, 0).run_id]["state"] for sample in range(6)]
    assert states == ["ok", "failed", "invalid", "timed_out", "ok", "ok"]
    fine, _ = done(toys, tmp_path / "fine", 6, policies=["baseline"])
    for sample in (0, 4, 5):
        run_id = RunKey("baseline", sample, 0).run_id
        assert rows[run_id] == outcomes(fine)[run_id]
    failed = rows["baseline-s0001-r0"]
    assert failed["error"] == "ValueError: no chips today"
    assert all(failed[name] is None for name in ("hour_days", "effective_flop", "n_proposed", "leader"))
    story = (study.folder / "failures" / "baseline-s0001-r0.txt").read_text()
    assert "simlab run toy.yaml --events --run baseline-s0001-r0" in story
    assert "nor tomorrow" in story
    assert "misbehave" in story
    assert "staff_changed.n_people is nan" in rows["baseline-s0002-r0"]["error"]
    series = pl.concat(pl.read_parquet(path) for path in (study.folder / "series").iterdir())
    assert set(series["sample"]) == {0, 4, 5}


def test_failed_runs_are_done_again_only_if_asked(toys, tmp_path, parts):
    study, _ = done(toys, tmp_path / "a", 6, 1, "toys:misbehave", 1.0, ["baseline"])
    planned = list(plan(study, ["baseline"], 6, 1))
    assert not list(missing(study, planned))
    again = list(missing(study, planned, retry=True))
    assert [(item.key.sample, item.attempt) for item in again] == [(1, 2), (2, 2), (3, 2)]
    list(carry_out(study, study.job(60.0, "toys:run"), again, Workers(1, isolated=False)))
    whole, _ = done(toys, tmp_path / "b", 6, policies=["baseline"])
    assert parts(study.folder) == parts(whole.folder)
    assert not list((study.folder / "failures").iterdir())


def test_a_run_that_kills_its_process_has_crashed_and_its_neighbours_have_not(toys, tmp_path):
    study, _ = done(toys, tmp_path, 12, 2, "toys:die", 60.0, ["baseline"])
    rows = outcomes(study)
    assert {run_id: row["state"] for run_id, row in rows.items() if row["state"] != "ok"} == {
        "baseline-s0005-r0": "crashed"
    }
    assert len(rows) == 12
    assert (study.folder / "failures" / "baseline-s0005-r0.txt").exists()


def test_a_run_that_does_not_listen_is_ended_with_its_process(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    job = replace(study.job(0.5, "toys:hang"), grace_s=0.2)
    list(carry_out(study, job, plan(study, ["baseline"], 4, 1), 2))
    assert [row["state"] for row in outcomes(study).values()] == ["ok", "ok", "timed_out", "ok"]


def test_another_seed_is_another_study(toys, tmp_path):
    scenario = toys.toy_scenario()
    assert open_study(scenario, 3, tmp_path).folder != open_study(scenario, 4, tmp_path).folder
    other = toys.toy_scenario("world.ideas.gain_nats=0.3")
    assert open_study(other, 3, tmp_path).folder != open_study(scenario, 3, tmp_path).folder


def test_an_unknown_policy_or_run_is_named(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    with pytest.raises(StudyError, match="no policy 'mroe'; the scenario has baseline, more"):
        plan(study, ["mroe"], 1, 1)
    with pytest.raises(StudyError, match="look like baseline-s0007-r0"):
        parse_run_id("baseline")


def test_the_lock_tells_the_question_and_nothing_of_the_machine(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path / "a")
    again = open_study(toys.toy_scenario(), 3, tmp_path / "b")
    text = (study.folder / "study.lock.yaml").read_text()
    assert text == (again.folder / "study.lock.yaml").read_text()
    assert str(tmp_path) not in text
    lock = YAML(typ="safe", pure=True).load(text)
    assert list(lock["milestones"]) == ["hour", "year"]
    assert lock["milestones"]["year"] == {
        "title": "A year of work",
        "measure": "horizon_50_minutes",
        "threshold": 120000.0,
    }
    north = next(origin for origin in lock["origins"] if origin["path"] == "world.labs.north.n_h100e")
    assert (north["value"], north["low"], north["high"], north["unit"]) == (100.0, 50.0, 200.0, "H100e")
    assert lock["policies"] == ["baseline", "more"]
    assert lock["seed"] == 3
