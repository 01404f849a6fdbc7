"""A tornado: bars from the centre to either end of each factor, the widest on top."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from simlab.report.driver_methods import TORNADO, cells
from simlab.report.figures.driver_points import MOST_ROWS, SMALL, error_bars, label, rows_axis, rows_px
from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import INK, LINES, SOFT_INK, axis, spec

LOW_COLOUR, HIGH_COLOUR = LINES[1], LINES[0]
SWATCHES = [("low end, or an earlier option", LOW_COLOUR), ("high end, or a later option", HIGH_COLOUR)]


def tornado_panel(table: pl.DataFrame, unit: str, title: str) -> Panel:
    """The widest factors of a table of `simlab.analysis.tornado`, with a column `setting`."""
    factors = table.filter(pl.col("span").is_not_null())["factor"].unique(maintain_order=True)[:MOST_ROWS].to_list()
    ends = [row for row in table.iter_rows(named=True) if row["factor"] in factors and row["difference"] is not None]
    labels = [label(factor) for factor in factors]
    heading = f"{unit or 'outcome'}, minus the centre’s"
    drawn = spec(
        [_bars(ends, is_high=False), _bars(ends, is_high=True)],
        margin={"l": 8, "r": 14, "t": 4, "b": 8},
        barmode="group",
        bargap=0.3,
        xaxis=axis(zeroline=True, zerolinecolor=SOFT_INK, title={"text": heading, "font": SMALL}),
        yaxis=rows_axis(labels),
    )
    return Panel(drawn, rows_px(labels), title)


def _bars(ends: Sequence[Mapping[str, Any]], *, is_high: bool) -> dict[str, Any]:
    mine = [row for row in ends if (row["draw"] > 0.5) == is_high]
    lengths = [row["difference"] for row in mine]
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(f"{length:.5g}") for length in lengths],
        "y": [label(row["factor"]) for row in mine],
        "marker": {"color": HIGH_COLOUR if is_high else LOW_COLOUR, "opacity": 0.9},
        "error_x": error_bars(lengths, [row["low"] for row in mine], [row["high"] for row in mine], INK),
        "text": [f"{': '.join(cells(TORNADO, row))}" for row in mine],
        "textposition": "none",
        "hovertemplate": "<b>%{y}</b><br>%{text}<extra></extra>",
    }
