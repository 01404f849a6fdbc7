"""The ledger: every ended attempt at a run, append only, one JSON object a line.

Each thread of each process appends to a file of its own, so no two writers meet. A line says run_id, attempt, state,
seconds, cpu_seconds and error. The lines of a batch are written when its tables are on disk, so a run is done if
`outcomes` has its row, whatever the ledger says.
"""

import json
import threading
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from simlab.sweep.host import writer
from simlab.sweep.runs import State


class Entry(NamedTuple):
    """A line of the ledger."""

    run_id: str
    attempt: int
    state: State
    seconds: float | None = None
    cpu_seconds: float | None = None
    error: str | None = None
    written: float | None = None
    """When the line was, in seconds since 1970."""


def append(study: Path, found: Iterable[Entry]) -> None:
    """Add lines."""
    folder = study / "ledger"
    folder.mkdir(exist_ok=True)
    now = round(time.time(), 1)
    text = "".join(json.dumps(entry._replace(written=now)._asdict()) + "\n" for entry in found)
    with (folder / f"{writer()}-{threading.get_native_id()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(text)


def entries(study: Path) -> Iterator[Entry]:
    """All lines of all files. A line torn by a crash is no line."""
    for path in sorted((study / "ledger").glob("*.jsonl")):
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from (entry for line in file if (entry := _entry(line)) is not None)


def _entry(line: str) -> Entry | None:
    try:
        fields = json.loads(line)
        return Entry(**fields)._replace(state=State(fields["state"]))
    except (ValueError, TypeError, KeyError):
        return None


def attempts(study: Path) -> dict[str, int]:
    """The last attempt at each run, by run_id."""
    last: dict[str, int] = {}
    for entry in entries(study):
        last[entry.run_id] = max(entry.attempt, last.get(entry.run_id, 0))
    return last
