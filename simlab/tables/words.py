"""From numbers back to words: what a column of an event class is called and made of."""

import re
from collections.abc import Mapping, Sequence
from enum import IntEnum
from functools import lru_cache
from typing import Any, NamedTuple, get_args, get_type_hints

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.trace.events import Event, Names, OrNone

Words = Mapping[str, Sequence[str]]
"""The scenario's lists of names: {"lab": [...], "area": [...], "request": [...], "nation": [...], "sector": [...],
"lever": [...]}, in the scenario's order; levers by their kinds, which may repeat."""


class Column(NamedTuple):
    """One field of an event class."""

    name: str
    is_integer: bool
    members: tuple[str, ...] | None
    """The words of an enum's members, lower case, by number."""
    names_of: str | None
    """Which list of the scenario the number counts in."""
    may_be_none: bool = False
    """Whether NaN means that there is no number."""

    def dtype(self, words: Words) -> pl.DataType:
        """The column's type in the tables."""
        categories = words.get(self.names_of, ()) if self.names_of else self.members
        if categories is not None:
            return pl.Enum(categories)
        return pl.Int64() if self.is_integer else pl.Float64()

    def series(self, values: NDArray[np.float64], words: Words) -> pl.Series:
        """The column of these numbers."""
        dtype = self.dtype(words)
        if isinstance(dtype, pl.Enum):
            return _worded(self.name, values, dtype)
        numbers = values.astype(np.int64) if self.is_integer else values
        return pl.Series(self.name, numbers, dtype, nan_to_null=self.may_be_none)


def _worded(name: str, values: NDArray[np.float64], dtype: pl.Enum) -> pl.Series:
    """Numbers as words; -1 is nobody and becomes null.

    Raises:
        ValueError: a number has no word.
    """
    codes = values.astype(np.int64)
    if codes.size and not -1 <= codes.min() <= codes.max() < len(dtype.categories):
        raise ValueError(f"{name}: numbers {codes.min()} to {codes.max()} for {len(dtype.categories)} words")
    nobody = codes < 0
    column = pl.Series(name, np.where(nobody, 0, codes).astype(np.uint32))
    if nobody.any():
        column = column.set(pl.Series(nobody), None)
    return column.cat.to(dtype)


@lru_cache
def columns_of(kind: type[Event]) -> tuple[Column, ...]:
    """The columns of an event class, read off its annotations."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(_column(name, hints[name]) for name in kind._fields)


def _column(name: str, hint: Any) -> Column:
    marks = get_args(hint)[1:]
    listed = [mark.of for mark in marks if isinstance(mark, Names)]
    if any(isinstance(mark, OrNone) for mark in marks):
        return Column(name, is_integer=False, members=None, names_of=None, may_be_none=True)
    if listed:
        return Column(name, is_integer=True, members=None, names_of=listed[0])
    if issubclass(hint, IntEnum):
        return Column(name, is_integer=True, members=_members(hint), names_of=None)
    return Column(name, is_integer=hint is int, members=None, names_of=None)


def _members(enum: type[IntEnum]) -> tuple[str, ...]:
    """The members' words by number.

    Raises:
        ValueError: the numbers are not 0, 1, 2, ...
    """
    members = sorted(enum, key=int)
    if [int(member) for member in members] != list(range(len(members))):
        raise ValueError(f"{enum.__name__}: members are numbered 0, 1, 2, ...")
    return tuple(member.name.lower() for member in members)


def team_name(number: int) -> str:
    """What a team is called: those of AI workers alone count down from -1.

    >>> team_name(3), team_name(-3)
    ('team 3', 'automated team 3')
    """
    return f"team {number}" if number >= 0 else f"automated team {-number}"


def snake_case(kind: type[Event]) -> str:
    """The table of an event class.

    >>> from simlab.trace.events import IdeaEnded
    >>> snake_case(IdeaEnded)
    'idea_ended'
    """
    return re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower()
