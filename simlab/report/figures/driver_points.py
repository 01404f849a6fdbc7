"""Measures of factors as points with intervals, a row a factor, the strongest on top."""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any, NamedTuple

import polars as pl

from simlab.report.driver_methods import estimate
from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import ACCENT, INK, LINES, SOFT_INK, axis, spec

MOST_ROWS = 12
LINE_LETTERS = 30
LINE_PX, GAP_PX = 15, 10
SMALL = {"size": 12, "color": SOFT_INK}


class Series(NamedTuple):
    """One measure of every factor."""

    words: str
    column: str
    ends: str
    """Its interval's columns are `<ends>_low` and `<ends>_high`, where there are any."""
    colour: str
    symbol: str


FIRST = Series("alone (first order)", "first_order", "first", LINES[1], "diamond-open")
TOTAL = Series("with its interactions (total)", "total", "total", ACCENT, "circle")
MU_STAR = Series("mu*, size of the effect", "mu_star", "mu_star", ACCENT, "circle")
SIGMA = Series("sigma, how it varies", "sigma", "sigma", LINES[1], "diamond-open")
GIVEN_FIRST = Series("share of variance, first order", "first_order", "none", ACCENT, "circle")


def points_panel(
    table: pl.DataFrame,
    series: Sequence[Series],
    heading: str,
    title: str,
    *,
    floor: float | None = None,
    most: int = MOST_ROWS,
    letters: int = LINE_LETTERS,
) -> Panel:
    """The strongest factors of `table`, sorted as it is; `floor` is drawn as a line that noise reaches."""
    rows = table.filter(pl.col(series[0].column).is_not_null()).head(most)
    labels = [label(factor, letters) for factor in rows["factor"]]
    titled = {"text": heading, "font": SMALL}
    shapes = [] if floor is None else [_line_at(floor)]
    drawn = spec(
        [_points(rows, one, labels) for one in series],
        margin={"l": 8, "r": 14, "t": 6, "b": 8},
        shapes=shapes,
        xaxis=axis(zeroline=True, zerolinecolor=SOFT_INK, range=_span(rows, series, floor), title=titled),
        yaxis=rows_axis(labels),
    )
    return Panel(drawn, rows_px(labels), title)


def rows_axis(labels: Sequence[str]) -> dict[str, Any]:
    """An axis with a row for each label, the first on top."""
    font = {"size": 12, "color": INK}
    return axis(range=[len(labels) - 0.5, -0.5], showgrid=False, tickfont=font, type="category", categoryarray=labels)


def rows_px(labels: Sequence[str]) -> int:
    """So high that no label runs into the next."""
    most_lines = max((label.count("<br>") + 1 for label in labels), default=1)
    return (LINE_PX * most_lines + GAP_PX) * max(len(labels), 1) + 60


def label(path: str, letters: int = LINE_LETTERS) -> str:
    """A dotted path, or words, in lines that leave room for the drawing, escaped; paths are broken at their dots.

    >>> label("world.market.nations.united_states.growth")
    'market.nations.united_states.<br>growth'
    """
    if " " in path:
        return "<br>".join(escape(line) for line in wrap(path, letters))
    lines = [""]
    for i, part in enumerate(path.removeprefix("world.").split(".")):
        piece = part if i == 0 else f".{part}"
        if lines[-1] and len(lines[-1]) + len(piece) > letters:
            lines[-1] += "."
            lines.append(part)
        else:
            lines[-1] += piece
    return "<br>".join(escape(line) for line in lines)


def _points(rows: pl.DataFrame, series: Series, labels: Sequence[str]) -> dict[str, Any]:
    values = rows[series.column].to_list()
    lows, highs = (_column(rows, f"{series.ends}_{end}") for end in ("low", "high"))
    told = [estimate(*numbers) for numbers in zip(values, lows, highs, strict=True)]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [None if value is None else float(f"{value:.5g}") for value in values],
        "y": list(labels),
        "error_x": error_bars(values, lows, highs, series.colour),
        "marker": {"color": series.colour, "size": 9, "symbol": series.symbol, "line": {"width": 1.5}},
        "text": told,
        "hovertemplate": f"<b>%{{y}}</b><br>{escape(series.words)}: %{{text}}<extra></extra>",
    }


def _column(rows: pl.DataFrame, name: str) -> list[float | None]:
    return rows[name].to_list() if name in rows.columns else [None] * rows.height


def error_bars(
    values: Sequence[float | None], lows: Sequence[float | None], highs: Sequence[float | None], colour: str
) -> Mapping[str, Any]:
    """Bars from the lows to the highs, none where they are not known."""
    return {
        "symmetric": False,
        "array": [_gap(high, value) for high, value in zip(highs, values, strict=True)],
        "arrayminus": [_gap(value, low) for value, low in zip(values, lows, strict=True)],
        "color": colour,
        "thickness": 1.2,
        "width": 3,
    }


def _gap(high: float | None, low: float | None) -> float | None:
    return None if high is None or low is None else max(high - low, 0.0)


def _span(rows: pl.DataFrame, series: Sequence[Series], floor: float | None) -> list[float]:
    """The axis, with room for whole markers at its ends."""
    columns = [name for one in series for name in (one.column, f"{one.ends}_low", f"{one.ends}_high")]
    numbers = [x for name in columns if name in rows.columns for x in rows[name].drop_nulls().to_list()]
    low, high = min([0.0, *numbers]), max([0.0, floor or 0.0, *numbers])
    room = 0.04 * (high - low) or 1.0
    return [low - room, high + room]


def _line_at(x: float) -> dict[str, Any]:
    line = {"color": SOFT_INK, "width": 1.5, "dash": "dash"}
    return {"type": "line", "x0": x, "x1": x, "y0": 0, "y1": 1, "yref": "paper", "line": line}
