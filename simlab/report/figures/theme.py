"""How every drawing looks: colours that colour-blind readers can tell apart, quiet axes, no chart junk."""

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

INK, SOFT_INK, RULE, PAPER = "#1d2733", "#5a6673", "#dfe3e6", "#ffffff"
ACCENT, ACCENT_BAND, ACCENT_HALO = "#1f5a91", "#a9c7e2", "#dbe8f3"
LINES = ("#1f5a91", "#c2571a", "#3d8b78", "#8a5a9e", "#8c7a22", "#5b6570")
"""Lines to tell apart, by hue and by lightness."""
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
"""The same lines for a reader who sees no hue, and for grey printers."""
SANS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"


def layout(**changes: Any) -> dict[str, Any]:
    """The layout of a drawing, with `changes` to it."""
    quiet = {
        "font": {"family": SANS, "size": 13, "color": INK},
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": PAPER,
        "plot_bgcolor": PAPER,
        "showlegend": False,
        "hovermode": "closest",
        "hoverlabel": {
            "bgcolor": PAPER,
            "bordercolor": RULE,
            "font": {"family": SANS, "size": 13, "color": INK},
        },
        "dragmode": False,
        "template": None,
        "xaxis": axis(),
        "yaxis": axis(),
    }
    return quiet | changes


def axis(**changes: Any) -> dict[str, Any]:
    """A quiet axis: a hair line grid, no zero line, room made for its labels."""
    return {
        "gridcolor": RULE,
        "linecolor": RULE,
        "zeroline": False,
        "automargin": True,
        "tickangle": 0,
        "tickfont": {"color": SOFT_INK, "size": 12},
        "fixedrange": False,
    } | changes


def years(dates: pl.Series, most: int) -> dict[str, Any]:
    """A time axis over `dates` marked at new years, at most `most`; at months where years are too few."""
    first, last = dates.min(), dates.max()
    assert isinstance(first, date)  # for the type checker: the column holds dates
    assert isinstance(last, date)
    marks = [year for year in range(first.year, last.year + 2) if first <= date(year, 1, 1) <= last]
    marks = marks[:: max(1, math.ceil(len(marks) / most))]
    if len(marks) < 3:
        return axis(type="date", showgrid=False, nticks=most)
    places = [f"{year}-01-01" for year in marks]
    return axis(type="date", showgrid=False, tickmode="array", tickvals=places, ticktext=[str(year) for year in marks])


def extent(lows: pl.Series, highs: pl.Series) -> tuple[float, float]:
    """The smallest of `lows` and the largest of `highs`, nulls apart; (0, 1) where there is nothing."""
    known_lows, known_highs = lows.drop_nulls().to_numpy(), highs.drop_nulls().to_numpy()
    return (float(known_lows.min()), float(known_highs.max())) if known_lows.size else (0.0, 1.0)


def bare_axis(**changes: Any) -> dict[str, Any]:
    """An axis that is not shown at all."""
    return axis(visible=False, **changes)


def spec(data: Sequence[Any], **changes: Any) -> Mapping[str, Any]:
    """A checked plotly figure as plain data: plotly refuses what its drawing code would silently ignore."""
    import plotly.graph_objects as go  # noqa: PLC0415  # start-up: half a second that only a report needs

    return go.Figure(data=list(data), layout=layout(**changes)).to_plotly_json()


def note(text: str, x: Any, y: Any, **changes: Any) -> dict[str, Any]:
    """A label on the drawing, without an arrow. `text` must be escaped."""
    return {"text": text, "x": x, "y": y, "showarrow": False, "font": {"size": 12, "color": INK}} | changes


def end_labels(ends: Sequence[tuple[str, float, str]], span: tuple[float, float]) -> list[dict[str, Any]]:
    """Labels at the right end of lines: (text, y, colour), pushed apart where they would overlap.

    `y` and `span`, the axis range, are in axis units (log10 on a log axis).
    """
    gap = 0.075 * (span[1] - span[0])
    ordered = sorted(ends, key=lambda end: end[1])
    heights = _apart([y for _, y, _ in ordered], gap, span[1] - gap / 3)
    place = {"xref": "paper", "xanchor": "left", "xshift": 6, "align": "left"}
    return [
        note(text, 1, y, font={"size": 12, "color": colour}, **place)
        for (text, _, colour), y in zip(ordered, heights, strict=True)
    ]


def _apart(heights: Sequence[float], gap: float, ceiling: float) -> list[float]:
    """Ascending `heights` at least `gap` apart: pushed up from below, then down from the ceiling."""
    pushed: list[float] = []
    for height in heights:
        pushed.append(max(height, pushed[-1] + gap) if pushed else height)
    limit = ceiling
    for place in reversed(range(len(pushed))):
        pushed[place] = min(pushed[place], limit)
        limit = pushed[place] - gap
    return pushed
