"""Sectors of work, nation by nation: what AI could do of them, and what the compute there is for does."""

from collections.abc import Callable, Sequence

from simlab.stage import Stage
from simlab.world.deployment.params import DeploymentParams


class Frontier:
    """What deployment sees of the labs."""

    def __init__(
        self,
        horizon_50_minutes: Callable[[], float],
        tokens_per_h100e_day: Callable[[], float],
        serving_h100e: Callable[[int], float],
    ) -> None:
        self.horizon_50_minutes = horizon_50_minutes
        """Of the best model deployed anywhere."""
        self.tokens_per_h100e_day = tokens_per_h100e_day
        """Output tokens an accelerator serves in a day, on that model."""
        self.serving_h100e = serving_h100e
        """Accelerators in a nation that may serve its economy."""


class Deployment:
    """All sectors in all nations."""

    def __init__(self, stage: Stage, params: DeploymentParams, nations: Sequence[str], frontier: Frontier) -> None:
        self.stage, self.params, self.nations, self.frontier = stage, params, nations, frontier

    def begin(self) -> None:
        """Open on day 0; read every month from then on."""
        raise NotImplementedError
