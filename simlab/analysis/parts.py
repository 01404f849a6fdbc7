"""Tables of many runs, part by part: what is told of them needs a few numbers a run, and never all rows at once.

A run lies whole in one part. So what is taken within runs is taken part by part, in the order of the parts, and only
its results are held together; the same parts give the same sums to the last bit.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Parts:
    """A table on disk. Its rows are those that `keep` keeps, its numbers in double precision, its words text."""

    paths: tuple[Path, ...]
    keep: pl.Expr

    @cached_property
    def columns(self) -> list[str]:
        """Their names."""
        return pl.scan_parquet(self.paths[0]).collect_schema().names()

    def filter(self, keep: pl.Expr) -> "Parts":
        """The rows that `keep` keeps as well."""
        return replace(self, keep=self.keep & keep)

    def lazy(self) -> pl.LazyFrame:
        """All rows, not yet read."""
        return self._read(list(self.paths))

    def each(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of part after part."""
        return (self._read(path).select(columns).collect() for path in self.paths)

    def _read(self, paths: Path | list[Path]) -> pl.LazyFrame:
        words = pl.col("^(policy|area|cause)$").cast(pl.String)
        numbers = pl.selectors.float().cast(pl.Float64)  # on disk they are short
        return pl.scan_parquet(paths).filter(self.keep).with_columns(words, numbers)


Table = pl.DataFrame | pl.LazyFrame | Parts
"""A table of many runs, in memory or on disk."""


def by_part(table: Table, columns: Sequence[str], reduce: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `reduce` makes of the columns of each part, one below the other; a table in memory is one part."""
    if not isinstance(table, Parts):
        return reduce(table.lazy().select(columns).collect())
    return pl.concat([reduce(part) for part in table.each(columns)])


def n_runs(table: Table) -> int:
    """How many runs have rows in the table."""
    return by_part(table, ["run_id"], lambda part: part.unique()).n_unique()


def has(table: Table, column: str) -> bool:
    """Whether any run has a number there: whether its scenario has the room that gives it."""
    names = table.collect_schema().names() if isinstance(table, pl.LazyFrame) else table.columns
    if column not in names:
        return False
    return bool(by_part(table, [column], lambda part: part.select(pl.col(column).is_not_null().any()))[column].any())
