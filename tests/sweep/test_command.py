"""`simlab run` and `simlab story`, from the command line to the files."""

import json
import shlex
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from simlab.cli.study import add_to

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


@pytest.fixture(scope="module")
def app():
    app = typer.Typer()
    add_to(app)
    return app


@pytest.fixture(scope="module")
def first(app, tmp_path_factory):
    """A folder with a study of three runs, and what was said of them: each test finds it, in whatever process."""
    folder = tmp_path_factory.mktemp("out")
    return folder, run(app, folder, "--samples", "3", "--workers", "1")


@pytest.fixture
def out(first):
    return first[0]


def run(app, out, *words):
    command = [
        "run",
        str(BASELINE),
        "--set",
        "end=2025-04-01",
        "--out",
        str(out),
        "--policy",
        "baseline",
        "--no-report",
    ]
    return CliRunner().invoke(app, [*command, *words], catch_exceptions=False)


def test_a_study_from_the_command_line(first):
    out, told = first
    assert told.exit_code == 0, told.output
    assert "3 of 3 runs ok, in" in told.output
    (study,) = out.iterdir()
    assert (study / "study.lock.yaml").exists()
    assert json.loads((study / "provenance.json").read_text())["n_runs"] == 3
    assert pl.read_parquet(study / "design" / "part-*.parquet").height == 3
    assert json.loads((study / "plan.json").read_text())["n_points"] == 3


def test_doing_it_again_does_nothing(app, out):
    again = run(app, out, "--samples", "3", "--workers", "1")
    assert again.exit_code == 0
    assert "3 runs, 3 of them done before" in again.output


def test_how_far_it_is(app, out):
    (study,) = out.iterdir()
    told = CliRunner().invoke(app, ["status", str(study)], catch_exceptions=False).output
    assert [line.split() for line in told.splitlines()[3:6]] == [
        ["3", "planned"],
        ["3", "ok"],
        ["0", "still", "to", "do"],
    ]
    assert "nobody; all is done" in told
    assert "s of CPU" in told
    assert "a run" in told


def test_a_sweep_of_the_same_scenario_is_the_same_study_and_grows_in_n(app, out):
    words = ["--set", "end=2025-04-01", "--out", str(out), "--policy", "baseline", "--no-report", "--workers", "1"]
    grown = CliRunner().invoke(app, ["sweep", str(BASELINE), *words, "--n", "4"], catch_exceptions=False)
    assert grown.exit_code == 0, grown.output
    assert "4 runs, 3 of them done before" in grown.output
    assert "4 of 4 runs ok; 1 of them in" in grown.output
    (study,) = out.iterdir()
    provenance = json.loads((study / "provenance.json").read_text())
    assert provenance["command"].startswith("simlab sweep ")
    assert [call["n_runs"] for call in [*provenance["earlier"], provenance]] == [3, 1]


def test_one_run_in_full_and_the_story_of_one_of_its_ideas(app, out):
    shown = run(app, out, "--run", "baseline-s0001-r0", "--events")
    assert shown.exit_code == 0, shown.output
    assert "This is the outcome that the study has for this run." in shown.output
    (study,) = out.iterdir()
    events = study / "events" / "baseline-s0001-r0"
    assert json.loads((events / "trace.json").read_text())["traceEvents"]
    idea = pl.read_parquet(events / "experiment_ended.parquet")["idea"][0]
    told = CliRunner().invoke(app, ["story", str(study), str(idea)], catch_exceptions=False)
    assert told.exit_code == 0
    assert "A test at rung" in told.output
    assert "days" in told.output


def test_a_run_that_takes_too_long_is_told_with_the_command_that_repeats_it(app, tmp_path):
    late = run(app, tmp_path, "--samples", "1", "--workers", "1", "--timeout", "0.1", "--set", "end=2028-01-01")
    assert late.exit_code == 1
    assert "baseline-s0000-r0: timed_out: took longer than 0.1 s" in late.output
    (study,) = tmp_path.iterdir()
    story = (study / "failures" / "baseline-s0000-r0.txt").read_text()
    command = next(line for line in story.splitlines() if line.startswith("  simlab run"))
    again = CliRunner().invoke(app, shlex.split(command)[1:], catch_exceptions=False)
    assert "  state = ok" in again.output
    assert "This is NOT the outcome" in again.output
    assert again.exit_code == 1


def test_what_timed_out_is_done_again_with_more_time_from_the_folder_alone(app, tmp_path, monkeypatch):
    run(app, tmp_path, "--samples", "1", "--workers", "1", "--timeout", "0.1")
    (study,) = tmp_path.iterdir()
    monkeypatch.chdir(study)
    words = ["rerun", str(study), "--state", "timed_out", "--timeout", "60", "--workers", "1", "--no-report"]
    again = CliRunner().invoke(app, words, catch_exceptions=False)
    assert again.exit_code == 0, again.output
    assert "1 of 1 run ok" in again.output
