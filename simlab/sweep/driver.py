"""Who drives a study: one process at a time, for two would do the same runs and tidy each other's files away."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from simlab.errors import StudyError

_LOCK = ".lock"
"""Locked while somebody drives; the system lets go of it with the process, however that ends."""


@contextmanager
def only_driver(folder: Path) -> Iterator[None]:
    """Drive the study in `folder` for as long as the block lasts.

    Raises:
        StudyError: somebody else does.
    """
    with (folder / _LOCK).open("a+", encoding="utf-8") as file:
        if not _take(file.fileno(), patience_s=0.5):  # whoever only looks has it for a moment
            file.seek(0)
            who = file.read().strip() or "another process"
            raise StudyError(f"{folder}: {who} is at work here; `simlab status {folder}` says how far it is")
        file.truncate(0)
        file.write(f"process {os.getpid()} on {os.uname().nodename}")
        file.flush()
        yield


def is_driven(folder: Path) -> bool:
    """Whether somebody drives the study in `folder`."""
    try:
        with (folder / _LOCK).open(encoding="utf-8") as file:
            return not _take(file.fileno())
    except OSError:
        return False


def _take(file: int, patience_s: float = 0.0) -> bool:
    """Lock the file if nobody else has it, or lets go of it soon enough."""
    latest = time.monotonic() + patience_s
    while True:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        if time.monotonic() >= latest:
            return False
        time.sleep(0.05)
