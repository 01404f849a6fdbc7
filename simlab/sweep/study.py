"""A study: a folder, the runs it plans, and the runs it has."""

import shlex
import warnings
from collections.abc import Callable, Collection, Container, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from simlab.errors import StudyError
from simlab.scenario import Scenario
from simlab.scenario.spelling import closest
from simlab.sweep import adopt, ledger, store
from simlab.sweep.code import code_hash
from simlab.sweep.designs import n_points, points
from simlab.sweep.driver import only_driver
from simlab.sweep.execute import Workers, execute
from simlab.sweep.ledger import Entry
from simlab.sweep.lock import write_lock
from simlab.sweep.one import Job, Planned
from simlab.sweep.plan import Plan
from simlab.sweep.provenance import Call
from simlab.sweep.runs import SAMPLES_PER_PART, State

LIMIT_S = 600.0
"""How long one run may take if nothing else is said."""


@dataclass(frozen=True, slots=True)
class Study:
    """One scenario at one seed with one version of the model, in its folder."""

    folder: Path
    scenario: Scenario
    seed: int
    arguments: Sequence[str] = ()
    """What follows `simlab run` on the command line to name this scenario and seed."""
    news: Sequence[str] = ()
    """What was taken over from studies beside it when it was made, and what was not, and why."""

    def job(self, limit_s: float = LIMIT_S, simulator: str = "simlab.run:run", memory_mb: float | None = None) -> Job:
        """What the runs have in common."""
        command = shlex.join(["simlab", "run", *self.arguments, "--events", "--run"])
        return Job(self.folder, self.scenario, self.seed, limit_s, command, simulator, memory_mb=memory_mb)


def open_study(scenario: Scenario, seed: int, out: Path, arguments: Sequence[str] = ()) -> Study:
    """The study of `scenario` at `seed` under the folder `out`, made if it is not there yet.

    The folder's name has a hash of the scenario, the seed and the model's code, so results are never those of
    another. A new folder takes over from those beside it the runs that are the same in both (see `simlab.sweep.adopt`).
    """
    code = code_hash()
    address = f"{scenario.fingerprint} {seed} {code} {scenario.design}"
    folder = out / f"{scenario.name}-{blake2b(address.encode(), digest_size=4).hexdigest()}"
    folder.mkdir(parents=True, exist_ok=True)
    lock, news = folder / "study.lock.yaml", list[str]()
    if not lock.exists():
        news = adopt.adopt(folder, scenario, seed, code)
        write_lock(scenario, seed, lock)  # last: cut off before, it is made once more
    return Study(folder, scenario, seed, arguments, news)


def asked(study: Study, policies: Sequence[str], n: int, n_replicates: int) -> Plan:
    """What it is to ask for a design of size `n` of these policies.

    Raises:
        StudyError: the scenario has no such policy.
    """
    for policy in policies:
        require_policy(study.scenario, policy)
    return Plan(tuple(policies), n, n_points(study.scenario.design, n), n_replicates)


def plan(study: Study, policies: Sequence[str], n: int, n_replicates: int) -> Iterator[Planned]:
    """The runs asked for, one by one, in the order of their parts.

    Raises:
        StudyError: the scenario has no such policy.
    """
    return runs_of(study, asked(study, policies, n, n_replicates))


def runs_of(study: Study, wanted: Plan) -> Iterator[Planned]:
    """The runs of a plan. The points of a block of parts are held at a time."""
    block, found = range(0), []
    for key in wanted.runs():
        if key.sample not in block:
            begin, _ = key.block
            block = range(begin, min(begin + SAMPLES_PER_PART, wanted.n_points))
            found = list(points(study.scenario.design, study.seed, block.start, block.stop))
        yield Planned(key, *found[key.sample - block.start])


def require_policy(scenario: Scenario, policy: str) -> None:
    """Raises StudyError if the scenario has no such policy."""
    if policy not in scenario.policies:
        near = closest(policy, scenario.policies)
        meant = f" Did you mean {near!r}?" if near else ""
        raise StudyError(f"no policy {policy!r}; the scenario has {', '.join(scenario.policies)}.{meant}")


def tidy_up(study: Study) -> None:
    """Sort what an earlier driver left into its place, and throw away what it left half written."""
    store.remove_drafts(study.folder)
    store.settle(study.folder)


def done(study: Study, *, retry: bool | Collection[State] = False) -> dict[str, State]:
    """The runs that need not be done, by run_id; with `retry` those of a bad end (all, or the given ones) do."""
    again = set(State) - {State.OK} if retry is True else set(retry or ())
    return {run_id: state for run_id, state in store.states(study.folder).items() if state not in again}


def missing(study: Study, planned: Iterable[Planned], *, retry: bool | Collection[State] = False) -> Iterator[Planned]:
    """The runs of the plan that are still to be done; with `retry` also those that did not end well."""
    tidy_up(study)
    return left(study, planned, done(study, retry=retry))


def left(study: Study, planned: Iterable[Planned], finished: Container[str]) -> Iterator[Planned]:
    """The runs of the plan that are not finished, with the number of the attempt that is next."""
    tries: dict[str, int] | None = None
    for item in planned:
        if item.key.run_id not in finished:
            tries = ledger.attempts(study.folder) if tries is None else tries
            yield item._replace(attempt=tries.get(item.key.run_id, 0) + 1)


def carry_out(
    study: Study,
    job: Job,
    runs: Iterable[Planned],
    workers: Workers | int,
    verb: str = "run",
    tell: Callable[[str], None] = warnings.warn,
) -> Generator[Entry, None, None]:
    """Do `runs`, telling each as it ends, and say in provenance.json what they ran on: at the start, and at the end.

    `verb` is that of the command that asks for it; `tell` is called with the news of a cluster, see `execute`.

    Raises:
        StudyError: somebody else is at work in the same folder.
    """
    workers = workers if isinstance(workers, Workers) else Workers(workers)
    command = shlex.join(["simlab", verb, *study.arguments])
    with only_driver(study.folder), Call(study.folder, command, study.arguments, workers) as call:
        for entry in execute(job, runs, workers, tell):
            call.n_runs += 1
            yield entry
