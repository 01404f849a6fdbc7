"""The page of `simlab serving`: a replica under load, in one HTML file that asks no network for anything."""

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl

from simlab.report.figures.serving import cost_figure, latency_figure, throughput_figure
from simlab.report.words import n_of, plain
from simlab.report.write import render, write_whole

MEMORY = {
    "reserve": "room for its input and all of its output is reserved when a request is taken",
    "recompute": "given token by token; where it runs out, the newest request is stopped and later read again",
}


class Facts(NamedTuple):
    """What the page says of how its numbers came about."""

    title: str
    lab: str
    model: str
    n_requests: int
    """Of each kind, at each load, in each run."""
    memory: str
    seed: int
    fingerprint: str


def write_serving(path: Path, facts: Facts, table: pl.DataFrame, curve: pl.DataFrame) -> Path:
    """Write the page. `table` is a row a kind and load, `curve` the fluid form on a fine grid of loads."""
    return write_whole(path, render(_context(facts, table, curve), "serving.html.j2"))


def _context(facts: Facts, table: pl.DataFrame, curve: pl.DataFrame) -> dict[str, Any]:
    return {
        "title": facts.title,
        "subtitle": f"The model of {facts.lab} on day 0, {facts.model}",
        "figures": [figure(table, curve) for figure in (latency_figure, throughput_figure, cost_figure)],
        "provenance": [
            ("Scenario", f"{facts.title}, central values; fingerprint {facts.fingerprint}"),
            ("Requests", ", ".join(plain(kind) for kind in table["kind"].unique(maintain_order=True))),
            ("Runs", f"10 at each load, each of {n_of(facts.n_requests, 'request')}; its first fifth is left out"),
            ("Memory", MEMORY[facts.memory]),
            ("Seed", str(facts.seed)),
        ],
    }
