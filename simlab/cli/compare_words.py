"""A comparison in the terminal: milestones, numbers, regrets and draws needed, as lines of text that fit it."""

import textwrap
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simlab.analysis.comparison import Found
from simlab.analysis.lock import Lock
from simlab.analysis.milestones import MONTH_DAYS
from simlab.report.figures.numbers import differing
from simlab.report.figures.regret import amount
from simlab.report.words import cut, exact, n_of, percent, rough

WIDE = 150
"""Where there is no terminal; and what milestones need to stand in one table."""
NUMBERS_TOLD, NEEDED_TOLD = 8, 20
TITLE = 48
Row = Mapping[str, Any]
Cells = Sequence[tuple[str, Sequence[str]]]
"""Rows: a name and its cells."""


def print_comparison(console: Console, lock: Lock, found: Found) -> None:
    """All of it, what is missing or doubtful first."""
    console.print(f"\nAgainst {found.names[0]}, up to {lock.end}", style="bold", markup=False)
    for note in found.notes:
        console.print(f"Note: {note}", markup=False, soft_wrap=True)
    wide = console if console.is_terminal else Console(width=WIDE, highlight=False)
    titles = {f"{milestone.name}_days": milestone.title for milestone in lock.milestones}
    if titles:
        _heading(wide, "Milestones")
        wide.print("\n".join(milestone_lines(found, lock, wide.width)), markup=False, soft_wrap=True)
    numbers = differing(found.differences)
    if numbers.height:
        _heading(wide, "Numbers at the end that differ most")
        wide.print(_numbers(numbers, dict(found.means.iter_rows())))
    if found.regrets.height:
        _heading(wide, "Regret: how far an alternative falls behind the best in the same future")
        wide.print(_regrets(found.regrets, titles))
    if found.needed.filter("is_milestone").height:
        months = found.needed.filter("is_milestone")["half_width"][0] / MONTH_DAYS
        _heading(
            wide, f"Draws needed to know a shift to ± {months:g} {'month' if months == 1 else 'months'}, or its sign"
        )
        wide.print(_needed(found.needed, titles))


def _heading(console: Console, words: str) -> None:
    console.print()
    console.print(Text(words, style="bold"))


class Group(NamedTuple):
    """A milestone and what there is to say of each alternative: its dates, and what differs from the first."""

    title: str
    dates: Cells
    changes: Cells


DATES = ("median (90%)", "not by the end")
CHANGES = ("shift, months (90%)", "earlier/same/later", "likelier, % (90%)")
EXPLAINED = (
    "Shift: mean, what is not reached counting as the end. Earlier/same/later: % of the pairs. Likelier: by the end, "
    "percentage points."
)


def milestone_lines(found: Found, lock: Lock, width: int) -> list[str]:
    """When each milestone comes under each alternative, and what differs from the first; where narrow in two tables."""
    groups = _groups(found, lock)
    lines = [*_tables(groups, width), "", EXPLAINED] if groups else []
    still = len(lock.milestones) - len(groups)
    if still:
        words = "milestones come" if still > 1 else "milestone comes"
        lines.append(f"{still} {words} on the same day as under {found.names[0]} in every pair.")
    return lines


def _tables(groups: Sequence[Group], width: int) -> list[str]:
    both = [(group.title, _joined(group.dates, group.changes)) for group in groups]
    lines = _lines(both, (*DATES, *CHANGES))
    if max(map(len, lines)) <= width:
        return lines
    dates = _lines([(group.title, group.dates) for group in groups], DATES)
    return [*dates, "", *_lines([(group.title, group.changes[1:]) for group in groups], CHANGES)]


def _joined(first: Cells, second: Cells) -> Cells:
    return [(name, (*cells, *more)) for (name, cells), (_, more) in zip(first, second, strict=True)]


def _groups(found: Found, lock: Lock) -> list[Group]:
    """The milestones that move in some pair."""
    by = {(row["policy"], row["outcome"]): row for row in found.differences.iter_rows(named=True)}
    known = {(row["alternative"], row["milestone"]): row for row in found.dates.iter_rows(named=True)}
    groups = []
    for milestone in lock.milestones:
        rows = {name: by.get((name, f"{milestone.name}_days")) for name in found.names}
        if any(row is not None and row["same_fraction"] != 1 for row in rows.values()):
            dates = [(name, _dates(known[name, milestone.name], lock)) for name in rows]
            groups.append(Group(milestone.title, dates, [(name, _change(row)) for name, row in rows.items()]))
    return groups


def _lines(groups: Sequence[tuple[str, Cells]], headings: Sequence[str]) -> list[str]:
    """A heading, then each title with its rows under it, numbers to the right."""
    rows = [row for _, of_title in groups for row in of_title]
    widths = [max(map(len, column)) for column in zip(headings, *(cells for _, cells in rows), strict=True)]
    first = 2 + max((len(name) for name, _ in rows), default=0)
    lines = [_line("", headings, first, widths)]
    for title, of_title in groups:
        lines += textwrap.wrap(title, first + sum(widths), subsequent_indent="  ")
        lines += [_line(f"  {name}", cells, first, widths) for name, cells in of_title]
    return lines


def _line(name: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    told = (cell.rjust(width) for cell, width in zip(cells, widths, strict=True))
    return "  ".join([name.ljust(first), *told]).rstrip()


def _dates(row: Row, lock: Lock) -> tuple[str, str]:
    middle, low, high = (_month(row[f"p50{end}_days"], lock) for end in ("", "_low", "_high"))
    return f"{middle} ({low} to {high})", percent(row["never_fraction"])


def _month(days: float | None, lock: Lock) -> str:
    """The month of a day; with a plus, some day after the end."""
    return f"{lock.end:%Y-%m}+" if days is None else f"{lock.start + timedelta(days=days):%Y-%m}"


def _change(row: Row | None) -> Sequence[str]:
    if row is None or not row["n_pairs"]:
        return [""] * len(CHANGES)
    chances = (f"{100 * row[name]:.0f}" for name in ("lower_fraction", "same_fraction", "higher_fraction"))
    return [
        spanned(row["mean_difference"], row["low"], row["high"], MONTH_DAYS, 1),
        "/".join(chances),
        spanned(row["reached_difference"], row["reached_low"], row["reached_high"], 0.01, 0),
    ]


def spanned(value: float, low: float | None, high: float | None, unit: float, n_digits: int) -> str:
    """A change with its interval, in units, with signs.

    >>> spanned(61.0, -3.0, 122.0, 30.5, 1), spanned(0.0, None, None, 1.0, 0)
    ('+2.0 (−0.1 to +4.0)', '0')
    """
    told = _signed(value / unit, n_digits)
    return (
        told
        if low is None or high is None
        else f"{told} ({_signed(low / unit, n_digits)} to {_signed(high / unit, n_digits)})"
    )


def _signed(number: float, n_digits: int) -> str:
    text = f"{number:+.{n_digits}f}"
    return _minus(text) if float(text) else text[1:]


def _minus(text: str) -> str:
    return text.replace("-", "−")


def _table(*headings: str, left: int) -> Table:
    """Columns of words on the left, of numbers on the right."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, heading in enumerate(headings):
        table.add_column(heading, justify="left" if place < left else "right")
    return table


def _numbers(numbers: pl.DataFrame, means: Mapping[str, float]) -> Table:
    table = _table("", "alternative", "under the first", "difference (90%)", "standard deviations", left=2)
    for row in numbers.head(NUMBERS_TOLD).iter_rows(named=True):
        change, *ends = (exact(row[name]) for name in ("mean_difference", "low", "high"))
        span, spreads = _minus(f"{change} ({ends[0]} to {ends[1]})"), _signed(row["spreads"], 2)
        table.add_row(Text(row["outcome"]), Text(row["policy"]), exact(means[row["outcome"]]), span, spreads)
    return table


BETTER = {(True, True): "sooner", (True, False): "later", (False, True): "lower", (False, False): "higher"}
"""By whether it is a milestone, and whether less of it is better."""


def _regrets(regrets: pl.DataFrame, titles: Mapping[str, str]) -> Table:
    headings = ("better", "alternative", "world", "mean", "90% of futures", "largest", "best in", "futures")
    table = _table(*headings, left=3)
    for row in regrets.iter_rows(named=True):
        is_days = row["outcome"] in titles
        name = f"{row['outcome'].removesuffix('_days')} {BETTER[is_days, row['is_less']]}"
        left = f" ({row['n_left_out']} left out)" if row["n_left_out"] else ""
        numbers = [row[key] for key in ("mean_regret", "p90_regret", "max_regret")]
        told = ["" if number is None else amount(number, is_days=is_days) for number in numbers]
        best = "" if row["best_fraction"] is None else percent(row["best_fraction"])
        words = (Text(name), Text(row["alternative"]), Text(row["world"]))
        table.add_row(*words, *told, best, f"{row['n_futures']}{left}")
    return table


def _needed(needed: pl.DataFrame, titles: Mapping[str, str]) -> Table:
    """Milestones that differ; the rest is in the page's table."""
    headings = (
        "milestone",
        "alternative",
        "in pairs",
        "not in pairs",
        "sign, in pairs",
        "sign, not",
        "pairs save",
        "so far",
    )
    table = _table(*headings, left=2)
    shown = needed.filter(pl.col("is_milestone") & (pl.col("saved_factor").is_not_null() | pl.col("n_draws").is_null()))
    for row in shown.head(NEEDED_TOLD).iter_rows(named=True):
        counts = [row[name] for name in ("n_draws", "n_draws_unpaired", "n_sign", "n_sign_unpaired")]
        told = ["–" if count is None else f"{count:,}" for count in counts]
        saved = "–" if row["saved_factor"] is None else f"×{rough(row['saved_factor'])}"
        words = (Text(cut(titles[row["outcome"]], TITLE)), Text(row["policy"]))
        table.add_row(*words, *told, saved, str(row["n_samples"]))
    left = shown.height - NEEDED_TOLD
    told = (
        f"and {left} more on the page"
        if shown.height
        else f"No milestone differs in {n_of(max(needed['n_samples'].to_list()), 'draw')}."
    )
    if left > 0 or not shown.height:
        table.add_row(Text(told, style="dim"))
    return table
