"""Which model made a result: a hash of the code that decides it, and the versions of what it stands on."""

import platform
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

import simlab

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
DECIDES += ("errors.py", "sweep/designs", "sweep/one.py")
"""What a row of results follows from. Reports and the handing out of runs are not in it."""

STANDS_ON = ("simlab", "numpy", "simpy", "pydantic", "polars", "distributed")


def code_hash() -> str:
    """Hash of every source file in DECIDES: a change of any makes another study of the same scenario."""
    digest = blake2b(digest_size=8)
    root = Path(simlab.__file__).parent
    for path in sorted(path for part in DECIDES for path in _sources(root / part)):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(path: Path) -> list[Path]:
    return list(path.rglob("*.py")) if path.is_dir() else [path]


def versions() -> dict[str, str]:
    """Program to version."""
    return {"python": platform.python_version(), **{name: version(name) for name in STANDS_ON}}
