"""What a worker does: some runs of one part in the process that its thread keeps for that, and their tables.

A run whose process died is tried again, in a fresh one. If MOST_DEATHS die in a row it is the run that kills, and
otherwise nobody is blamed: processes are killed from outside too. The others of the batch go on.
"""

import itertools
import pickle
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import lru_cache, partial
from typing import NamedTuple

from simlab.sweep import ledger, store
from simlab.sweep.handle import Death
from simlab.sweep.host import sees, writer
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned, Result, attempt, nothing
from simlab.sweep.runs import State
from simlab.sweep.sandbox import Sandbox, Stopped
from simlab.sweep.store import Chunk

MOST_DEATHS = 3
"""So many processes may die over a run before it is the run that kills them."""


class BatchDone(NamedTuple):
    """What became of a batch."""

    entries: list[Entry]
    """Every attempt that ended, in order; those that were lost too, so there may be two of a run."""
    chunk: Chunk | None
    """The tables; None: the worker saw the study's folder, and tables and ledger lines are there."""


class Tried(NamedTuple):
    """A run with its result, and the ledger's lines on it."""

    result: Result
    entries: list[Entry]


def run_batch(packed: bytes, runs: Sequence[Planned], *, isolated: bool = True) -> BatchDone:
    """Do `runs`, all of one part, for the Job in `packed`; with `isolated`, in this thread's child process.

    Cut off by `stop_batches` or an interrupt, it keeps what is done and leaves the rest.

    Raises:
        StudyError: no child process comes up, or it would run other code of the model.
    """
    job, tried = unpacked(packed), list[Tried]()
    handed = BatchDone([], None)
    try:
        do: Callable[[Planned], Result | Death] = _sandbox(packed).run if isolated else partial(attempt, job)
        with suppress(Stopped):
            for planned in runs:
                if job.mark in _stopped:
                    break
                tried.append(_tried(job, planned, do))
    finally:
        if tried:
            handed = _hand_over(job, tried)
    return handed


def keep(job: Job, done: BatchDone) -> None:
    """Put a batch on disk, tables first: a run whose line says ok has its tables.

    Where a worker does not see the study's folder the driver does it.
    """
    if done.chunk is not None:
        store.write_chunk(job.folder, done.chunk)
    ledger.append(job.folder, done.entries)


def _hand_over(job: Job, tried: Sequence[Tried]) -> BatchDone:
    results = [item.result for item in tried]
    entries = [entry for item in tried for entry in item.entries]
    done = BatchDone(entries, store.chunk_of(job, results, _chunk_name(results[0])))
    if not sees(job.folder, job.mark):
        return done
    keep(job, done)
    return BatchDone(entries, None)


def gave_up(job: Job, planned: Planned) -> BatchDone:
    """The end of a run over which workers were lost."""
    error = "the workers that did it were lost, again and again"
    result = nothing(job, planned, State.CRASHED, error, error)
    return BatchDone([_entry(planned, result)], store.chunk_of(job, [result], _chunk_name(result)))


_counter = itertools.count()


def _chunk_name(first: Result) -> str:
    return f"{first.key.part}+{writer()}-{next(_counter)}"


def _tried(job: Job, planned: Planned, do: Callable[[Planned], Result | Death]) -> Tried:
    """Do a run, and again in a fresh process while it dies over it."""
    entries, deaths = list[Entry](), list[Death]()
    while isinstance(found := do(planned), Death):
        deaths.append(found)
        if len(deaths) == MOST_DEATHS:
            found = _crashed(job, planned, deaths)
            break
        entries.append(Entry(planned.key.run_id, planned.attempt, State.LOST, error=f"its process {found.how}"))
        planned = planned._replace(attempt=planned.attempt + 1)
    return Tried(found, [*entries, _entry(planned, found)])


def _crashed(job: Job, planned: Planned, deaths: Sequence[Death]) -> Result:
    """The result of a run that killed every process it was given."""
    hows = list(dict.fromkeys(death.how for death in deaths))
    error = f"its process {' or '.join(hows)}, {len(deaths)} times in a row"
    return nothing(job, planned, State.CRASHED, error, f"{error}\n\n{deaths[-1].last_words}")


def _entry(planned: Planned, result: Result) -> Entry:
    seconds, cpu_seconds = round(result.seconds, 4), result.cpu_seconds
    cpu_seconds = None if cpu_seconds is None else round(cpu_seconds, 4)
    return Entry(planned.key.run_id, planned.attempt, result.state, seconds, cpu_seconds, result.error or None)


@lru_cache(maxsize=1)
def unpacked(packed: bytes) -> Job:
    """The job, made once a process."""
    return pickle.loads(packed)


_mine = threading.local()
_all: list[Sandbox] = []
_lock = threading.Lock()
_stopped: set[str] = set()
"""The marks of jobs of which nothing more is wanted."""


def _sandbox(packed: bytes) -> Sandbox:
    """This thread's, made anew when the job is another."""
    old: Sandbox | None = getattr(_mine, "sandbox", None)
    if old is not None and old.packed == packed:
        return old
    if old is not None:
        _stop([old])
    new = _mine.sandbox = Sandbox(packed)
    with _lock:
        _all.append(new)
    if unpacked(packed).mark in _stopped:  # so late that `stop_batches` may not have seen it
        new.stop()
    return new


def stop_batches(packed: bytes) -> None:
    """End what this process does for that job: batches that are going on end at once with what they have.

    A job is that of one drive (its mark is new each time), so nobody will want more of it.
    """
    _stopped.add(unpacked(packed).mark)
    with _lock:
        old = [sandbox for sandbox in _all if sandbox.packed == packed]
    _stop(old)


def _stop(sandboxes: Iterable[Sandbox]) -> None:
    for sandbox in sandboxes:
        sandbox.stop()
        with _lock, suppress(ValueError):
            _all.remove(sandbox)
