"""A tornado: bars from the centre to either end of each factor, the widest on top."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import cycle
from typing import Any

import polars as pl

from simlab.report.driver_methods import TORNADO, cells
from simlab.report.figures.driver_points import MOST_ROWS, SMALL, error_bars, label, rows_axis, rows_px
from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import INK, LINES, SOFT_INK, axis, spec

COLOURS = (LINES[1], LINES[0], *LINES[2:])
SWATCHES = [("low end, or first option", COLOURS[0]), ("high end, or second option", COLOURS[1])]


def tornado_panel(table: pl.DataFrame, unit: str, title: str) -> Panel:
    """The widest factors of a table of `simlab.analysis.tornado`, with a column `setting`."""
    factors = table.filter(pl.col("span") > 0.0)["factor"].unique(maintain_order=True)[:MOST_ROWS].to_list()
    ends = [row for row in table.iter_rows(named=True) if row["factor"] in factors and row["difference"] is not None]
    labels = [label(factor) for factor in factors]
    heading = f"{unit or 'outcome'}, minus the centre’s"
    drawn = spec(
        [_bars(rows, colour) for rows, colour in zip(_turns(ends), cycle(COLOURS), strict=False)],
        margin={"l": 8, "r": 14, "t": 4, "b": 8},
        barmode="group",
        bargap=0.3,
        xaxis=axis(zeroline=True, zerolinecolor=SOFT_INK, title={"text": heading, "font": SMALL}),
        yaxis=rows_axis(labels),
    )
    return Panel(drawn, rows_px(labels), title)


def _turns(ends: Sequence[Mapping[str, Any]]) -> list[list[Mapping[str, Any]]]:
    """The first end of every factor, then the second, and for switches of more options those that follow."""
    turns: list[list[Mapping[str, Any]]] = []
    seen: Counter[str] = Counter()
    for row in ends:
        turn = seen[row["factor"]]
        seen[row["factor"]] += 1
        if turn == len(turns):
            turns.append([])
        turns[turn].append(row)
    return turns


def _bars(mine: Sequence[Mapping[str, Any]], colour: str) -> dict[str, Any]:
    lengths = [row["difference"] for row in mine]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(f"{length:.5g}") for length in lengths],
        "y": [label(row["factor"]) for row in mine],
        "marker": {"color": colour, "opacity": 0.9},
        "error_x": error_bars(lengths, [row["low"] for row in mine], [row["high"] for row in mine], INK),
        "text": [f"{': '.join(cells(TORNADO, row))}" for row in mine],
        "textposition": "none",
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }
