"""`simlab drivers` in the terminal: a sentence and the strongest factors of each outcome."""

from collections.abc import Sequence

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simlab.analysis.drivers import MORRIS, ONE_AT_A_TIME, Drivers
from simlab.report.driver_methods import Method, cells, method_of
from simlab.report.driver_words import (
    MOST_WHOLE,
    SIDES,
    Facts,
    by_subject,
    is_quiet,
    luck_sentence,
    mean_sentence,
    sentence,
    silent,
)
from simlab.report.words import n_of

MOST_TOLD = 5
"""Factors of an outcome in the terminal; the page and the table have all."""


def print_drivers(console: Console, facts: Facts, found: Sequence[Drivers]) -> None:
    """All that is to be said, the outcomes of which something can be said first."""
    whose = facts.policy if facts.against is None else f"{facts.policy} minus {facts.against}"
    method = method_of(facts.kind)
    console.print(f"\n{facts.title}: what drives it, {whose}\n", style="bold", markup=False)
    size = f"{n_of(facts.n_factors, 'factor')}, {n_of(facts.n_samples, 'point')}, {n_of(facts.n_runs, 'run')}"
    unfinished = f", {facts.n_unfinished:,} of them without results" if facts.n_unfinished else ""
    console.print(f"{size}{unfinished}, by {method.name}. {method.about}", markup=False)
    subjects = by_subject(found)
    quiet = [sides for sides in subjects if all(is_quiet(facts.kind, side) for side in sides)]
    quiet = quiet if len(subjects) > MOST_WHOLE else []
    for sides in subjects:
        if sides not in quiet:
            _print_one(console, facts.kind, sides)
    if quiet:
        console.print("\nNothing stands out", style="bold")
    for sides in quiet:
        console.print(f"  {_title(sides)}: {sentence(facts.kind, sides[0])}", markup=False)
    for why, titles in silent(found).items():
        console.print(f"\nNot defined, {why}: {'; '.join(titles)}.", markup=False)
    for term, words in facts.notes:
        console.print(f"\n{term}: {words}", markup=False)


def _print_one(console: Console, kind: str, sides: Sequence[Drivers]) -> None:
    """A milestone or another outcome."""
    console.print(f"\n{_title(sides)}", style="bold", markup=False)
    for driven in sides:
        side = SIDES.get(driven.response.unit)
        words = (sentence(kind, driven), luck_sentence(driven), mean_sentence(driven))
        console.print(f"{f'{side.capitalize()}: ' if side else ''}{' '.join(filter(None, words))}", markup=False)
        strongest = _strongest(kind, driven.table)
        if strongest.height:
            _print_factors(console, method_of(kind), strongest)


def _title(sides: Sequence[Drivers]) -> str:
    return sides[0].response.title.removesuffix(": whether reached")


def _print_factors(console: Console, method: Method, factors: pl.DataFrame) -> None:
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("  factor", overflow="fold")
    for heading in method.columns:
        table.add_column(heading, justify="right")
    for row in factors.iter_rows(named=True):
        table.add_row(Text(f"  {row['factor']}"), *map(Text, cells(method, row)))
    Console(width=None if console.is_terminal else 200, highlight=False).print(table)


def _strongest(kind: str, table: pl.DataFrame) -> pl.DataFrame:
    """The factors to tell of: the strongest, and where there is a noise floor only what stands out of it."""
    if "stands_out" in table.columns:
        table = table.filter(pl.col("stands_out"))
    if kind in (ONE_AT_A_TIME, MORRIS):
        table = table.filter(pl.col(method_of(kind).strength) > 0.0)
    factors = table["factor"].unique(maintain_order=True)[:MOST_TOLD]
    return table.filter(pl.col("factor").is_in(factors.implode()))
