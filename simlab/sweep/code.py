"""Which model made a result: a hash of the code that decides it, and the versions of what it stands on."""

import ast
import json
import os
import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import simlab
from simlab.sweep.files import write_text

DECIDES = (
    "world",
    "trace",
    "scenario",
    "tables",
    "run.py",
    "stage.py",
    "randomness.py",
    "parameters.py",
    "units.py",
)
DECIDES += ("errors.py", "sweep/designs", "sweep/one.py", "sweep/runs.py")
"""What a row of results follows from. Reports and the handing out of runs are not in it."""

STANDS_ON = ("simlab", "numpy", "scipy", "simpy", "pydantic", "polars", "pyarrow", "distributed")

ROOT = Path(simlab.__file__).parent


class _Known(NamedTuple):
    """What was found in a file when it had this time and size."""

    mtime_ns: int
    size: int
    meaning: str


def code_hash() -> str:
    """Hash of what the code in DECIDES does: a change of any makes another study of the same scenario.

    Comments, docstrings, blank lines and the layout do nothing, and change nothing here.
    """
    known = _remembered()
    found = {path.relative_to(ROOT).as_posix(): _known(path, known) for path in _sources()}
    if found != known:
        _remember(found)
    told = "".join(f"{name}\0{entry.meaning}\0" for name, entry in found.items())
    return blake2b(told.encode(), digest_size=8).hexdigest()


def _sources() -> Iterator[Path]:
    for path in sorted(ROOT / part for part in DECIDES):
        yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


def _known(path: Path, known: Mapping[str, _Known]) -> _Known:
    about, before = path.stat(), known.get(path.relative_to(ROOT).as_posix())
    if before and before[:2] == (about.st_mtime_ns, about.st_size):
        return before
    return _Known(about.st_mtime_ns, about.st_size, meaning(path.read_text(encoding="utf-8")))


def meaning(source: str) -> str:
    """Hash of what Python code does, whatever it says about itself.

    >>> meaning("x = 1") == meaning("x = (1)  # a number")
    True
    >>> meaning("x = 1") == meaning("x = 2")
    False
    """
    tree = ast.parse(source)
    for node in ast.walk(tree):
        for block in ("body", "orelse", "finalbody"):
            lines = getattr(node, block, None)
            if isinstance(lines, list):
                setattr(node, block, [line for line in lines if not _is_text(line)])
    return blake2b(ast.dump(tree).encode(), digest_size=8).hexdigest()


def _is_text(node: ast.AST) -> bool:
    """Whether it is a docstring, of whatever it may be."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def _remembered() -> dict[str, _Known]:
    try:
        return {name: _Known(*entry) for name, entry in json.loads(_memory().read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _remember(found: Mapping[str, _Known]) -> None:
    with suppress(OSError):  # who may not write there computes it again
        _memory().parent.mkdir(parents=True, exist_ok=True)
        write_text(json.dumps(found), _memory())


def _memory() -> Path:
    """Where this Python remembers this copy of simlab, for it is half a second to find out.

    As with Python's own compiled files, one of another time or size is read again.
    """
    place = blake2b(f"{ROOT}\0{sys.version}".encode(), digest_size=8).hexdigest()
    caches = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(caches) / "simlab" / f"code-{place}.json"


def versions() -> dict[str, str]:
    """Program to version."""
    return {"python": platform.python_version(), **{name: version(name) for name in STANDS_ON}}
