import json
from datetime import date

import polars as pl
import pytest
from ruamel.yaml import YAML

from simlab.analysis.study import NOT_RUN, load_study
from simlab.errors import StudyError
from simlab.sweep.plan import Plan, remember

LOCK = {
    "name": "tiny",
    "title": "Tiny",
    "about": "  Two lines\n  of words.  ",
    "start": "2025-01-01",
    "end": "2026-01-01",
    "seed": 3,
    "fingerprint": "abc",
    "code": "def",
    "versions": {"numpy": "2.4"},
    "policies": ["baseline", "cap"],
    "design": {"kind": "sobol", "n_levels": 4, "factors": [{"path": "a.b"}, {"path": "c", "n_options": 2}]},
    "milestones": {"day": {"title": "A day", "measure": "horizon_50_minutes", "threshold": 480}},
    "origins": [{"path": "a.b", "value": 1.5, "unit": "day", "source": "choice", "low": None, "high": None, "line": 4}],
    "sources": {},
    "scenario": {"world": {}},
}
STATES = {"cap-s0000-r0": "ok", "baseline-s0000-r0": "ok", "baseline-s0001-r0": "failed"}
PLANNED = [*STATES, "cap-s0001-r0"]


def rows(run_ids, **more):
    keys = [{"run_id": name, "policy": name.split("-")[0], "sample": int(name[-4]), "replicate": 0} for name in run_ids]
    return pl.DataFrame(keys).with_columns(**{name: pl.lit(value) for name, value in more.items()})


@pytest.fixture
def folder(tmp_path):
    """A study of four planned runs: two finished, one failed, one not done."""
    remember(tmp_path, Plan(("cap", "baseline"), 2, 2, 1))
    YAML(typ="safe", pure=True).dump(LOCK, tmp_path / "study.lock.yaml")
    outcomes = rows(STATES, error=None, day_days=1.0).with_columns(state=pl.Series(list(STATES.values())))
    labs = pl.Enum(["zeta", "alpha"])
    series = pl.concat(rows(STATES).with_columns(lab=pl.lit(lab, labs)) for lab in ("alpha", "zeta"))
    values = pl.Series("a.b", [1.0, 2.0, 3.0])
    design = rows(STATES).with_columns(pl.lit(0).alias("luck"), values, c=pl.lit("yes"))
    tables = {"design": design, "outcomes": outcomes, "series": series, "graveyard": rows(STATES, cause="adopted")}
    for name, table in tables.items():
        (tmp_path / name).mkdir()
        table.head(2).write_parquet(tmp_path / name / "part-b.parquet")
        table.tail(-2).write_parquet(tmp_path / name / "part-a.parquet")
    (tmp_path / "ledger").mkdir()
    return tmp_path


def test_only_runs_that_ended_well_are_in_the_tables(folder):
    study = load_study(folder)
    assert (study.n_planned, study.n_finished) == (4, 2)
    assert set(study.outcomes["run_id"]) == {"cap-s0000-r0", "baseline-s0000-r0"}
    assert (
        set(study.series.collect()["run_id"])
        == set(study.graveyard.lazy().collect()["run_id"])
        == set(study.outcomes["run_id"])
    )
    assert dict(study.runs.select("run_id", "state").iter_rows()) == STATES | {"cap-s0001-r0": NOT_RUN}


def test_the_design_has_a_row_a_planned_run_with_what_was_tried_in_it(folder):
    design = load_study(folder).design
    assert design.columns == ["run_id", "policy", "sample", "replicate", "luck", "a.b", "c"]
    assert dict(design.select("run_id", "a.b").iter_rows()) == {
        "baseline-s0000-r0": 2.0,
        "baseline-s0001-r0": 3.0,
        "cap-s0000-r0": 1.0,
        "cap-s0001-r0": None,
    }
    assert load_study(folder, with_factors=False).design.columns == ["run_id", "policy", "sample", "replicate"]


def test_the_lock_says_what_was_varied_and_how(folder):
    assert load_study(folder).lock.design == LOCK["design"]


def test_a_folder_in_which_nothing_was_asked_for_is_no_study(folder):
    (folder / "plan.json").unlink()
    with pytest.raises(StudyError, match="so this is not a study"):
        load_study(folder)


def test_the_rows_are_in_the_order_of_the_runs_and_not_of_the_files(folder):
    assert load_study(folder).outcomes["run_id"].is_sorted()


def test_policies_and_labs_are_in_the_scenarios_order(folder):
    study = load_study(folder)
    assert study.policies == ("baseline", "cap")
    assert study.labs == ("zeta", "alpha")


def test_a_policys_part_of_a_study_is_a_study(folder):
    study = load_study(folder).of_policy("cap")
    assert (study.policies, study.n_planned, study.n_finished) == (("cap",), 2, 1)


def test_the_lock_says_what_was_asked(folder):
    lock = load_study(folder).lock
    assert (lock.start, lock.end, lock.seed) == (date(2025, 1, 1), date(2026, 1, 1), 3)
    assert lock.milestones[0].threshold == 480.0
    assert lock.origins[0].low is None
    assert lock.versions["simlab’s code, hash"] == "def"
    assert load_study(folder).horizon_days == 365.0


def test_the_last_end_counts_and_a_torn_line_is_no_line(folder):
    lines = [
        {"run_id": "cap-s0000-r0", "attempt": 2, "state": "ok", "seconds": 7.0, "error": None},
        {"run_id": "cap-s0000-r0", "attempt": 1, "state": "failed", "seconds": 1.0, "error": "no"},
        {"run_id": "cap-s0000-r0", "attempt": 3, "state": "lost", "seconds": None, "error": None},
    ]
    text = "\n".join(json.dumps(line) for line in lines) + '\n{"run_id": "cap-s00'
    (folder / "ledger" / "1.jsonl").write_text(text)
    seconds = dict(load_study(folder).runs.select("run_id", "seconds").iter_rows())
    assert seconds["cap-s0000-r0"] == 7.0


def test_a_study_without_a_single_good_run_is_refused(folder):
    for path in (folder / "outcomes").iterdir():
        pl.read_parquet(path).with_columns(state=pl.lit("crashed")).write_parquet(path)
    with pytest.raises(StudyError, match="no run of this study has ended well"):
        load_study(folder)


def test_a_lock_that_lacks_something_is_named(folder):
    YAML(typ="safe", pure=True).dump({"name": "tiny"}, folder / "study.lock.yaml")
    with pytest.raises(StudyError, match=r"study\.lock\.yaml"):
        load_study(folder)
