"""Which runs are asked for: policies x points of the design x replicates, and what plan.json remembers of it.

Nobody holds all runs of a plan: they follow from the plan one by one.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from simlab.errors import StudyError
from simlab.sweep.files import write_text
from simlab.sweep.runs import REPLICATES_PER_PART, SAMPLES_PER_PART, RunKey, parse_run_id

FILE = "plan.json"


class Plan(NamedTuple):
    """What was asked for at a time."""

    policies: tuple[str, ...]
    n: int
    """The size of the design, as its kind counts it."""
    n_points: int
    n_replicates: int

    @property
    def n_runs(self) -> int:
        """How many runs that is."""
        return len(self.policies) * self.n_points * self.n_replicates

    def blocks(self) -> Iterator[tuple[range, range]]:
        """Points and replicates of each block of parts, in order."""
        starts = range(0, self.n_points, SAMPLES_PER_PART), range(0, self.n_replicates, REPLICATES_PER_PART)
        for sample, replicate in product(*starts):
            samples = range(sample, min(sample + SAMPLES_PER_PART, self.n_points))
            yield samples, range(replicate, min(replicate + REPLICATES_PER_PART, self.n_replicates))

    def runs(self) -> Iterator[RunKey]:
        """The runs in the order of their parts.

        Policies take turns part by part: a study cut off early has tried them all on the same points.

        >>> [key.run_id for key in Plan(("a", "b"), 1, 1, 2).runs()]
        ['a-s0000-r0', 'a-s0000-r1', 'b-s0000-r0', 'b-s0000-r1']
        """
        for samples, replicates in self.blocks():
            yield from (RunKey(*key) for key in product(self.policies, samples, replicates))

    def holds(self, key: RunKey) -> bool:
        """Whether this run is asked for."""
        return key.policy in self.policies and key.sample < self.n_points and key.replicate < self.n_replicates

    def holds_id(self, run_id: str) -> bool:
        """The same of a run by its name."""
        return self.holds(parse_run_id(run_id))

    def covers(self, other: "Plan") -> bool:
        """Whether all runs of the other are among its own."""
        grows = self.n_points >= other.n_points and self.n_replicates >= other.n_replicates
        return grows and set(self.policies) >= set(other.policies)


def all_runs(plans: Sequence[Plan]) -> Iterator[RunKey]:
    """The runs of all plans, each once."""
    for number, plan in enumerate(plans):
        yield from (key for key in plan.runs() if not any(earlier.holds(key) for earlier in plans[:number]))


def n_runs(plans: Sequence[Plan]) -> int:
    """How many runs the plans have together, each counted once.

    >>> n_runs([Plan(("a",), 2, 2, 1), Plan(("a",), 1, 1, 3)])
    4
    """
    policies = {policy for plan in plans for policy in plan.policies}
    return sum(_n_runs([plan for plan in plans if policy in plan.policies]) for policy in policies)


def _n_runs(plans: Sequence[Plan]) -> int:
    """Of one policy: what plans of ever fewer points add in replicates."""
    total, n_replicates = 0, 0
    for plan in sorted(plans, key=lambda plan: -plan.n_points):
        total += plan.n_points * max(plan.n_replicates - n_replicates, 0)
        n_replicates = max(n_replicates, plan.n_replicates)
    return total


def remember(folder: Path, plan: Plan) -> None:
    """Write plan.json: this plan, and of the earlier ones those that ask for other runs."""
    path = folder / FILE
    earlier = [other for other in (read_plans(folder) if path.exists() else []) if not plan.covers(other)]
    text = json.dumps(plan._asdict() | {"earlier": [other._asdict() for other in earlier]}, indent=2)
    write_text(f"{text}\n", path)


def read_plans(folder: Path) -> list[Plan]:
    """What was asked of the study in `folder`, the last first.

    Raises:
        StudyError: nothing was, or what is there cannot be read.
    """
    path = folder / FILE
    if not path.is_file():
        raise StudyError(f"{folder}: no {FILE} here, so this is not a study")
    try:
        last = json.loads(path.read_text(encoding="utf-8"))
        return [_plan(last), *map(_plan, last.get("earlier", ()))]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudyError(f"{path}: {error} is missing or malformed") from error


def _plan(entry: dict[str, object]) -> Plan:
    policies, *counts = (entry[name] for name in Plan._fields)
    if not isinstance(policies, list):
        raise TypeError("policies")
    return Plan(tuple(map(str, policies)), *(int(str(count)) for count in counts))
