"""When the milestones come: a dot and its intervals."""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.analysis.lock import Lock
from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.milestone_kinds import by_kind, in_order, kind_name
from simlab.report.figures.theme import (
    ACCENT,
    ACCENT_BAND,
    PAPER,
    SOFT_INK,
    bare_axis,
    note,
    spec,
    years,
)
from simlab.report.words import day_of, month, n_of, percent, season, until

LINE_PX, BESIDES_PX = 17, 34
"""Height of a line of words, and of what else a milestone needs: its line and the air around it."""
Row = Mapping[str, Any]


def milestones_figure(dates: pl.DataFrame, lock: Lock) -> Figure:
    """Dates with intervals, from `simlab.analysis.milestones.milestone_dates`."""
    rows = in_order(dates.iter_rows(named=True), lock.milestones)
    n_runs = rows[0]["n_runs"]
    return Figure(
        key="milestones",
        title="When the milestones come",
        takeaway=_takeaway(rows, lock),
        caption=(
            f"Dot: the date by which half of {n_of(n_runs, 'run')} are there. Thick line: the middle half of "
            "the runs; thin line: the middle 80%. A line that ends in an arrow goes on beyond "
            f"{until(lock.end)}, the end of the simulation: runs that do not get there count as later than "
            "everything."
        ),
        panels=_panels(rows, lock),
        table=_table(rows, lock),
    )


def _panels(rows: Sequence[Row], lock: Lock) -> Sequence[Panel]:
    """A panel a kind of milestone; without a heading where there is one kind."""
    kinds = by_kind(rows)
    return [
        Panel(_dots(of_kind, lock), _height_px(of_kind), kind if len(kinds) > 1 else "")
        for kind, of_kind in kinds.items()
    ]


def _takeaway(rows: Sequence[Row], lock: Lock) -> str:
    sure = [row for row in rows if row["never_fraction"] == 0]
    most = max(rows, key=lambda row: row["never_fraction"])
    if len(sure) == len(rows):
        return f"Every run reaches every milestone before {until(lock.end)}."
    verb = "is" if len(sure) == 1 else "are"
    count = f"{len(sure)} of {n_of(len(rows), 'milestone')} {verb}" if sure else "No milestone is"
    late = "every run ends" if most["never_fraction"] == 1 else f"{percent(most['never_fraction'])} of the runs end"
    return f"{count} reached by {until(lock.end)} in every run; {late} without “{most['title']}”."


def _height_px(rows: Sequence[Row]) -> int:
    most = 1 + max(len(_lines(row)) for row in rows)
    return (BESIDES_PX + LINE_PX * most) * len(rows) + 40


def _lines(row: Row) -> list[str]:
    """The title in lines that fit a phone, cut where it would not end."""
    return wrap(row["title"], 46, max_lines=3, placeholder=" …")


def _dots(rows: Sequence[Row], lock: Lock) -> Mapping[str, Any]:
    """A row a milestone, its words above its line, so that the words never cost the line its width."""
    data, notes = [], []
    for position, row in enumerate(rows):
        y = len(rows) - 1 - position
        data += [
            _line(row, y, lock, "p10", "p90", 2),
            _line(row, y, lock, "p25", "p75", 9),
            _dot(row, y, lock),
        ]
        words = {
            "xref": "paper",
            "xanchor": "left",
            "yanchor": "bottom",
            "yshift": 9,
            "align": "left",
            "bgcolor": PAPER,
        }
        notes.append(note(_words(row, lock), 0, y, **words))
        notes += _arrow(row, y, lock)
    span = [lock.start.isoformat(), (lock.end + (lock.end - lock.start) * 0.02).isoformat()]
    return spec(
        data,
        xaxis=years(pl.Series([lock.start, lock.end]), 6) | {"range": span, "showgrid": True},
        yaxis=bare_axis(range=[-0.35, len(rows) - 0.15]),
        annotations=notes,
    )


def _words(row: Row, lock: Lock) -> str:
    title = "<br>".join(escape(line) for line in _lines(row))
    return f"<b>{title}</b><br><span style='color:{SOFT_INK}'>{when(row, lock)}</span>"


def when(row: Row, lock: Lock) -> str:
    """The median date, and the share of the runs that do not get there."""
    late = f"not by {until(lock.end)} in {percent(row['never_fraction'])} of the runs"
    if row["p50_days"] is None:
        return late
    return f"{middle(row, lock)}, {late}" if row["never_fraction"] else middle(row, lock)


def middle(row: Row, lock: Lock) -> str:
    """The median date, which must be known."""
    return f"median {season(day_of(lock.start, row['p50_days']))}"


def _place(days: float | None, lock: Lock) -> str:
    """Where a date is drawn: at the end where it is later than the end."""
    return (lock.end if days is None else day_of(lock.start, days)).isoformat()


def _line(row: Row, y: int, lock: Lock, low: str, high: str, width: int) -> dict[str, Any]:
    ends = [_place(row[f"{low}_days"], lock), _place(row[f"{high}_days"], lock)]
    colour = ACCENT if width < 5 else ACCENT_BAND
    line = {"color": colour, "width": width}
    return {"type": "scatter", "mode": "lines", "x": ends, "y": [y, y], "line": line, "hoverinfo": "skip"}


def _dot(row: Row, y: int, lock: Lock) -> dict[str, Any]:
    if row["p50_days"] is None:
        return {"type": "scatter", "x": [], "y": []}
    quantiles = [f"{band[1:]}% of runs by {_by(row[f'{band}_days'], lock)}" for band in BANDS]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [_place(row["p50_days"], lock)],
        "y": [y],
        "marker": {"color": ACCENT, "size": 13, "line": {"color": "#ffffff", "width": 2}},
        "text": ["<br>".join([f"<b>{escape(row['title'])}</b>", *quantiles])],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _by(days: float | None, lock: Lock) -> str:
    return f"later than {until(lock.end)}" if days is None else month(day_of(lock.start, days))


def _arrow(row: Row, y: int, lock: Lock) -> list[dict[str, Any]]:
    if row["p90_days"] is not None:
        return []
    return [note("▶", lock.end.isoformat(), y, xanchor="center", font={"size": 12, "color": ACCENT})]


def _table(rows: Sequence[Row], lock: Lock) -> Table:
    columns = ["about", "milestone", *(f"{band[1:]}% of runs by" for band in BANDS)]
    columns += ["not by the end, %", "90% interval of that share, %", "runs"]
    return Table(columns, [_cells(row, lock) for row in rows])


def _cells(row: Row, lock: Lock) -> list[str]:
    dates = [_iso(row[f"{band}_days"], lock) for band in BANDS]
    low, high = (f"{100 * row[f'never_{end}_fraction']:.1f}" for end in ("low", "high"))
    return [
        kind_name(row["measure"]),
        row["title"],
        *dates,
        f"{100 * row['never_fraction']:.1f}",
        f"{low} to {high}",
        str(row["n_runs"]),
    ]


def _iso(days: float | None, lock: Lock) -> str:
    return f"after {lock.end.isoformat()}" if days is None else day_of(lock.start, days).isoformat()
