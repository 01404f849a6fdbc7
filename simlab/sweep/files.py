"""Files that are there whole or not at all: written under another name, then renamed."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
    """Write a table whole or not at all."""
    with draft_of(path) as draft:
        frame.write_parquet(draft, compression="zstd")


def write_text(text: str, path: Path) -> None:
    """Write a text whole or not at all."""
    with draft_of(path) as draft:
        draft.write_text(text, encoding="utf-8")


def write_bytes(content: bytes, path: Path) -> None:
    """Write bytes whole or not at all."""
    with draft_of(path) as draft:
        draft.write_bytes(content)
