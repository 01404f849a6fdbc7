"""A driver of a sweep of toys: ``python drive.py FOLDER N_SAMPLES``. Goes on where it was; prints how many it did."""

import sys
from pathlib import Path

import toys

from simlab.sweep import store
from simlab.sweep.execute import Workers, execute


def main(folder: Path, n_samples: int) -> None:
    """Do what is missing, on two workers."""
    store.remove_drafts(folder)
    store.settle(folder)
    done = store.states(folder)
    left = [planned for planned in toys.planned(n_samples, toys.BOTH) if planned.key.run_id not in done]
    entries = list(execute(toys.job(folder, "counted_brief"), left, Workers(2)))
    sys.stdout.write(f"{len(entries)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
