"""What a figure is: panels for plotly, and everything a reader without eyes or scripts needs instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import polars as pl

from simlab.report.words import exact

Spec = Mapping[str, Any]
"""A plotly figure as plain data: {"data": [...], "layout": {...}}."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One drawing. A figure of several panels sets them side by side where the page is wide enough."""

    spec: Spec
    height_px: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table behind a figure: finished cells."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its words. Texts are plain: the page escapes them."""

    key: str
    """Its address in the page."""
    title: str
    takeaway: str
    """One sentence, computed from the data."""
    caption: str
    """What is shown, and over how many runs."""
    panels: Sequence[Panel]
    table: Table
    swatches: Sequence[tuple[str, str]] = field(default=())
    """A key of colours, (words, colour), where the colours cannot be labelled in place."""


def table_of(frame: pl.DataFrame, columns: Mapping[str, str]) -> Table:
    """The named columns of `frame` under their headings."""
    rows = frame.select(*columns).iter_rows()
    return Table(tuple(columns.values()), [[_cell(value) for value in row] for row in rows])


def _cell(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else exact(value)
