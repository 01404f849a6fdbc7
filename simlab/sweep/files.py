"""Files that are there whole or not at all."""

import os
from pathlib import Path

import polars as pl


def write_parquet(frame: pl.DataFrame, path: Path) -> None:
    """Write a table whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    frame.write_parquet(draft, compression="zstd")
    draft.replace(path)


def write_text(text: str, path: Path) -> None:
    """Write a text whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
