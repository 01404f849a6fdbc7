"""The pages of `simlab elasticities` and `simlab bottlenecks`: one HTML file each, asking no network for anything."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from simlab.report.figures.bottlenecks import gains_figure
from simlab.report.figures.elasticities import lines_figure, numbers_figure, without_figure
from simlab.report.figures.figure import Figure
from simlab.report.pages import Page, write_page
from simlab.report.words import n_of


class Facts(NamedTuple):
    """What a page says of how its numbers came about."""

    title: str
    fingerprint: str
    n_seeds: int


def write_elasticities(path: Path, facts: Facts, numbers: pl.DataFrame, speeds: pl.DataFrame) -> Path:
    """Write the page, from `simlab.probes.tables`."""
    figures = [numbers_figure(numbers), lines_figure(speeds), without_figure(speeds)]
    about = (
        "The leader’s lab alone, with people and compute that do not grow and ideas that neither get harder nor run "
        "out, so that its speed is the speed at the given stock of ideas. Nothing here was typed in: speeds come out "
        "of teams, queues and experiments, and the numbers are fitted to them."
    )
    reasons = [(row["title"], row["reason"]) for row in numbers.iter_rows(named=True) if row["reason"]]
    return _write(path, facts, "People, compute and the speed of research", about, figures, reasons)


def write_bottlenecks(path: Path, facts: Facts, gains: pl.DataFrame, orders: str) -> Path:
    """Write the page, from `simlab.probes.tables`; `orders` compares gains and waits."""
    about = (
        "The whole scenario, run again with half as much more of one resource from the start of a year on, with the "
        "same luck; a tenth is taken to gain ln 1.1 / ln 1.5 of that. The "
        "gain is in effective compute of the run that the leader could start two years later: its FLOP and the ideas "
        "adopted by then."
    )
    return _write(path, facts, "What binds", about, [gains_figure(gains)], [("Gains and waits", orders)])


def _write(
    path: Path, facts: Facts, eyebrow: str, about: str, figures: Sequence[Figure], reasons: Sequence[tuple[str, str]]
) -> Path:
    provenance = [
        ("Scenario", f"{facts.title}, central values; fingerprint {facts.fingerprint}"),
        ("Runs", f"{n_of(facts.n_seeds, 'run')} of each world, paired by their luck"),
    ]
    return write_page(path, Page(facts.title, eyebrow, about, figures, reasons, provenance))
