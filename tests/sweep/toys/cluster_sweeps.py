"""A small sweep of toys, on a cluster or on this machine, and what it leaves."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import toys

from simlab.sweep.designs import points
from simlab.sweep.execute import Workers, execute
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned
from simlab.sweep.runs import RunKey
from simlab.sweep.store import TABLES, states

POLICIES = ("baseline", "more")
SEED = 3


def planned(n_samples: int) -> list[Planned]:
    """The runs of the toys."""
    found = list(points(toys.toy_scenario().design, SEED, 0, n_samples))
    keys = [RunKey(policy, sample, 0) for policy in POLICIES for sample in range(n_samples)]
    return [Planned(key, *found[key.sample]) for key in sorted(keys, key=lambda key: key.block)]


def sweep(folder: Path, n_samples: int, workers: Workers, simulator: str = "toys:run") -> Iterator[Entry]:
    """Do what is not there yet, telling each run as it ends."""
    folder.mkdir(parents=True, exist_ok=True)
    job = Job(folder, toys.toy_scenario(), SEED, 60.0, "simlab run toy.yaml --events --run", simulator)
    done = states(folder)
    left = [item for item in planned(n_samples) if item.key.run_id not in done]
    return execute(job, left, workers)


def tables(folder: Path) -> dict[str, bytes]:
    """Name to bytes of every table."""
    paths = (path for table in TABLES if (folder / table).exists() for path in (folder / table).iterdir())
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in paths}


def notes(*homes: Path) -> Counter[str]:
    """How often each run was done by the workers in these directories."""
    files = (path for home in homes for path in home.glob("done*.txt"))
    return Counter(line for path in files for line in path.read_text().splitlines())
