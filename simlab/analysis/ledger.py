"""The ledger: how long each run took, its last attempt counting."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

SCHEMA = {"run_id": pl.String, "attempt": pl.Int64, "seconds": pl.Float64}
LOST = "lost"
"""The state of an attempt whose process or worker died without a result: the run was tried again."""


def read_ledger(folder: Path) -> pl.DataFrame:
    """One row a run that ever came to an end: run_id, attempt and seconds of its last attempt."""
    rows = [row for path in sorted(folder.glob("*.jsonl")) for row in _ends(path)]
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("run_id", "attempt", maintain_order=True)
    return frame.unique("run_id", keep="last", maintain_order=True)


def _ends(path: Path) -> Iterator[tuple[object, ...]]:
    """A line a row. A line torn by a crash is no row: the attempt it told of never ended."""
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except json.JSONDecodeError:
            continue
        if entry["state"] != LOST:
            yield tuple(entry.get(name) for name in SCHEMA)
