"""Where this process is: whether it sees a study's folder, what it is called there, and which simlab it runs.

A path alone says nothing: another host may have a folder of the same name. So whoever drives a sweep puts a random
word into the folder, and whoever reads the same word there sees the very same folder.
"""

import os
import platform
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from simlab.sweep.code import code_hash
from simlab.sweep.files import write_text

MARKER = ".driver"
"""The file with the word. It is there while somebody drives the sweep, and its word is new each time."""

DECIDES = ("numpy", "scipy", "simpy", "polars")
"""Where these differ, numbers or bytes may differ in the last place."""


@contextmanager
def marked(folder: Path) -> Iterator[str]:
    """The word by which others recognise `folder`, for as long as the block lasts."""
    word = secrets.token_hex(8)
    marker = folder / MARKER
    write_text(word, marker)
    try:
        yield word
    finally:
        if sees(folder, word):  # and not that of somebody who drives it since
            marker.unlink(missing_ok=True)


def sees(folder: Path, word: str) -> bool:
    """Whether this process sees the folder that was marked with `word`, and may write there."""
    try:
        found = (folder / MARKER).read_text(encoding="utf-8")
    except OSError:
        return False
    return found == word and os.access(folder, os.W_OK)


def writer() -> str:
    """A name that no other process has that writes to the same study, here or on another host."""
    return _writer(os.getpid())


@lru_cache(maxsize=1)
def _writer(pid: int) -> str:
    """Hosts may share a name and count their processes alike, containers do: so a random word is part of it."""
    return f"{socket.gethostname()}-{pid}-{secrets.token_hex(3)}"


class About(NamedTuple):
    """What a process says of itself before it is given work."""

    host: str
    loaded: str
    """Hash of the model's code as it was when the process started."""
    on_disk: str
    """Hash of the model's code as the next process would load it."""
    versions: dict[str, str]
    """Python and the libraries that numbers depend on."""


_LOADED = code_hash()


def about() -> About:
    """Of this process."""
    libraries = {name: version(name) for name in DECIDES}
    return About(socket.gethostname(), _LOADED, code_hash(), {"python": platform.python_version()} | libraries)
