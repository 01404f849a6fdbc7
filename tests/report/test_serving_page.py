"""The tables and the page of a replica under load, from made-up requests."""

import json
import math
import os
import shutil

import numpy as np
import polars as pl
import pytest

from simlab.analysis.serving import LATENCIES, RUNS, latencies, over_runs, with_verdict
from simlab.report.figures.serving import cost_figure, latency_figure, throughput_figure
from simlab.report.serving import Facts, write_serving

LOADS = [0.2, 0.5, 0.9]


def test_latencies_are_what_the_requests_took():
    requests = pl.DataFrame(
        {
            "arrived_s": [0.0, 10.0, 20.0],
            "first_token_s": [1.0, 13.0, 22.0],
            "ended_s": [5.0, 23.0, 22.0],
            "output_tokens": [5, 11, 1],
        }
    )
    found = latencies(requests)
    assert found["first_token_s"] == pytest.approx(2.0)
    assert found["per_token_s"] == pytest.approx(1.0)  # the request of one token has no time between tokens
    assert found["request_s"] == pytest.approx((5 + 13 + 2) / 3)
    assert found["request_p95_s"] == pytest.approx(np.quantile([5.0, 13.0, 2.0], 0.95))
    assert set(found) == {*LATENCIES, *(name[:-1] + "p95_s" for name in LATENCIES)}


def test_a_run_of_single_tokens_has_no_time_between_tokens():
    requests = {"arrived_s": [0.0], "first_token_s": [1.0], "ended_s": [1.0], "output_tokens": [1]}
    assert math.isnan(latencies(pl.DataFrame(requests))["per_token_s"])


def test_runs_become_a_mean_and_its_interval():
    values = np.arange(RUNS, dtype=float)
    runs = pl.DataFrame({"kind": "chat", "load": 0.5, "run": range(RUNS), "request_s": values})
    row = over_runs(runs).row(0, named=True)
    assert row["request_s"] == pytest.approx(4.5)
    assert row["request_s_half"] == pytest.approx(1.833 * values.std(ddof=1) / math.sqrt(RUNS))


def made_up(factor=1.0):
    """A table of two kinds, of which the second cannot sustain its highest load."""
    measures = [*LATENCIES, *(name[:-1] + "p95_s" for name in LATENCIES)]
    rows = []
    for kind, slow in (("chat", 1.0), ("<long>", 60.0)):
        for load in LOADS:
            row = {"kind": kind, "load": load, "tokens_per_h100e_s": 1_000 * load / slow, "n_running": 50 * load}
            row |= {"held_fraction": load, "usd2025_per_million": slow / load}
            row |= {f"fluid_{name}": row[name] for name in ("tokens_per_h100e_s", "usd2025_per_million")}
            row |= {name: factor * slow * (i + 1) / (1.01 - load) for i, name in enumerate(measures)}
            rows.append(row | {"fluid_request_s": slow / (1.01 - load)})
    table = pl.DataFrame(rows)
    halves = [(pl.col(n) * 0.05).alias(f"{n}_half") for n in table.columns if n not in {"kind", "load"}]
    capacity = pl.DataFrame({"kind": ["chat", "chat", "<long>"], "load": [0.96, 0.98, 0.8]})
    return with_verdict(table.with_columns(halves), capacity)


def curve():
    return made_up().select("kind", "load", "^fluid_.*s$", "fluid_usd2025_per_million")


def test_loads_beyond_the_capacity_are_not_sustained():
    table = made_up()
    assert table["is_sustained"].to_list() == [True, True, True, True, True, False]
    assert table["capacity_load"].to_list() == pytest.approx([0.97] * 3 + [0.8] * 3)


@pytest.mark.parametrize("figure", [latency_figure, throughput_figure, cost_figure])
def test_a_figure_has_a_panel_a_kind_and_every_number_behind_it(figure):
    made = figure(made_up(), curve())
    assert [panel.title for panel in made.panels] == ["chat", "<long>"]
    assert len(made.table.rows) == 2 * len(LOADS)
    assert len(set(made.table.columns)) == len(made.table.columns)
    assert json.dumps(made.panels[0].spec)


def test_the_sentence_tells_the_highest_load_that_is_sustained():
    told = latency_figure(made_up(), curve()).takeaway
    assert "chat" in told
    assert "at 90% load" in told.split(";")[0]
    assert "at 50% load" in told.split(";")[1]


def test_what_is_not_sustained_is_open_and_shaded():
    steady, swamped = latency_figure(made_up(), curve()).panels
    points = swamped.spec["data"][-1]
    assert list(points["marker"]["symbol"]) == ["circle", "circle", "circle-open"]
    assert set(steady.spec["data"][-1]["marker"]["symbol"]) == {"circle"}
    assert swamped.spec["layout"]["shapes"][0]["x0"] == pytest.approx(0.8)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    facts = Facts("A <b>title</b>", "leader", "100 billion active parameters", 500, "reserve", 3, "abc")
    return write_serving(tmp_path_factory.mktemp("serving") / "page.html", facts, made_up(), curve())


def test_the_page_is_sealed_and_no_name_escapes_into_it(page, read):
    text = page.read_text(encoding="utf-8")
    assert "<b>title" not in text
    assert "<long>" not in text
    addresses = [known[name] for _, known in read(page).tags for name in ("href", "src") if name in known]
    assert addresses
    assert all(address.startswith("#") for address in addresses)
    assert [path.name for path in page.parent.iterdir()] == ["page.html"]


def test_it_tells_how_its_numbers_came_about(page, read):
    assert "10 at each load, each of 500 requests" in page.read_text(encoding="utf-8")
    found = read(page).figures
    assert found["latency"].column("load") == ["0.2", "0.5", "0.9"] * 2
    assert "<long> 80%" in found["latency"].caption


@pytest.mark.parametrize("width", [1400, 400])
def test_in_a_browser_everything_is_drawn_inside_the_window_and_nothing_is_fetched(page, width):
    sync_api = pytest.importorskip("playwright.sync_api")
    browser = os.environ.get("SIMLAB_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("no chromium here; SIMLAB_BROWSER may name one")
    said, asked = [], []
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        tab = chromium.new_context(viewport={"width": width, "height": 900}, offline=True).new_page()
        tab.on("console", lambda message: said.append(message.text))
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.on("request", lambda request: asked.append(request.url))
        tab.goto(page.as_uri())
        tab.wait_for_selector("html[data-drawn]")
        assert tab.locator(".drawing .main-svg").count() >= 6
        assert tab.evaluate("document.documentElement.scrollWidth") <= width
        chromium.close()
    assert said == []
    assert asked == [page.as_uri()]
