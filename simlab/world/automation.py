"""Automated teams: AI workers that run the whole loop of research by themselves."""

from simlab.parameters import Params
from simlab.stage import Stage
from simlab.world.models import Model
from simlab.world.researchers import Researchers
from simlab.world.workers.workers import Workers


class AutomationParams(Params):
    """When and how many automated teams there are, and how they learn."""


class Automation:
    """One lab's automated teams."""

    def __init__(self, stage: Stage, params: AutomationParams, researchers: Researchers, workers: Workers) -> None:
        raise NotImplementedError

    def begin(self) -> None:
        """Start the reviews."""
        raise NotImplementedError

    def deploy(self, model: Model) -> None:
        """This model does the work from now on."""
        raise NotImplementedError
