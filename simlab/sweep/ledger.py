"""The ledger: every attempt at a run, append only, one JSON object a line.

Each process appends to a file of its own, so no two writers meet. A line says run_id, attempt, state, and at
the end of an attempt seconds and error. The ends of the runs of a chunk are written when its tables are on
disk, so a chunk that died shows starts only, and the last of them is the run that was going on.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from simlab.sweep.runs import State


class Entry(NamedTuple):
    """A line of the ledger."""

    run_id: str
    attempt: int
    state: State
    seconds: float | None = None
    error: str | None = None


def append(study: Path, entry: Entry) -> None:
    """Write one line, at once: it must be there if the process dies in the next moment."""
    folder = study / "ledger"
    folder.mkdir(exist_ok=True)
    with (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(entry._asdict()) + "\n")


def entries(study: Path) -> Iterator[Entry]:
    """All lines of all files. A line torn by a crash is no line."""
    for path in _files(study):
        yield from _entries(path)


def _files(study: Path) -> list[Path]:
    return sorted((study / "ledger").glob("*.jsonl"))


def _entries(path: Path) -> Iterator[Entry]:
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            fields = json.loads(line)
        except json.JSONDecodeError:
            continue
        yield Entry(**fields)._replace(state=State(fields["state"]))


def attempts(study: Path) -> Counter[str]:
    """How often each run was started."""
    return Counter(entry.run_id for entry in entries(study) if entry.state is State.STARTED)


def unended(study: Path) -> set[str]:
    """Runs at which a process died: a file of the ledger ends with their start."""
    lasts = [entry for path in _files(study) for entry in list(_entries(path))[-1:]]
    return {entry.run_id for entry in lasts if entry.state is State.STARTED}
