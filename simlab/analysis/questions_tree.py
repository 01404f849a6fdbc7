"""What a question says: comparisons joined by and, or, not; as a filter of runs, and in words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import reduce
from operator import and_, or_

import polars as pl

from simlab.analysis.lock import Lock
from simlab.analysis.study import OK

FAILED = "failed"
"""Of `state is`: every run that did not end well, whatever became of it."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A column of numbers against a number."""

    column: str
    sign: str
    number: float
    is_share: bool = False
    """Whether it was said in percent."""

    def filter(self) -> pl.Expr:
        """Null where the run has no such number."""
        return _compared(pl.col(self.column).cast(pl.Float64), self.sign, self.number)

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        del lock
        value = f"{100 * self.number:g}%" if self.is_share else f"{self.number:,.6g}"
        return f"{self.column} is {_SIZES[self.sign]} {value}".replace("is equal to", "is")


@dataclass(frozen=True, slots=True)
class Dated:
    """A milestone against a day; one that does not come before the end is later than all of them."""

    milestone: str
    sign: str
    """Or "never"."""
    time_days: float
    """Since the start."""

    def filter(self) -> pl.Expr:
        """Null where the run has not ended well."""
        days = pl.col(f"{self.milestone}_days").cast(pl.Float64)
        known = pl.when(pl.col("state") == OK).then(days.fill_null(float("inf")))
        return known.is_infinite() if self.sign == "never" else _compared(known, self.sign, self.time_days)

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        title = next((each.title for each in lock.milestones if each.name == self.milestone), self.milestone)
        day = lock.start + timedelta(days=self.time_days)
        if self.sign == "never":
            return f"“{title}” does not come before {lock.end}"
        return f"“{title}” comes {_TIMES[self.sign]} {day}"


@dataclass(frozen=True, slots=True)
class Worded:
    """A column of words against a word."""

    column: str
    word: str

    def filter(self) -> pl.Expr:
        """Null where the run has no such word."""
        return pl.col(self.column).cast(pl.String) == self.word

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        del lock
        return f"{self.column} is {self.word}"


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of the run."""

    state: str

    def filter(self) -> pl.Expr:
        """Never null: every run that was done has a state."""
        return pl.col("state") != OK if self.state == FAILED else pl.col("state") == self.state

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        del lock
        return {FAILED: "the run fails", OK: "the run ends well"}.get(self.state, f"the run ends as {self.state}")


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: "Tree"

    def filter(self) -> pl.Expr:
        """What is unknown stays unknown."""
        return ~self.part.filter()

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        return f"it is not so that {_inner(self.part, lock)}"


@dataclass(frozen=True, slots=True)
class Joined:
    """All of the parts (and), or at least one (or)."""

    by: str
    parts: tuple["Tree", ...]

    def filter(self) -> pl.Expr:
        """Kleene's logic: unknown only where what is known does not decide."""
        return reduce(and_ if self.by == "and" else or_, [part.filter() for part in self.parts])

    def words(self, lock: Lock) -> str:
        """As a reader would say it."""
        return f" {self.by} ".join(_inner(part, lock) for part in self.parts)


Tree = Comparison | Dated | Worded | Ended | Not | Joined


def mentions_state(tree: Tree) -> bool:
    """Whether failed runs are asked about."""
    return any(isinstance(leaf, Ended) for leaf in leaves(tree))


def leaves(tree: Tree) -> Iterator[Comparison | Dated | Worded | Ended]:
    """The comparisons, in the order of the text."""
    if isinstance(tree, Joined):
        for part in tree.parts:
            yield from leaves(part)
    elif isinstance(tree, Not):
        yield from leaves(tree.part)
    else:
        yield tree


def _inner(tree: Tree, lock: Lock) -> str:
    return f"({tree.words(lock)})" if isinstance(tree, Joined) else tree.words(lock)


def _compared(value: pl.Expr, sign: str, number: float) -> pl.Expr:
    signs = {"<": value < number, "<=": value <= number, ">": value > number, ">=": value >= number}
    return signs.get(sign, value == number)


_SIZES = {"<": "below", "<=": "at most", ">": "above", ">=": "at least", "=": "equal to"}
_TIMES = {"<": "before", "<=": "by", ">": "after", ">=": "on or after"}
