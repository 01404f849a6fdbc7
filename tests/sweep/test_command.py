"""`simlab run` and `simlab story`, from the command line to the files."""

import gc
import json
import shlex
from collections.abc import Iterator
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
def out(tmp_path_factory):
    return tmp_path_factory.mktemp("out")


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


def test_a_study_from_the_command_line(app, out):
    first = run(app, out, "--samples", "3", "--workers", "1")
    assert first.exit_code == 0, first.output
    assert "3 ok" in first.output
    (study,) = out.iterdir()
    assert (study / "study.lock.yaml").exists()
    assert json.loads((study / "provenance.json").read_text())["n_runs"] == 3
    assert pl.read_parquet(study / "design.parquet").height == 3


def test_doing_it_again_does_nothing(app, out):
    again = run(app, out, "--samples", "3", "--workers", "1")
    assert again.exit_code == 0
    assert "3 runs, 3 of them done before" in again.output


def test_how_far_it_is(app, out):
    (study,) = out.iterdir()
    told = CliRunner().invoke(app, ["status", str(study)], catch_exceptions=False)
    assert told.output.split() == ["3", "planned", "3", "ok", "0", "still", "to", "do"]


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


@pytest.fixture
def no_collector() -> Iterator[None]:
    """No garbage collection: what a watchdog raises in a callback of the collector is lost."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
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
