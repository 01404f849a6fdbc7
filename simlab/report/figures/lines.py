"""Medians of several things in one drawing, a line each, with their names at the right end."""

import math
from collections.abc import Mapping
from dataclasses import replace
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.fan import Say, lab_line, thinned, ticks
from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import DASHES, LINES, axis, end_labels, extent, spec, years
from simlab.report.words import cut, plain

POWERS = [10.0**power for power in range(-9, 40)]
HALVES = sorted([*POWERS, *(3 * power for power in POWERS)])
"""Marks of a log axis that spans little: 1, 3, 10, 30 and so on."""


def marks(lows: pl.Series, highs: pl.Series, most: int = 5) -> list[float]:
    """Round values for a log axis."""
    tens = thinned(POWERS, lows, highs, most)
    return tens if len(tens) > 2 else thinned(HALVES, lows, highs, most)


def lines_panel(
    fans: Mapping[str, pl.DataFrame], say: Say, *, log: bool, height_px: int, title: str = "", **y: Any
) -> Panel:
    """A line for the median of each band table, by its name; each of `LINES` and `DASHES` in turn."""
    drawn, ends = [], []
    known = {name: fan.filter(pl.col("p50") > 0) if log else fan for name, fan in fans.items()}
    every = pl.concat([fan.select("date", "p50") for fan in known.values()])
    span = _span(every["p50"], log=log)
    for number, (name, fan) in enumerate(known.items()):
        if fan.height:
            colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
            drawn.append(lab_line(fan, plain(name), colour, dash, say))
            end = fan["p50"][-1]
            ends.append((escape(cut(plain(name), 13)), math.log10(end) if log else end, colour))
    scale = {"type": "log", **ticks(marks(every["p50"], every["p50"]), say)} if log else {}
    layout = spec(
        drawn,
        margin={"l": 8, "r": 88, "t": 10, "b": 8},
        xaxis=years(every["date"], 4),
        yaxis=axis(**({"range": list(span)} | scale | y)),
        annotations=end_labels(ends, span),
    )
    return Panel(layout, height_px, title)


def _span(values: pl.Series, *, log: bool) -> tuple[float, float]:
    low, high = extent(values, values)
    if log:
        low, high = math.log10(low), math.log10(high)
        room = 0.06 * (high - low) or 0.3
        return low - room, high + room
    return min(low, 0.0), 1.06 * high or 1.0


def with_line(panel: Panel, fan: pl.DataFrame, words: str, say: Say, number: int = 1) -> Panel:
    """The same drawing with the median of another band table in it, in the colour of line `number`, and room for it."""
    line = lab_line(fan, words, LINES[number], DASHES[number], say)
    layout = panel.spec["layout"]
    y, lowest, highest = layout["yaxis"], *extent(fan["p50"], fan["p50"])
    if y["type"] == "log":
        lowest, highest = math.log10(lowest), math.log10(highest)
    low, high = y["range"]
    y = {**y, "range": [min(low, lowest), max(high, highest)]}
    return replace(panel, spec={"data": [*panel.spec["data"], line], "layout": {**layout, "yaxis": y}})
