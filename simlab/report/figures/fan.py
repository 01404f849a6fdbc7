"""A fan: the median over the runs, the middle half and the middle four fifths of them, over time."""

import math
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import (
    ACCENT,
    ACCENT_BAND,
    ACCENT_HALO,
    SOFT_INK,
    axis,
    end_labels,
    extent,
    spec,
    years,
)
from simlab.report.words import month

Say = Callable[[float], str]
"""A value of the axis as words."""


def fan_panel(
    fan: pl.DataFrame,
    say: Say,
    *,
    log: bool,
    title: str = "",
    height_px: int = 330,
    labelled: bool = True,
    **y: Any,
) -> Panel:
    """The drawing of a band table (see `simlab.analysis.fans.bands`). `y` changes the value axis."""
    span = _span(fan, log=log)
    value_axis = axis(type="log" if log else "linear", **({"range": span} | y))
    drawn = spec(
        [*_band(fan, "p10", "p90", ACCENT_HALO), *_band(fan, "p25", "p75", ACCENT_BAND), _median(fan, say)],
        margin={"l": 8, "r": 82 if labelled else 10, "t": 10, "b": 8},
        xaxis=years(fan["date"], 6 if labelled else 4),
        yaxis=value_axis,
        annotations=end_labels(_ends(fan, log=log), (span[0], span[1])) if labelled else [],
    )
    return Panel(drawn, height_px, title)


def _span(fan: pl.DataFrame, *, log: bool) -> list[float]:
    low, high = extent(fan["p10"], fan["p90"])
    if log:
        low, high = math.log10(low), math.log10(high)
    room = 0.04 * (high - low) or 0.5
    return [low - room if log else min(low - room, 0.0), high + room]


def _ends(fan: pl.DataFrame, *, log: bool) -> list[tuple[str, float, str]]:
    last = fan.row(-1, named=True)
    words = (("p10", "10% below", SOFT_INK), ("p50", "<b>median</b>", ACCENT), ("p90", "10% above", SOFT_INK))
    return [(text, math.log10(last[band]) if log else last[band], colour) for band, text, colour in words]


def _dates(fan: pl.DataFrame) -> list[str]:
    return fan["date"].cast(pl.Date).cast(pl.String).to_list()


def _band(fan: pl.DataFrame, low: str, high: str, colour: str) -> Sequence[dict[str, Any]]:
    """Two invisible lines and the colour between them."""
    line = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip", "x": _dates(fan)}
    return [
        line | {"y": short(fan[low])},
        line | {"y": short(fan[high]), "fill": "tonexty", "fillcolor": colour},
    ]


def _median(fan: pl.DataFrame, say: Say) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": _dates(fan),
        "y": short(fan["p50"]),
        "line": {"color": ACCENT, "width": 2.5},
        "text": [_told(row, say) for row in fan.iter_rows(named=True)],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _told(row: dict[str, Any], say: Say) -> str:
    p10, _, p50, _, p90 = (say(row[band]) for band in BANDS)
    return f"<b>{month(row['date'])}</b><br>median {p50}<br>80% of {row['n_runs']} runs: {p10} to {p90}"


def short(values: pl.Series) -> list[float | None]:
    """Five significant digits: more is file size that no eye can see."""
    return [None if value is None else float(f"{value:.5g}") for value in values]


def ticks(values: Sequence[float], say: Say) -> dict[str, Any]:
    """Tick marks at `values` with words beside them."""
    return {"tickmode": "array", "tickvals": list(values), "ticktext": [say(value) for value in values]}


def thinned(candidates: Sequence[float], lows: pl.Series, highs: pl.Series, most: int = 8) -> list[float]:
    """The candidates inside the span of the lows and highs, every n-th so that at most `most` are left."""
    low, high = extent(lows, highs)
    inside = [value for value in candidates if 0.7 * low <= value <= 1.4 * high]
    return inside[:: max(1, math.ceil(len(inside) / most))]


def in_percent(fan: pl.DataFrame) -> pl.DataFrame:
    """The bands of a share in percent."""
    return fan.with_columns(pl.col(*BANDS) * 100)


def lab_line(fan: pl.DataFrame, lab: str, colour: str, dash: str, say: Say) -> dict[str, Any]:
    """The median of one lab over time, for panels that hold a line a lab."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": fan["date"].cast(pl.String).to_list(),
        "y": short(fan["p50"]),
        "line": {"color": colour, "width": 2.25, "dash": dash},
        "text": [say(value) for value in fan["p50"]],
        "hovertemplate": f"<b>{escape(lab)}</b> %{{x|%b %Y}}<br>median %{{text}}<extra></extra>",
    }
