"""What a parent holds of a process of `simlab.sweep.child`: the pipes to it, its end, and what it said."""

import os
import signal
import subprocess
import sys
import tempfile
from multiprocessing.connection import Connection
from typing import NamedTuple

import psutil

from simlab.errors import StudyError
from simlab.sweep.host import about
from simlab.sweep.one import Planned, Result

ONE_THREAD = {
    "POLARS_MAX_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Each process is one of as many as there are cores."""

START_S = 120.0
"""How long a process may take to come up."""

TOLD_BYTES = 20_000
"""How much is kept of what a process said."""


class Death(NamedTuple):
    """A process that ended without a result."""

    how: str
    """Like: was ended by SIGKILL."""
    last_words: str


class Child:
    """A process, started; `comes_up` waits until it listens."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self.n_done = 0
        self.is_over = False
        self._death = Death("lives", "")
        self._said = tempfile.TemporaryFile(mode="a+b")  # noqa: SIM115 -- as long as the process
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        command = [sys.executable, "-P", "-m", "simlab.sweep.child"]
        self._process = subprocess.Popen(
            command, stdin=theirs_in, stdout=theirs_out, stderr=self._said, env=_environment()
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._orders = Connection(ours_out, readable=False)
        self._answers = Connection(ours_in, writable=False)
        self._info = psutil.Process(self._process.pid)

    def comes_up(self) -> bool:
        """Tell it its job and wait for its word; False: there will be none.

        Raises:
            StudyError: it has loaded other code of the model than this process.
        """
        try:
            self._orders.send_bytes(self._packed)
            loaded = self._answers.recv() if self._answers.poll(START_S) else None
        except (EOFError, OSError):
            return False
        if loaded is not None and loaded != about().loaded:
            self.end()
            raise StudyError("the model's code has changed since this sweep began; begin again with the new one")
        return loaded is not None

    def send(self, planned: Planned) -> None:
        """Give it a run. What it said before was about others."""
        self._said.truncate(0)
        self._orders.send(planned)

    def has_answer(self, wait_s: float) -> bool:
        """Whether there is an answer, or never will be."""
        return self._answers.poll(wait_s)

    def answer(self) -> Result:
        """The result; what was printed on the way belongs to the story of a failure.

        Raises:
            EOFError: it died.
        """
        result: Result = self._answers.recv()
        self.n_done += 1
        return result._replace(story=f"{result.story}\n{self._words()}".strip()) if result.story else result

    def memory_mb(self) -> float:
        """What it holds, in MiB."""
        try:
            return self._info.memory_info().rss / 2**20
        except psutil.NoSuchProcess:
            return 0.0

    def kill(self) -> None:
        """End it; whoever waits for its answer will notice."""
        self._process.kill()

    def end(self, patience_s: float = 0.0) -> Death:
        """See to it that it has ended: by itself within `patience_s`, or killed."""
        if self.is_over:
            return self._death
        try:
            code = self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._death = Death(_how(code), self._words())
        for pipe in (self._orders, self._answers, self._said):
            pipe.close()
        self.is_over = True
        return self._death

    def _words(self) -> str:
        file = self._said.fileno()
        return os.pread(file, TOLD_BYTES, max(os.fstat(file).st_size - TOLD_BYTES, 0)).decode(errors="replace").strip()


def _environment() -> dict[str, str]:
    """That of this process, one thread for numbers, and modules found where this process finds them."""
    return os.environ | ONE_THREAD | {"PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}  # noqa: PTH109


def _how(code: int) -> str:
    """How a process ended, by its return code.

    >>> _how(-9), _how(3)
    ('was ended by SIGKILL', 'ended itself with exit code 3')
    """
    if code >= 0:
        return f"ended itself with exit code {code}"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"was ended by signal {-code}"
