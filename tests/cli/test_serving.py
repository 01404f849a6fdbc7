"""`simlab serving`: the table, the page, and errors that teach."""

import re
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from simlab.cli import app, main
from simlab.cli.serving_runs import Wish, serve_and_tell
from simlab.errors import SimlabError
from simlab.scenario import load_scenario, shipped_folder

BASELINE = shipped_folder() / "scenarios" / "baseline.yaml"


def number(value, unit="1"):
    return f'{{value: {value}, unit: "{unit}", source: choice, note: "For a test."}}'


SCENARIO = f"""
format: 1
name: toy-serving
title: A toy that serves
extends: {BASELINE}
world:
  inference:
    server:
      reference_parameters: {number(1e11)}
      prefill_s_per_token: {number(2e-4, "s/token")}
      decode_s_per_token: {number(2e-4, "s/token")}
      attention_s_per_token_per_context_token: {number(1.8e-7, "s/(token*token)")}
      attention_exponent: {number(0.8)}
      achieved_fraction: {number(0.7)}
      parameters_per_h100e: {number(4e10, "1/H100e")}
      max_batch: {number(512)}
      step_fraction: {number(0.4)}
      memory_fraction: {number(0.5)}
      context_limit_tokens: {number(100000, "token")}
    worker:
      input_tokens: {number(4000, "token")}
      cached_fraction: {number(0.9)}
      output_tokens: {number(500, "token")}
      size_fraction: {number(0.3)}
    priority: by_plan
    segments_per_day: {number(8)}
    target_load_fraction: {number(0.8)}
    switching_days: {number(0.01, "day")}
    least_change_fraction: {number(0.05)}
    rent_usd2025_per_h100e_hour: {number(1.5, "USD2025/(H100e*hour)")}
    review_days: {number(30, "day")}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("serving") / "toy.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture(scope="module")
def served(scenario):
    """What the verb printed, and its page."""
    out = scenario.parent / "page.html"
    words = ["--loads", "0.3,0.8", "--requests", "5000", "--only", "workers", "--out", str(out)]
    result = CliRunner().invoke(app, ["serving", str(scenario), *words])
    assert result.exit_code == 0, result.output
    return result.output, out


def test_it_prints_a_row_a_load(served):
    rows = [line.split() for line in served[0].splitlines() if re.match(r" +\d+%", line)]
    assert [row[0] for row in rows] == ["30%", "80%"]
    slow, fast = (float(row[1]) for row in rows)
    assert fast / slow == pytest.approx(0.8 / 0.3, rel=0.05)


def test_exact_and_fluid_stand_side_by_side_and_agree_below_saturation(served):
    rows = [line.split() for line in served[0].splitlines() if re.match(r" +\d+%", line)]
    for row in rows:
        assert float(row[1]) == pytest.approx(float(row[2]), rel=0.05)


def test_it_writes_a_page_with_the_table_behind_every_figure(served):
    page = served[1].read_text(encoding="utf-8")
    assert str(served[1]) in served[0]
    assert re.findall(r'<figure id="fig-(\w+)"', page) == ["latency", "throughput", "cost"]
    assert page.count("<td>workers</td>") == 3 * 2
    assert "default-src &#39;none&#39;" in page


def test_the_same_seed_gives_the_same_page(scenario, served, tmp_path):
    words = ["--loads", "0.3,0.8", "--requests", "5000", "--only", "workers", "--out", str(tmp_path / "again.html")]
    CliRunner().invoke(app, ["serving", str(scenario), *words])
    assert (tmp_path / "again.html").read_bytes() == served[1].read_bytes()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--loads", "0.5,1.2"], "above 0 and below 1"),
        (["--loads", "half"], "not 'half'"),
        (["--lab", "nobody"], "labs are leader"),
        (["--only", "poems"], "workers"),
    ],
)
def test_mistakes_are_explained_without_a_traceback(scenario, words, said, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["serving", str(scenario), *words])
    assert stopped.value.code == 2
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told


def test_a_scenario_without_serving_is_told_what_it_lacks(scenario, monkeypatch, tmp_path):
    loaded = load_scenario(scenario)
    params = loaded.params().model_copy(update={"inference": None})
    bare = SimpleNamespace(name="bare", title="Bare", params=lambda: params)
    monkeypatch.setattr("simlab.cli.serving_runs.load_scenario", lambda file, overrides: bare)
    with pytest.raises(SimlabError, match=r"no 'world\.inference'"):
        serve_and_tell(scenario, [], Wish(None, "0.5", 1000, [], "reserve", 0, tmp_path / "page.html"))
    assert not (tmp_path / "page.html").exists()
