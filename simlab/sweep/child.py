"""The process that runs are done in: told its job once and then run after run, it answers each with a result.

``python -m simlab.sweep.child`` listens on its standard input and answers on its standard output, both of which it
takes for itself first: what model code prints goes to its standard error, where its parent finds it.

It does not outlive its parent: the end of its input ends it, and on Linux the end of its parent does, even while
code that never comes back to Python keeps it from listening.
"""

import contextlib
import ctypes
import faulthandler
import os
import pickle
import queue
import signal
import sys
import threading
from multiprocessing.connection import Connection

from simlab.sweep.host import about
from simlab.sweep.one import Job, Planned, Result, attempt, nothing, simulator, too_slow
from simlab.sweep.runs import State

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Do runs until nobody wants any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who drives decides what an interrupt means
    die_with_parent()
    faulthandler.enable()
    inbox, outbox = _private_pipes()
    job: Job = pickle.loads(inbox.recv_bytes())
    with contextlib.suppress(Exception):  # each run will tell
        simulator(job)
    outbox.send(about().loaded)
    runs: queue.SimpleQueue[Planned] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(inbox, runs), daemon=True).start()
    while True:
        outbox.send(_timed(job, runs.get()))


def die_with_parent() -> None:
    """Ask the system to end this process when its parent has ended; where it cannot, `_listen` must do."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _private_pipes() -> tuple[Connection, Connection]:
    """What this process was given to hear and to speak; for all others in it, silence and standard error."""
    pipes = Connection(os.dup(0), writable=False), Connection(os.dup(1), readable=False)
    silence = os.open(os.devnull, os.O_RDONLY)
    os.dup2(silence, 0)
    os.dup2(2, 1)
    return pipes


def _listen(inbox: Connection, runs: queue.SimpleQueue[Planned]) -> None:
    """Take orders while a run is going on: the last of them is the end of the parent."""
    while True:
        try:
            runs.put(inbox.recv())
        except (EOFError, OSError):
            os._exit(0)


def _timed(job: Job, planned: Planned) -> Result:
    """Do a run; at the limit, say on standard error where it is. Its end is the parent's business."""
    faulthandler.dump_traceback_later(job.limit_s)
    try:
        found = attempt(job, planned, watched=False)
    finally:
        faulthandler.cancel_dump_traceback_later()
    if found.seconds > job.limit_s:  # it ended before the parent lost patience, and is late all the same
        return nothing(job, planned, State.TIMED_OUT, too_slow(job), too_slow(job), found.seconds)
    return found


if __name__ == "__main__":
    main()
