"""Horizontal bars with their number at the end: the whole drawing for a table of a dozen rows."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from simlab.report.figures.figure import Panel
from simlab.report.figures.theme import INK, axis, spec


def bars_panel(
    words: Sequence[str], values: Sequence[float], colours: Sequence[str], title: str, say: Sequence[str]
) -> Panel:
    """A bar for each of `words`, top down, `say` written at its end."""
    drawn = spec(
        [_bars(words, values, colours, say)],
        margin={"l": 8, "r": 12, "t": 4, "b": 4},
        bargap=0.32,
        xaxis=axis(visible=False, range=[min([0.0, *values]), 1.22 * (max(values, default=0.0) or 1.0)]),
        yaxis=axis(autorange="reversed", showgrid=False, ticks="", tickfont={"size": 13, "color": INK}),
    )
    return Panel(drawn, 27 * len(words) + 16, title)


def _bars(
    words: Sequence[str], values: Sequence[float], colours: Sequence[str], say: Sequence[str]
) -> Mapping[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "x": [float(f"{value:.5g}") for value in values],
        "y": [escape(word) for word in words],
        "marker": {"color": list(colours)},
        "text": [escape(told) for told in say],
        "textposition": "outside",
        "cliponaxis": False,
        "textfont": {"size": 12, "color": INK},
        "hovertemplate": "%{y}: %{text}<extra></extra>",
    }
