"""Toys for clusters: slow enough to be cut off, and they leave a note of each run where they were done."""

import time
from pathlib import Path
from typing import Any

import toys

from simlab.scenario import Scenario
from simlab.trace.recorder import Trace

NOTES = "done.txt"


def noted(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """A line in the working directory for each run."""
    with Path(NOTES).open("a") as file:
        file.write(f"{rest['policy']}-s{sample:04d}-r{rest['replicate']}\n")
    return toys.run(scenario, sample=sample, **rest)


def slow(scenario: Scenario, **rest: Any) -> Trace:
    """A sixth of a second each."""
    time.sleep(0.15)
    return noted(scenario, **rest)
