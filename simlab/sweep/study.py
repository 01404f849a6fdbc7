"""A study: a folder, the runs it plans, and the runs it has."""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any

import polars as pl

from simlab.errors import StudyError
from simlab.scenario import Scenario
from simlab.sweep import ledger, store
from simlab.sweep.code import code_hash, versions
from simlab.sweep.designs import n_points, points
from simlab.sweep.execute import Workers, execute
from simlab.sweep.files import write_parquet, write_text
from simlab.sweep.ledger import Entry
from simlab.sweep.lock import write_lock
from simlab.sweep.one import Job, Planned
from simlab.sweep.runs import RunKey, State

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

    def job(self, limit_s: float = LIMIT_S, simulator: str = "simlab.run:run") -> Job:
        """What the runs have in common."""
        command = shlex.join(["simlab", "run", *self.arguments, "--events", "--run"])
        return Job(self.folder, self.scenario, self.seed, limit_s, command, simulator)


def open_study(scenario: Scenario, seed: int, out: Path, arguments: Sequence[str] = ()) -> Study:
    """The study of `scenario` at `seed` under the folder `out`, made if it is not there yet.

    The folder's name has a hash of the scenario, the seed and the model's code, so results are never those of
    another.
    """
    address = f"{scenario.fingerprint} {seed} {code_hash()}"
    folder = out / f"{scenario.name}-{blake2b(address.encode(), digest_size=4).hexdigest()}"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / "study.lock.yaml").exists():
        write_lock(scenario, seed, folder / "study.lock.yaml")
    return Study(folder, scenario, seed, arguments)


def same_question(study: Study) -> list[Path]:
    """Other folders beside this one with the same scenario and seed: made by another version of the model."""
    lines = {f"fingerprint: {study.scenario.fingerprint}", f"seed: {study.seed}"}
    locks = study.folder.parent.glob(f"{study.scenario.name}-*/study.lock.yaml")
    others = (path for path in sorted(locks) if path.parent != study.folder)
    return [path.parent for path in others if lines <= set(path.read_text(encoding="utf-8").splitlines())]


def plan(study: Study, policies: Sequence[str], n_samples: int, n_replicates: int) -> list[Planned]:
    """The runs asked for, in the order of their parts.

    Raises:
        StudyError: the scenario has no such policy.
    """
    for policy in policies:
        require_policy(study.scenario, policy)
    spec = study.scenario.design
    found = list(points(spec, study.seed, 0, n_points(spec, n_samples)))
    keys = [RunKey(p, s, r) for p in policies for s in range(len(found)) for r in range(n_replicates)]
    order = {policy: i for i, policy in enumerate(policies)}
    # Policies take turns part by part: a study cut off early has tried them all on the same samples.
    keys.sort(key=lambda key: (*key.block, order[key.policy], key.sample, key.replicate))
    return [Planned(key, *found[key.sample]) for key in keys]


def require_policy(scenario: Scenario, policy: str) -> None:
    """Raises StudyError if the scenario has no such policy."""
    if policy not in scenario.policies:
        raise StudyError(f"no policy {policy!r}; the scenario has {', '.join(scenario.policies)}")


def missing(study: Study, planned: Sequence[Planned], *, retry: bool = False) -> list[Planned]:
    """The runs of the plan that are not done yet; with `retry` also those that did not end well."""
    store.remove_drafts(study.folder)
    store.settle(study.folder)
    done = {run_id for run_id, state in store.states(study.folder).items() if state is State.OK or not retry}
    tries = ledger.attempts(study.folder)
    left = [item for item in planned if item.key.run_id not in done]
    return [item._replace(attempt=tries.get(item.key.run_id, 0) + 1) for item in left]


def carry_out(study: Study, job: Job, runs: Sequence[Planned], n_workers: int) -> Iterator[Entry]:
    """Do `runs`, telling each as it ends, and say in provenance.json what they ran on."""
    began = datetime.now(UTC)
    yield from execute(job, runs, Workers(n_workers))
    record = {
        "command": shlex.join(["simlab", "run", *study.arguments]),
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "n_workers": n_workers,
        "n_runs": len(runs),
        "versions": versions(),
    }
    write_text(json.dumps(record, indent=2) + "\n", study.folder / "provenance.json")


def write_design(study: Study, planned: Sequence[Planned]) -> None:
    """Add the planned runs to design.parquet: a row a run with the value of each uncertain parameter.

    Null where a policy has the parameter in another place or not at all.
    """
    path = study.folder / "design.parquet"
    known = pl.read_parquet(path) if path.exists() else None
    names = set(known["run_id"]) if known is not None else set()
    rows = [_design_row(study.scenario, item) for item in planned if item.key.run_id not in names]
    if not rows:
        return
    new = pl.DataFrame(rows, schema=_design_schema(study.scenario))
    both = new if known is None else pl.concat([known, new])
    order = pl.col("policy").replace_strict(
        {policy: i for i, policy in enumerate(study.scenario.policies)}, return_dtype=pl.Int64
    )
    write_parquet(both.sort(order, "sample", "replicate"), path)


def _design_row(scenario: Scenario, item: Planned) -> dict[str, str | int | float | None]:
    values = scenario.values(item.key.policy, item.uniforms)
    names = {"run_id": item.key.run_id, **item.key._asdict()}
    return names | {path: values.get(path) for path in scenario.uncertain}


def _design_schema(scenario: Scenario) -> dict[str, Any]:
    head = {"run_id": pl.String, "policy": pl.String, "sample": pl.Int64, "replicate": pl.Int64}
    return head | dict.fromkeys(scenario.uncertain, pl.Float64)
