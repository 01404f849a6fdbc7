"""Toy studies, and what their tables look like as bytes."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from simlab.sweep import store

TOYS = Path(__file__).parent / "toys"
collect_ignore = ["toys"]


@pytest.fixture(autouse=True)
def toys(monkeypatch):
    """The module of toys, importable here and in the processes that are started here."""
    monkeypatch.syspath_prepend(str(TOYS))
    import toys

    yield toys
    sys.modules.pop("toys", None)


@pytest.fixture
def parts() -> Callable[[Path], dict[str, bytes]]:
    """Name to bytes of every table of a study."""

    def read(study: Path) -> dict[str, bytes]:
        folders = [study / table for table in store.TABLES if (study / table).exists()]
        return {f"{folder.name}/{path.name}": path.read_bytes() for folder in folders for path in folder.iterdir()}

    return read


@pytest.fixture
def outcomes() -> Callable[[Path], dict[str, dict[str, Any]]]:
    """Run to its row of outcomes."""

    def read(study: Path) -> dict[str, dict[str, Any]]:
        frame = pl.concat(pl.read_parquet(path) for path in sorted((study / "outcomes").iterdir()))
        assert frame["run_id"].is_unique().all()
        return {row["run_id"]: row for row in frame.iter_rows(named=True)}

    return read
