"""A worker's side of a cluster: it says what it is, is given the job once, and then does batch after batch.

A process that was not given the job cannot do a batch of it, so none works that was not looked at before.
"""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from hashlib import blake2b

from distributed import get_worker

from simlab.sweep.batch import BatchDone, run_batch, stop_batches, unpacked
from simlab.sweep.host import About, about
from simlab.sweep.one import Planned
from simlab.sweep.sandbox import SPARE_FRACTION


class NotEnrolledError(Exception):
    """This process was never given the job: it is another than the one that was asked."""


_jobs: dict[str, bytes] = {}


def badge(packed: bytes) -> str:
    """By what a job is asked for that a worker has."""
    return blake2b(packed, digest_size=16).hexdigest()


def enrol(packed: bytes) -> About:
    """Take the job, and say what this process is."""
    _jobs[badge(packed)] = _sized(packed)
    return about()


def _sized(packed: bytes) -> bytes:
    """The job with a limit on memory: of what this worker was given by whoever started it, a thread's share.

    In a container the memory and the cores of the host are not this worker's.
    """
    job, worker = unpacked(packed), get_worker()
    limit_bytes = worker.memory_manager.memory_limit
    if job.memory_mb is not None or not limit_bytes:
        return packed
    return pickle.dumps(replace(job, memory_mb=limit_bytes * SPARE_FRACTION / worker.state.nthreads / 2**20))


def work(of: str, runs: Sequence[Planned]) -> BatchDone:
    """Do some runs of the job with badge `of`.

    Raises:
        NotEnrolledError: this process was never given the job.
    """
    if of not in _jobs:
        raise NotEnrolledError
    return run_batch(_jobs[of], runs)


def discharge(of: str) -> None:
    """Give the job back: nothing more is done for it, and no process of it stays."""
    packed = _jobs.pop(of, None)
    if packed is not None:
        stop_batches(packed)
