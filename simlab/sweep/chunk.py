"""What a worker does: a few runs of one part, their tables on disk, ledger lines back."""

import os
import pickle
from collections.abc import Sequence
from functools import lru_cache

from simlab.sweep import ledger
from simlab.sweep.files import write_text
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned, Result, attempt, timed_out
from simlab.sweep.runs import State
from simlab.sweep.store import write_chunk


def run_chunk(packed: bytes, runs: Sequence[Planned], *, in_own_process: bool) -> list[Entry]:
    """Do `runs`, all of one part, for the Job in `packed`."""
    job = unpacked(packed)
    results = [_run(job, planned, in_own_process=in_own_process) for planned in runs]
    return keep(job, runs, results)


def keep(job: Job, runs: Sequence[Planned], results: Sequence[Result]) -> list[Entry]:
    """Put finished runs on disk, tables first: a run whose line says ok has its tables."""
    for result in results:
        _tell_failure(job, result)
    write_chunk(job.folder, results, runs[0].attempt)
    found = [_entry(planned, result) for planned, result in zip(runs, results, strict=True)]
    for entry in found:
        ledger.append(job.folder, entry)
    return found


def _entry(planned: Planned, result: Result) -> Entry:
    seconds = round(result.seconds, 4)
    return Entry(planned.key.run_id, planned.attempt, result.state, seconds, result.error or None)


def _run(job: Job, planned: Planned, *, in_own_process: bool) -> Result:
    ledger.append(job.folder, Entry(planned.key.run_id, planned.attempt, State.STARTED))
    return attempt(job, planned, (lambda: _give_up(job, planned)) if in_own_process else None)


def _give_up(job: Job, planned: Planned) -> None:
    """End this process, because a run in it does not come back; the line says whose fault it was."""
    ledger.append(job.folder, _entry(planned, timed_out(job, planned.key)))
    os._exit(1)


def _tell_failure(job: Job, result: Result) -> None:
    path = job.folder / "failures" / f"{result.key.run_id}.txt"
    if result.state is State.OK:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(exist_ok=True)
    command = f"{job.command} {result.key.run_id}"
    write_text(f"{result.key.run_id}: {result.state}\n\nTo repeat it:\n  {command}\n\n{result.story}\n", path)


@lru_cache(maxsize=1)
def unpacked(packed: bytes) -> Job:
    """The job, made once a process."""
    return pickle.loads(packed)
