"""What a run is called, and what can become of it."""

import re
from enum import StrEnum
from typing import NamedTuple

from simlab.errors import StudyError

SAMPLES_PER_PART, REPLICATES_PER_PART = 64, 4


class State(StrEnum):
    """What became of a run. Only OK has numbers."""

    OK = "ok"
    FAILED = "failed"
    """It raised an error."""
    CRASHED = "crashed"
    """It took every process down that it was given."""
    TIMED_OUT = "timed_out"
    OUT_OF_MEMORY = "out_of_memory"
    """It needed more than it may have."""
    INVALID = "invalid"
    """It recorded an infinity or a NaN."""
    LOST = "lost"
    """Its process died: of an attempt, never of a run, which was tried again."""


class RunKey(NamedTuple):
    """A run's place in its study."""

    policy: str
    sample: int
    replicate: int

    @property
    def run_id(self) -> str:
        """The run's name.

        >>> RunKey("baseline", 7, 0).run_id
        'baseline-s0007-r0'
        """
        return f"{self.policy}-s{self.sample:04d}-r{self.replicate}"

    @property
    def part(self) -> str:
        """The part that the run's rows go to: a fixed range of runs, however many are asked for.

        >>> RunKey("baseline", 100, 5).part
        'part-baseline-s0064-r4'
        """
        return f"part-{RunKey(self.policy, *self.block).run_id}"

    @property
    def block(self) -> tuple[int, int]:
        """First sample and first replicate of the run's part."""
        sample = self.sample - self.sample % SAMPLES_PER_PART
        return sample, self.replicate - self.replicate % REPLICATES_PER_PART


def parse_run_id(run_id: str) -> RunKey:
    """The key of a run by its name.

    >>> parse_run_id("slow-chips-s0007-r1")
    RunKey(policy='slow-chips', sample=7, replicate=1)

    Raises:
        StudyError: it is not the name of a run.
    """
    found = re.fullmatch(r"(.+)-s(\d+)-r(\d+)", run_id)
    if found is None:
        raise StudyError(f"{run_id!r} is not the name of a run; they look like baseline-s0007-r0")
    return RunKey(found[1], int(found[2]), int(found[3]))
