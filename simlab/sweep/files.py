"""Files that are there whole or not at all: written under another name, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import polars as pl

_MARK = "draft"


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """A file to write; it becomes the one at `path` when the block has come to its end."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{_MARK}")
    yield draft
    draft.replace(path)


def is_draft(path: Path) -> bool:
    """Whether this is a file that was never finished.

    >>> is_draft(Path("outcomes/.part-baseline-s0000-r0.parquet.311.draft"))
    True
    """
    return path.name.startswith(".") and path.name.endswith(f".{_MARK}")


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a table whole or not at all. The bytes follow from the table alone.

    Numbers that are all different are split into their bytes, so that signs, exponents and what rounding left at zero
    stand side by side; those that stay as they are for long are written as they are: of both, compression makes much.
    """
    from pyarrow import parquet  # noqa: PLC0415 -- slow to load, and not everybody writes

    split = {name: "BYTE_STREAM_SPLIT" for name in frame.columns if _is_mixed(frame[name])}
    how: dict[str, Any] = {
        "compression": "zstd",
        "compression_level": 15,
        "use_dictionary": [name for name, kind in frame.schema.items() if not kind.is_numeric()],
        "column_encoding": split or None,
        "write_statistics": ["run_id"],
    }
    with draft_of(path) as draft:
        parquet.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), draft, **how)


_SPLITTABLE = (pl.Float32, pl.Float64, pl.Int32, pl.Int64)
_MIXED = 1 / 16
"""The share of different values from which splitting pays; of counts it always does, whose first bytes are empty."""


def _is_mixed(column: pl.Series) -> bool:
    if column.dtype not in _SPLITTABLE:
        return False
    return column.dtype.is_integer() or column.n_unique() > _MIXED * column.len()


def write_text(text: str, path: Path) -> None:
    """Write a text whole or not at all."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8")


def write_bytes(content: bytes, path: Path) -> None:
    """Write bytes whole or not at all."""
    with draft_of(path) as draft:
        draft.write_bytes(content)
