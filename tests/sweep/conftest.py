"""Toy studies, and what their tables look like as bytes."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

TOYS = Path(__file__).parent / "toys"


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
        tables = ("outcomes", "series", "graveyard")
        return {f"{table}/{path.name}": path.read_bytes() for table in tables for path in (study / table).iterdir()}

    return read
