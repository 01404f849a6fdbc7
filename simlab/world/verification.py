"""Verification of automated work before it is adopted: a queue with people, audit tools and errors of its own."""

from collections.abc import Callable
from enum import IntEnum
from typing import Annotated

from annotated_types import Ge, Lt

from simlab.parameters import Params, Unit
from simlab.stage import Stage
from simlab.trace.events import VerificationMetered
from simlab.world.oversight import Oversight
from simlab.world.projects import Project
from simlab.world.workers.workers import Workers


class Verdict(IntEnum):
    """What becomes of automated work that was handed in."""

    PASSED = 0
    """Looked at, and believed."""
    REFUTED = 1
    """Looked at, and found wrong."""
    ADOPTED_UNVERIFIED = 2
    """Not looked at in time, and adopted by rule."""
    DISCARDED = 3
    """Not looked at in time, and thrown away by rule."""


class VerificationParams(Params):
    """Who verifies automated work, and how well."""

    people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1")]
    """Share of the lab's people who verify instead of having ideas."""


class Desk:
    """One lab's verifiers."""

    def __init__(
        self,
        stage: Stage,
        params: VerificationParams,
        oversight: Oversight | None,
        workers: Workers | None,
        name: str,
        lab: int,
        area_names: list[str],
    ) -> None:
        raise NotImplementedError

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on."""
        raise NotImplementedError

    def hand_in(self, project: Project, settled: Callable[[Project, Verdict], None]) -> None:
        """Queue an idea for verification; `settled` is told the verdict from the event loop, never from here."""
        raise NotImplementedError

    def withdraw(self, project: Project) -> None:
        """Take an idea out of the queue, or off a verifier's table, if it is there."""
        raise NotImplementedError

    def read_meter(self) -> VerificationMetered:
        """What was done since the last reading."""
        raise NotImplementedError
