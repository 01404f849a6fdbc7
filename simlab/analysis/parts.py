"""Tables of many runs, part by part: what is told of them needs a few numbers a run, and never all rows at once.

A run lies whole in one part. So what is taken within runs is taken part by part, in the order of the parts, and only
its results are held together; the same parts give the same sums to the last bit.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Parts:
    """A table on disk: the rows of some runs, its numbers in double precision, its words text."""

    paths: tuple[Path, ...]
    finished: frozenset[str] | None = None
    """The runs that count, by run_id; None: all."""
    policy: str | None = None
    """Only the runs of this policy."""

    @cached_property
    def columns(self) -> list[str]:
        """Their names."""
        return list(pl.read_parquet_schema(self.paths[0]))

    @cached_property
    def n_runs(self) -> int:
        """How many runs have rows in it."""
        return sum(part["run_id"].n_unique() for part in self.each(["run_id"]))

    def of_policy(self, policy: str) -> "Parts":
        """The runs of one policy, without looking into files whose names say another."""
        mine = [path for path in self.paths if _policy_of(path) in (policy, None)]
        return Parts(tuple(mine or self.paths[:1]), self.finished, policy)

    def lazy(self) -> pl.LazyFrame:
        """All rows, not yet read."""
        rows = pl.scan_parquet(list(self.paths))
        if self.policy is not None:
            rows = rows.filter(pl.col("policy") == self.policy)
        if self.finished is not None:
            rows = rows.filter(pl.col("run_id").is_in(pl.Series(sorted(self.finished)).implode()))
        return rows.with_columns(_WORDS, _NUMBERS)

    def each(self, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """These columns of part after part."""
        for path in self.paths:
            part = pl.read_parquet(path, columns=list(dict.fromkeys([*columns, "run_id", "policy"])))
            if self.policy is not None:
                part = part.filter(pl.col("policy") == self.policy)
            if self.finished is not None and not self.finished.issuperset(part["run_id"].unique()):
                part = part.filter(pl.col("run_id").is_in(list(self.finished)))
            yield part.select(columns).with_columns(_WORDS, _NUMBERS)


_WORDS = pl.col("^(policy|area|cause)$").cast(pl.String)
_NUMBERS = pl.selectors.float().cast(pl.Float64)  # on disk they are short


def _policy_of(path: Path) -> str | None:
    """The policy that a part's name says; None: it says nothing."""
    found = re.fullmatch(r"part-(.+)-s\d+-r\d+", path.stem)
    return found[1] if found else None


Table = pl.DataFrame | pl.LazyFrame | Parts
"""A table of many runs, in memory or on disk."""


def by_part(table: Table, columns: Sequence[str], reduce: Callable[[pl.DataFrame], pl.DataFrame]) -> pl.DataFrame:
    """What `reduce` makes of the columns of each part, one below the other; a table in memory is one part."""
    if not isinstance(table, Parts):
        return reduce(table.lazy().select(columns).collect())
    return pl.concat([reduce(part) for part in table.each(columns)])


def n_runs(table: Table) -> int:
    """How many runs have rows in the table."""
    return table.n_runs if isinstance(table, Parts) else table.lazy().select("run_id").collect().n_unique()


def has(table: Table, column: str) -> bool:
    """Whether any run has a number there: whether its scenario has the room that gives it."""
    names = table.collect_schema().names() if isinstance(table, pl.LazyFrame) else table.columns
    if column not in names:
        return False
    return bool(by_part(table, [column], lambda part: part.select(pl.col(column).is_not_null().any()))[column].any())
