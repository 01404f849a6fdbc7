"""Axes along factors: numbers by value or logarithm, switches by option with a little spread."""

import math
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.discover import Answered
from simlab.analysis.discover_words import name_in, origins_of, value_of
from simlab.analysis.lock import Lock
from simlab.analysis.prim import Restriction
from simlab.report.figures.theme import INK, axis

SPREAD = 0.3
"""Of an option's points, to either side."""

LOG_FROM = 20.0
"""A factor whose largest value is so many times its smallest is drawn by its logarithm."""


@dataclass(frozen=True, slots=True)
class Along:
    """Where each run stands along an axis, and which parts of it are inside the region."""

    title: str
    places: NDArray[Any]
    """Shape (n_runs,)."""
    said: NDArray[np.str_]
    """Shape (n_runs,): the value in words. Escaped."""
    inside: tuple[tuple[float, float], ...]
    ends: tuple[float, float]
    marks: tuple[tuple[float, str], ...]

    def drawn(self) -> dict[str, Any]:
        """The axis."""
        return axis(
            title={"text": escape(self.title), "font": {"size": 12, "color": INK}},
            range=list(self.ends),
            tickmode="array",
            tickvals=[place for place, _ in self.marks],
            ticktext=[escape(text) for _, text in self.marks],
        )


def along(found: Answered, restriction: Restriction, lock: Lock) -> Along:
    """The axis of a factor that the region restricts."""
    column = found.factors[restriction.factor]
    if restriction.options:
        return _options(column, restriction, name_in(lock, restriction.factor))
    values = column.cast(pl.Float64).to_numpy()
    least, most = float(values.min()), float(values.max())
    is_log = least > 0.0 and most / least >= LOG_FROM
    origin = origins_of(lock).get(restriction.factor)
    unit = origin.unit if origin else ""

    def said(value: float) -> str:
        return value_of(value, restriction.factor, unit, lock)

    def place(value: float) -> float:
        return math.log10(value) if is_log else value

    low, high = place(least), place(most)
    room = 0.03 * (high - low)
    inside = (
        low - room if restriction.low is None else place(restriction.low),
        high + room if restriction.high is None else place(restriction.high),
    )
    return Along(
        title=name_in(lock, restriction.factor),
        places=np.log10(values) if is_log else values,
        said=np.array([f"{escape(restriction.factor)}: {escape(said(value))}" for value in values]),
        inside=(inside,),
        ends=(low - room, high + room),
        marks=tuple((place(value), said(value)) for value in _round_values(least, most, is_log=is_log)),
    )


def _round_values(least: float, most: float, *, is_log: bool) -> list[float]:
    """Four to eight round values between the ends."""
    if not is_log:
        step = _round_step((most - least) / 4)
        return [step * i for i in range(math.ceil(least / step), math.floor(most / step) + 1)]
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(most)) + 1)
    per_decade = (1.0, 2.0, 5.0) if len(powers) <= 3 else (1.0, 3.0) if len(powers) <= 5 else (1.0,)
    values = [digit * 10.0**power for power in powers for digit in per_decade]
    inside = [value for value in values if least <= value <= most]
    return inside[:: max(1, math.ceil(len(inside) / 8))]


def _round_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return next(digit * power for digit in (1.0, 2.0, 2.5, 5.0, 10.0) if digit * power >= 0.75 * rough)


def _options(column: pl.Series, restriction: Restriction, title: str) -> Along:
    words = column.cast(pl.String)
    known = sorted(words.unique().to_list())
    at = words.replace_strict(known, list(range(len(known))), return_dtype=pl.Float64).to_numpy()
    inside = tuple((i - 0.45, i + 0.45) for i, option in enumerate(known) if option in restriction.options)
    return Along(
        title=title,
        places=at + _spread(at.size),
        said=np.array([f"{escape(restriction.factor)}: {escape(word)}" for word in words]),
        inside=inside,
        ends=(-0.5, len(known) - 0.5),
        marks=tuple((float(i), option) for i, option in enumerate(known)),
    )


def lanes(found: Answered) -> Along:
    """The axis of a region that restricts one factor only: runs that answer yes above those that answer no."""
    at = found.answers.table["is_case"].to_numpy().astype(float)
    return Along(
        title="answer",
        places=at + _spread(at.size),
        said=np.full(at.size, ""),
        inside=((-0.5, 1.5),),
        ends=(-0.5, 1.5),
        marks=((0.0, "no"), (1.0, "yes")),
    )


def _spread(n_runs: int) -> NDArray[Any]:
    """Shape (n_runs,): evenly spread, the same every time (multiples of the golden ratio)."""
    return SPREAD * (2.0 * (np.arange(n_runs) * (math.sqrt(5.0) - 1.0) / 2.0 % 1.0) - 1.0)
