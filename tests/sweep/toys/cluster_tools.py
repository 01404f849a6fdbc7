"""Schedulers and workers as a user starts them, each with its own working directory and its own view of the disk."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

TOYS = Path(__file__).parent
OWN_VIEW = ["unshare", "--map-root-user", "--mount", "--kill-child"]
START_S = 60.0


def why_no_own_view() -> str:
    """Why a process cannot be given its own view of the disk here; empty if it can."""
    if shutil.which("unshare") is None:
        return "no `unshare` here"
    command = [*OWN_VIEW, "mount", "-t", "tmpfs", "none", "/mnt"]
    tried = subprocess.run(command, check=False, capture_output=True, text=True)
    return "" if tried.returncode == 0 else f"`unshare` is not allowed here: {tried.stderr.strip()}"


def blind_to(folder: Path) -> list[str]:
    """Words before a command that let it see something empty instead of `folder`."""
    return [*OWN_VIEW, "sh", "-c", f"mount -t tmpfs none '{folder}' && exec \"$@\"", "-"]


class Cluster:
    """Processes of Dask below `home`, ended with the block."""

    def __init__(self, home: Path, port: int = 0) -> None:
        self._home, self._port = home, port
        self._open = ExitStack()
        self.logs: dict[str, Path] = {}

    def __enter__(self) -> "Cluster":
        self.scheduler = self._start("scheduler", ["dask_scheduler", "--host", "127.0.0.1", "--port", str(self._port)])
        found = self._wait_for(self.logs["scheduler"], r"Scheduler at:\s+(tcp://\S+)")
        self.address = found[1]
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def worker(
        self, name: str, before: Sequence[str] = (), code: Path | None = None, options: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """Start a worker of one thread; `before` stands before its command, `code` is where its simlab lies."""
        words = ["dask_worker", self.address, "--nthreads", "1", "--no-nanny", "--host", "127.0.0.1", *options]
        return self._start(name, [*words, "--name", name], before, code)

    def wait_for_worker(self, name: str) -> None:
        """Until the scheduler knows it."""
        self._wait_for(self.logs[name], r"Registered to:\s+(tcp://\S+)")

    def folder(self, name: str) -> Path:
        """The working directory of a process."""
        return self._home / name

    def _start(
        self, name: str, words: Sequence[str], before: Sequence[str] = (), code: Path | None = None
    ) -> subprocess.Popen[bytes]:
        folder = self.folder(name)
        folder.mkdir(parents=True)
        paths = os.pathsep.join(str(path) for path in (code, TOYS, os.environ.get("PYTHONPATH")) if path)
        module, *options = words
        command = [*before, sys.executable, "-m", f"distributed.cli.{module}", *options, "--no-dashboard"]
        self.logs[name] = log = folder / "log.txt"
        with log.open("wb") as file:
            env = os.environ | {"PYTHONPATH": paths}
            process = subprocess.Popen(command, cwd=folder, stdout=file, stderr=file, env=env)
        self._open.callback(_end, process)
        return process

    def _wait_for(self, log: Path, pattern: str) -> re.Match[str]:
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            if found := re.search(pattern, log.read_text()):
                return found
            time.sleep(0.05)
        raise TimeoutError(f"{pattern} does not come: {log.read_text()}")


def _end(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
