"""Shares of a whole over time: areas on top of one another that fill the drawing, each with its name where it fits."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from simlab.report.figures.fan import ticks
from simlab.report.figures.figure import Panel, Table, table_of
from simlab.report.figures.theme import INK, PAPER, axis, note, spec, years


class Part(NamedTuple):
    """One of the areas."""

    column: str
    """Its share, 0 to 1, in the table."""
    words: str
    colour: str
    label: str = ""
    """What is written in the area, where that must be shorter than its words."""
    is_dark: bool = False


def areas_panel(
    shares: pl.DataFrame, parts: Sequence[Part], *, labelled: bool, height_px: int, title: str = ""
) -> Panel:
    """The drawing of a table with a row a quarter, the first of `parts` at the bottom."""
    quarters = shares["quarter"].cast(pl.String).to_list()
    drawn = spec(
        [_area(shares, part, quarters) for part in parts],
        margin={"l": 8, "r": 10, "t": 6, "b": 8},
        xaxis=years(shares["quarter"], 6 if labelled else 4),
        yaxis=axis(range=[0, 100.5], **ticks([0, 25, 50, 75, 100], lambda share: f"{share:.0f}%")),
        annotations=_labels(shares, parts, quarters) if labelled else [],
    )
    return Panel(drawn, height_px, title)


def areas_table(
    shares: pl.DataFrame, parts: Sequence[Part], keys: Sequence[str] = (), when: str = "quarter from"
) -> Table:
    """The numbers of the areas, a row a quarter (and value of `keys`); `when` says what its date is."""
    percents = [(pl.col(part.column) * 100).round(2) for part in parts]
    headings = {part.column: f"{part.words}, %" for part in parts}
    columns = {key: key for key in keys} | {"quarter": when} | headings | {"n_runs": "runs"}
    return table_of(shares.with_columns(percents), columns)


def swatches(parts: Sequence[Part]) -> list[tuple[str, str]]:
    """The key of the colours."""
    return [(part.words, part.colour) for part in parts]


def _area(shares: pl.DataFrame, part: Part, quarters: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "stackgroup": "whole",
        "x": quarters,
        "y": [round(100 * share, 2) for share in shares[part.column]],
        "line": {"width": 0.75, "color": PAPER},
        "fillcolor": part.colour,
        "hovertemplate": f"<b>%{{x|%b %Y}}</b>: %{{y:.0f}}% {part.words}<extra></extra>",
    }


def _labels(shares: pl.DataFrame, parts: Sequence[Part], quarters: Sequence[str]) -> list[Mapping[str, Any]]:
    """The part's name where its area is thickest for the width of a word; thin areas have the key only."""
    reach = max(1, len(quarters) // 12)
    inner = range(2 * reach, len(quarters) - 2 * reach)
    base, labels = [0.0] * len(quarters), []
    for part in parts:
        top = [low + 100 * share for low, share in zip(base, shares[part.column], strict=True)]
        rooms = [(*_room(base, top, n, reach), n) for n in inner]
        thickness, middle, best = max(rooms, default=(0.0, 0.0, 0))
        if thickness > 4.5:
            font = {"size": 12, "color": PAPER if part.is_dark else INK}
            labels.append(note(part.label or part.words, quarters[best], middle, font=font))
        base = top
    return labels


def _room(base: Sequence[float], top: Sequence[float], n: int, reach: int) -> tuple[float, float]:
    """Thickness and middle of the level strip that fits between two lines from `reach` before `n` to `reach` after."""
    near = slice(n - reach, n + reach + 1)
    low, high = max(base[near]), min(top[near])
    return high - low, round((low + high) / 2, 2)
