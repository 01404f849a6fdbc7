"""`simlab discover`: sentences, page, tables, and errors that teach."""

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simlab.cli import app, main
from simlab.sweep.plan import Plan, remember

N, FAILED_FROM = 400, 380
EXPONENT = "world.ideas.difficulty_exponent"


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Path:
    """A study on disk: late where an exponent is high; its last runs failed."""
    folder = tmp_path_factory.mktemp("studies") / "toy-12345678"
    folder.mkdir()
    remember(folder, Plan(("baseline",), N, N, 1))
    rng = np.random.default_rng(0)
    exponent = rng.uniform(0.1, 0.9, N)
    is_failed = np.arange(N) >= FAILED_FROM
    keys = {"run_id": [f"baseline-s{i:04d}-r0" for i in range(N)], "policy": ["baseline"] * N, "sample": range(N)}
    keys["replicate"] = [0] * N
    write(folder, "design", keys | {"luck": range(N), EXPONENT: exponent, "world.other": rng.random(N)})
    days = [None if failed else 3000.0 if e > 0.5 else 100.0 for e, failed in zip(exponent, is_failed, strict=True)]
    shares = [None if failed else float(share) for share, failed in zip(rng.random(N), is_failed, strict=True)]
    states = {"state": np.where(is_failed, "failed", "ok"), "error": np.where(is_failed, "boom", "")}
    write(folder, "outcomes", keys | {"seed": [0] * N} | states | {"day_days": days, "spending_fraction": shares})
    write(folder, "series", keys | {"lab": ["north"] * N})
    write(folder, "graveyard", keys | {"area": ["a"] * N, "cause": ["b"] * N})
    (folder / "ledger").mkdir()
    YAML(typ="safe").dump(LOCK, folder / "study.lock.yaml")
    return folder


def write(folder, table, columns):
    (folder / table).mkdir()
    pl.DataFrame(columns).write_parquet(folder / table / "part-a.parquet")


LOCK = {
    "name": "toy",
    "title": "A toy <study>",
    "start": "2025-01-01",
    "end": "2035-01-01",
    "seed": 0,
    "fingerprint": "f",
    "versions": {},
    "code": "c",
    "policies": ["baseline"],
    "milestones": {"day": {"title": "A day’s work", "measure": "horizon_50_minutes", "threshold": 480.0}},
    "origins": [{"path": EXPONENT, "value": 0.4, "unit": "1", "source": "assumption", "low": 0.2, "high": 0.8}],
    "sources": {},
    "scenario": {},
}


def said(*arguments) -> str:
    result = CliRunner().invoke(app, ["discover", *map(str, arguments)], env={"COLUMNS": "400"})
    assert result.exit_code == 0, result.output
    return result.output


def refused(capsys, *arguments) -> str:
    with pytest.raises(SystemExit) as stop:
        main(["discover", *map(str, arguments)])
    assert stop.value.code == 2
    return capsys.readouterr().err


def test_it_tells_the_region_and_writes_page_and_tables(study):
    output = said(study, "--when", "day > 2031-01-01")
    assert "runs where difficulty exponent (ideas) is above 0.5" in output
    assert "“A day’s work” comes after 2031-01-01" in output
    assert "20 runs failed and are neither yes nor no" in output
    page = (study / "discover.html").read_text()
    assert "difficulty exponent (ideas) is above 0.5" in page
    assert "A toy &lt;study&gt;" in page
    boxes = pl.read_parquet(study / "analysis" / "discover-boxes.parquet")
    assert boxes["factor"].to_list() == [EXPONENT]
    assert pl.read_parquet(study / "analysis" / "discover-runs.parquet").height == FAILED_FROM
    assert pl.read_parquet(study / "analysis" / "discover-trajectory.parquet")["is_chosen"].sum() == 1


def test_the_same_question_gives_the_same_page(study, tmp_path):
    pages = [tmp_path / "a.html", tmp_path / "b.html"]
    for page in pages:
        said(study, "--when", "day never", "--out", page)
    assert pages[0].read_bytes() == pages[1].read_bytes()


def test_where_nothing_stands_out_it_says_so_and_still_writes_the_page(study, tmp_path):
    output = said(study, "--when", "spending_fraction > 50%", "--out", tmp_path / "page.html")
    assert "No region stands out" in output
    assert "No region stands out" in (tmp_path / "page.html").read_text()


def test_where_all_answer_alike_it_says_where_the_numbers_lie(study, tmp_path):
    output = said(study, "--when", "spending_fraction > 200%", "--out", tmp_path / "page.html")
    assert "0 of 380 runs answer yes" in output
    assert "spending_fraction goes from" in output


def test_more_boxes_a_density_and_a_step_can_be_asked_for(study, tmp_path):
    page = tmp_path / "page.html"
    output = said(study, "--when", "day > 2031", "--boxes", 2, "--density", 0.9, "--out", page)
    assert output.count("runs where difficulty") == 1
    assert "cases, and a region is looked for" in output  # the first box leaves too few for a second
    assert "runs where" in said(study, "--when", "day > 2031", "--step", 1, "--out", page)


def test_a_mistake_in_the_question_is_shown_in_its_place(study, capsys):
    error = refused(capsys, study, "--when", "days > 2031-01-01")
    assert error == "days > 2031-01-01\n^^^^\nthere is no outcome 'days'; did you mean day?\n"


def test_a_policy_that_was_not_run_is_refused(study, capsys):
    assert "no policy 'cap' was run; there are baseline" in refused(
        capsys, study, "--when", "day never", "--policy", "cap"
    )


def test_what_is_no_study_is_refused(tmp_path, capsys):
    (tmp_path / "note.json").write_text(json.dumps({}))
    assert "not a study folder" in refused(capsys, tmp_path, "--when", "day never")
