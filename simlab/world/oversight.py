"""Oversight: interpretability and audits, and the compute and people they take."""

from collections.abc import Callable
from typing import Annotated, NamedTuple

from annotated_types import Ge, Lt

from simlab.parameters import Params, Unit
from simlab.stage import Stage
from simlab.trace.events import OversightMetered
from simlab.world.models import Model
from simlab.world.workers.workers import Workers


class OversightParams(Params):
    """Interpretability and audits."""

    people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1")]
    """Share of the lab's people who work on oversight instead of having ideas."""
    compute_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1")]
    """Share of the lab's research compute set aside for it."""


class Audit(NamedTuple):
    """What auditing a model took, and what is known of the model by then."""

    days: float
    people_days: float
    worker_people_days: float
    features_found_fraction: float


NO_AUDIT = Audit(0.0, 0.0, 0.0, 0.0)


class Oversight:
    """One lab's interpretability and audits."""

    flaw_detection_fraction: float
    """Chance that its tools find a flaw in automated work."""

    def __init__(self, stage: Stage, params: OversightParams, workers: Workers | None, lab: int) -> None:
        raise NotImplementedError

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on."""
        raise NotImplementedError

    def resize(self, capacity_h100e: float) -> None:
        """This much compute is set aside from now on."""
        raise NotImplementedError

    def audit(self, model: Model, passed: Callable[[Model, Audit], None]) -> None:
        """Audit a released model; `passed` is told from the event loop when it may be deployed."""
        raise NotImplementedError

    def deploy(self, model: Model) -> None:
        """This model is in use from now on."""
        raise NotImplementedError

    def read_meter(self) -> OversightMetered:
        """What was done since the last reading."""
        raise NotImplementedError
