"""Levers: what each policy does to the world, on the time axis."""

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.theme import INK, LINES, PAPER, SOFT_INK, bare_axis, note, spec, years
from simlab.report.words import cut, exact, listed, month, n_of, plain, proper

ROW_PX = 44


def levers_figure(acts: pl.DataFrame, start: date, end: date) -> Figure:
    """What acted when, from `simlab.analysis.levers.acts`."""
    rows = list(acts.iter_rows(named=True))
    return Figure(
        key="levers",
        title="What acts when",
        takeaway=_takeaway(rows),
        caption=(
            "A bar from a lever’s first act to its last, a point where it acts once and for all; in the median run of "
            f"each policy, {n_of(max(row['n_runs'] for row in rows), 'run')}. Before its date a lever changes nothing."
        ),
        panels=[Panel(_drawing(rows, start, end), ROW_PX * len(rows) + 40)],
        table=table_of(
            acts.with_columns(pl.col("kind", "nation").str.replace_all("_", " ", literal=True)),
            {"policy": "policy", "kind": "lever", "lab": "lab", "nation": "nation", "amount": "sets"}
            | {"begins_p10": "10% of runs begin by", "begins": "begins, median", "begins_p90": "90% by"}
            | {"ends": "ends, median", "n_runs": "runs"},
        ),
    )


def whom(row: Mapping[str, Any]) -> str:
    """The lever and what it acts on."""
    on = row["lab"] or (proper(row["nation"]) if row["nation"] else "")
    return plain(row["kind"] or f"lever {row['lever'] + 1}") + (f" on {on}" if on else "")


def _takeaway(rows: list[dict[str, Any]]) -> str:
    told = [f"{whom(row)} from {month(row['begins'])}{_until(row)} ({row['policy']})" for row in rows[:4]]
    more = f", and {n_of(len(rows) - 4, 'more lever')}" if len(rows) > 4 else ""
    return f"In the order of their dates: {listed(told) if not more else ', '.join(told)}{more}."


def _until(row: Mapping[str, Any]) -> str:
    return f" to {month(row['ends'])}" if row["ends"] else ""


def _drawing(rows: list[dict[str, Any]], start: date, end: date) -> Mapping[str, Any]:
    policies = list(dict.fromkeys(row["policy"] for row in rows))
    data, notes = [], []
    for place, row in enumerate(rows):
        y, colour = len(rows) - 1 - place, LINES[policies.index(row["policy"]) % len(LINES)]
        data.append(_bar(row, y, colour))
        words = f"{escape(cut(whom(row), 34))} <span style='color:{SOFT_INK}'>{escape(cut(row['policy'], 20))}</span>"
        place_it = {"xref": "paper", "xanchor": "left", "yanchor": "bottom", "yshift": 6, "align": "left"}
        notes.append(note(words, 0, y, bgcolor=PAPER, font={"size": 12, "color": INK}, **place_it))
    return spec(
        data,
        xaxis=years(pl.Series([start, end]), 6) | {"range": [start.isoformat(), end.isoformat()], "showgrid": True},
        yaxis=bare_axis(range=[-0.5, len(rows) - 0.15]),
        annotations=notes,
    )


def _bar(row: Mapping[str, Any], y: int, colour: str) -> dict[str, Any]:
    days = [row["begins"], *([row["ends"]] if row["ends"] else [])]
    amount = "" if row["amount"] is None else f"; sets {exact(row['amount'])}"
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [day.isoformat() for day in days],
        "y": [y] * len(days),
        "line": {"color": colour, "width": 5},
        "marker": {"color": colour, "size": 10},
        "hovertemplate": f"{escape(whom(row))}: %{{x|%b %Y}}{amount}<extra></extra>",
    }
