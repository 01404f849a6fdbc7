"""A lab's plan: how it divides its compute over training, experiments, its own AI workers, customers and oversight."""

from collections.abc import Callable
from typing import NamedTuple

from simlab.parameters import Params
from simlab.stage import Stage
from simlab.trace.events import PlanChanged


class PlanParams(Params):
    """How a lab moves compute toward what binds."""


class Shares(NamedTuple):
    """Parts of the usable accelerators; they add up to 1."""

    frontier: float
    experiments: float
    workers: float
    customers: float
    oversight: float

    @property
    def research(self) -> float:
        """What the research cluster gets: all that neither serves nor oversees."""
        return 1.0 - self.fleet - self.oversight

    @property
    def fleet(self) -> float:
        """What serves models."""
        return self.workers + self.customers


class Plan:
    """One lab's division of its compute: fixed where `params` is None, else moved at every review."""

    def __init__(self, stage: Stage, params: PlanParams | None, lab: int, shares: Shares) -> None:
        self.stage, self.params, self.lab, self.shares = stage, params, lab, shares

    def begin(self, divide: Callable[[], None]) -> None:
        """Follow the plan from now on; `divide` is called when the shares have changed."""
        del divide
        self.stage.after(max(-self.stage.env.now, 0.0), lambda alarm: self.tell())

    def tell(self) -> None:
        """Write down the shares as they stand."""
        self.stage.trace.record(PlanChanged(self.stage.env.now, self.lab, *self.shares))
