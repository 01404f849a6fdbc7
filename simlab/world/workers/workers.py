"""A lab's AI workers: tokens become work, as far as the work is short enough to be trusted to them."""

from typing import Annotated

from annotated_types import Ge, Le

from simlab.parameters import Params, Unit
from simlab.stage import Stage
from simlab.trace.events import WorkersMetered
from simlab.world.capability import CapabilityParams
from simlab.world.inference.fleet import Fleet
from simlab.world.models import Model
from simlab.world.projects import Project, Stage7
from simlab.world.thinking import ThinkingParams
from simlab.world.workers.help import Help


class WorkersParams(Params):
    """AI workers."""

    fleet_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the fleet meant for them on day 0."""


class Workers:
    """One lab's AI workers."""

    def __init__(
        self,
        stage: Stage,
        params: WorkersParams,
        thinking: ThinkingParams | None,
        capability: CapabilityParams,
        fleet: Fleet,
        name: str,
        lab: int,
        area_names: list[str],
    ) -> None:
        raise NotImplementedError

    def begin(self) -> None:
        """Start the reviews."""
        raise NotImplementedError

    def deploy(self, model: Model) -> None:
        """This model does the work from now on."""
        raise NotImplementedError

    def help(self, step: Stage7, *, alone: bool) -> Help:
        """What they make of a step now: beside people, or alone in an automated team."""
        raise NotImplementedError

    def work(self, project: Project, step: Stage7, people_days: float, flaw_fraction: float) -> None:
        """Do so much of the idea's step, and perhaps leave a flaw in it."""
        raise NotImplementedError

    def read_meter(self) -> WorkersMetered:
        """What was done since the last reading."""
        raise NotImplementedError
