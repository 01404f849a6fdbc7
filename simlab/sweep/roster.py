"""The workers of a cluster as the driver of a sweep knows them: who may be given work, and how much each has."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from simlab.sweep.host import About

BATCHES_PER_THREAD = 2
"""One is being done and one lies ready, so that no thread waits for the driver."""


class Standing(Enum):
    """Whether a worker is given work."""

    ASKED = "asked"
    """It has not yet said what it runs."""
    HIRED = "hired"
    REFUSED = "refused"
    """It runs another model, or a batch ended in an error there."""


@dataclass(slots=True, eq=False)
class Worker:
    """A Dask worker: a process on some host, with one or more threads that do batches."""

    address: str
    n_threads: int
    standing: Standing = Standing.ASKED
    host: str = ""
    keys: set[str] = field(default_factory=set)
    """What it was given and has not brought back."""

    @property
    def has_room(self) -> bool:
        """Whether it can be given another batch."""
        return self.standing is Standing.HIRED and len(self.keys) < BATCHES_PER_THREAD * self.n_threads

    @property
    def load(self) -> float:
        """Batches a thread."""
        return len(self.keys) / self.n_threads

    @property
    def name(self) -> str:
        """For people."""
        return f"{self.host} ({self.address})" if self.host else self.address


class Roster:
    """All workers that are there now."""

    def __init__(self) -> None:
        self._workers: dict[str, Worker] = {}

    def __iter__(self) -> Iterator[Worker]:
        return iter(self._workers.values())

    def update(self, n_threads: Mapping[str, int]) -> tuple[list[Worker], list[Worker]]:
        """Take note of who is there, by address. Returns those who came and those who left."""
        left = [self._workers.pop(address) for address in set(self._workers) - set(n_threads)]
        came = [Worker(address, n) for address, n in n_threads.items() if address not in self._workers and n]
        self._workers |= {worker.address: worker for worker in came}
        return came, left

    def forget(self, worker: Worker) -> None:
        """As if it had never been there; if it still is, it will be met anew."""
        self._workers.pop(worker.address, None)

    def with_standing(self, standing: Standing) -> list[Worker]:
        """Those of one standing."""
        return [worker for worker in self if worker.standing is standing]

    def least_busy(self) -> Worker | None:
        """Whom to give the next batch; None: nobody has room."""
        free = [worker for worker in self if worker.has_room]
        return min(free, key=lambda worker: worker.load, default=None)


def objection(worker: Worker, theirs: About, ours: About) -> str:
    """Why this worker cannot be given work; empty if it can."""
    if theirs.loaded != ours.loaded:
        return (
            f"{worker.name} runs other code of the model: its hash is {theirs.loaded} there and {ours.loaded} here. "
            "Install the same simlab on it and start its worker again"
        )
    if theirs.on_disk != theirs.loaded:
        return (
            f"the model's code on {worker.name} has changed since the worker was started, "
            f"from {theirs.loaded} to {theirs.on_disk}; start it again"
        )
    return ""


def differences(theirs: About, ours: About) -> str:
    """Python and libraries that are of another version there; empty if there are none."""
    pairs = {name: (theirs.versions.get(name, "missing"), here) for name, here in ours.versions.items()}
    return ", ".join(f"{name} {there} ({here} here)" for name, (there, here) in pairs.items() if there != here)
