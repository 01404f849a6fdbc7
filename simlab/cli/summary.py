"""A study on one screen: when the milestones come, as lines of plain text that fit the terminal."""

import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

import polars as pl
from rich.console import Console

from simlab.sweep.summary import Dates

WIDEST = 110
"""Wider than this, the numbers would stand too far from their words."""
GAP = "  "


class Calendar(NamedTuple):
    """What days since the start mean to a reader."""

    start: date
    end: date

    def month(self, days: float | None) -> str:
        """The month of a day; a plus behind the end says only that it comes no earlier."""
        return f"{self.last}+" if days is None else f"{self.start + timedelta(days=days):%Y-%m}"

    @property
    def last(self) -> str:
        """The end, as short as it can be said."""
        return f"{self.end:%Y}" if (self.end.month, self.end.day) == (1, 1) else f"{self.end:%Y-%m}"


def milestone_lines(rows: Sequence[Dates], titles: Mapping[str, str], calendar: Calendar, width: int) -> list[str]:
    """A heading, then each milestone: one policy beside its title, several under it.

    `rows` are in the order of the milestones; `titles` has the title of each.
    """
    policies = dict.fromkeys(row.policy for row in rows)
    table = [_cells(row, calendar) for row in rows]
    heading = ("median", "80% of runs", f"not by {calendar.last}")
    widths = [max(map(len, column)) for column in zip(heading, *table, strict=True)]
    names = [GAP + policy for policy in policies] if len(policies) > 1 else list(titles.values())
    room = min(width, WIDEST) - sum(widths) - len(GAP) * len(widths)
    first = max(20, min(room, max(map(len, names), default=0)))
    lines = [_line("", heading, first, widths)]
    for milestone, group in groupby(zip(rows, table, strict=True), key=lambda pair: pair[0].milestone):
        of_policy = {row.policy: _line(GAP + row.policy, cells, first, widths) for row, cells in group}
        if len(policies) > 1:
            lines += [*_wrapped(titles[milestone], min(width, WIDEST)), *of_policy.values()]
        else:
            title, *more = _wrapped(titles[milestone], first)
            (numbers,) = of_policy.values()
            lines += [title.ljust(first) + numbers[first:], *more]
    return lines


def _cells(row: Dates, calendar: Calendar) -> tuple[str, str, str]:
    early, middle, late = (calendar.month(days) for days in (row.p10_days, row.p50_days, row.p90_days))
    return middle, early if early == late else f"{early} to {late}", f"{row.never_fraction:.0%}"


def _line(name: str, cells: Sequence[str], first: int, widths: Sequence[int]) -> str:
    """Dates to the left of their columns, the share, which comes last, to the right."""
    *dates, share = [(cell, wide) for cell, wide in zip(cells, widths, strict=True)]
    told = [cell.ljust(wide) for cell, wide in dates] + [share[0].rjust(share[1])]
    return GAP.join([name.ljust(first), *told])


def _wrapped(title: str, width: int) -> list[str]:
    return textwrap.wrap(title, width, subsequent_indent=GAP)


WORKERS = {
    "AI workers’ share of the leader’s building work at the end": "building_automated_fraction",
    "AI workers’ share of all work on ideas over the whole time": "automated_work_fraction",
}
"""What is told of AI workers, by column of the outcomes."""


def worker_lines(outcomes: pl.DataFrame, policies: Sequence[str], width: int) -> list[str]:
    """What AI workers do, the median and the middle 80% of the runs; no lines where no run has any."""
    lines = []
    for words, column in WORKERS.items():
        lines += _ranges(outcomes, policies, words, column, lambda share: f"{share:.0%}", width)
    return lines


QUANTILES = (0.1, 0.5, 0.9)


def _ranges(
    outcomes: pl.DataFrame, policies: Sequence[str], words: str, column: str, say: Callable[[float], str], width: int
) -> list[str]:
    """A line a policy that has the number in any run."""
    lines, known = [], outcomes.drop_nulls(column) if column in outcomes.columns else outcomes.clear()
    for policy in policies:
        runs = known.filter(pl.col("policy") == policy)
        if runs.height:
            low, middle, high = (say(runs.select(pl.col(column).quantile(q, "linear")).item()) for q in QUANTILES)
            of_policy = f"{policy}: " if len(policies) > 1 else ""
            lines += _wrapped(f"{of_policy}{words}: {middle} (80% of runs: {low} to {high})", min(width, WIDEST))
    return lines


AROUND = {
    "Accelerators installed at the end, million H100e": ("installed_h100e", lambda n: f"{n / 1e6:,.0f}"),
    "Rent of one an hour at the end": ("rent_usd2025_per_h100e_hour", lambda rent: f"${rent:.2f}"),
    "Spending on AI at the end, of world product": ("spending_fraction", lambda share: f"{share:.2%}"),
}
"""What is told of the world around labs: the column of the outcomes, and its number as words."""


def world_lines(outcomes: pl.DataFrame, policies: Sequence[str], width: int) -> list[str]:
    """How the world around labs stands at the end under the first policy; no lines where nobody looks at it."""
    lines, of_policy = [], f"{policies[0]}: " if len(policies) > 1 else ""
    for words, (column, say) in AROUND.items():
        lines += _ranges(outcomes, policies[:1], of_policy + words, column, say, width)
    return lines


def count_of(n: int, what: str, plural: str = "") -> str:
    """A number with its noun.

    >>> count_of(1, "run"), count_of(2000, "run"), count_of(2, "process", "processes")
    ('1 run', '2,000 runs', '2 processes')
    """
    return f"{n:,} {what if n == 1 else plural or what + 's'}"


def say(console: Console, text: str) -> None:
    """Print plain text: paths stay whole, and brackets are brackets."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def duration(seconds: float) -> str:
    """How long something took.

    >>> duration(7.4), duration(97), duration(7260)
    ('7 s', '1 min 37 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
