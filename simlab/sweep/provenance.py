"""provenance.json: who asked for what, when, and what it ran on; written when the runs begin and when they end."""

import json
import platform
import socket
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from simlab.errors import StudyError
from simlab.sweep.code import versions
from simlab.sweep.execute import Workers
from simlab.sweep.files import write_text

FILE = "provenance.json"


class Asked(NamedTuple):
    """What names a study on the command line."""

    file: str
    overrides: Sequence[str]
    seed: int | None
    out: str


OUT = "reports"


def arguments_of(file: Path, overrides: Sequence[str], seed: int | None, out: Path) -> list[str]:
    """What follows `simlab run` or `sweep` to name a study.

    >>> arguments_of(Path("x.yaml"), ["a=1"], None, Path("reports"))
    ['x.yaml', '--set', 'a=1']
    """
    words = [str(file), *(word for text in overrides for word in ("--set", text))]
    words += [] if seed is None else ["--seed", str(seed)]
    return words + ([] if out == Path(OUT) else ["--out", str(out)])


def asked_of(arguments: Sequence[str]) -> Asked:
    """What such words name.

    >>> asked_of(["x.yaml", "--set", "a=1", "--seed", "3"])
    Asked(file='x.yaml', overrides=['a=1'], seed=3, out='reports')
    """
    parser = ArgumentParser(add_help=False)
    parser.add_argument("file")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--seed", type=int)
    parser.add_argument("--out", default=OUT)
    found = parser.parse_args(list(arguments))
    return Asked(found.file, found.set, found.seed, found.out)


class Call:
    """One call of a verb that does runs. Kept with those before it, so that every run has its provenance."""

    def __init__(self, folder: Path, command: str, arguments: Sequence[str], workers: Workers) -> None:
        self.n_runs = 0
        self._path = folder / FILE
        self._record: dict[str, Any] = {
            "command": command,
            "arguments": list(arguments),
            "working_folder": str(Path.cwd()),
            "host": socket.gethostname(),
            "system": platform.platform(),
            "workers": workers._asdict() | {"n": workers.n_here},
            "versions": versions(),
            "began": _now(),
        }

    def __enter__(self) -> "Call":
        last = _read(self._path)
        earlier = [*last.pop("earlier", []), last] if last else []
        self._record |= {"ended": None, "n_runs": 0, "earlier": earlier}
        self._write()
        return self

    def __exit__(self, *_: object) -> None:
        self._record |= {"ended": _now(), "n_runs": self.n_runs}
        self._write()

    def _write(self) -> None:
        write_text(json.dumps(self._record, indent=2) + "\n", self._path)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def last_call(folder: Path) -> Mapping[str, Any]:
    """What is known of the last call.

    Raises:
        StudyError: nothing is.
    """
    found = _read(folder / FILE)
    if not found:
        raise StudyError(f"{folder}: no {FILE} here that says what was asked, so this is not a study that was begun")
    return found
