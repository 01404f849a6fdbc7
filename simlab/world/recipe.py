"""The recipe of a frontier run: how large a model, on which text, with how much reinforcement learning."""

from typing import NamedTuple

from simlab.stage import Stage
from simlab.world.reinforcement import ReinforcementParams
from simlab.world.scaling import ScalingParams
from simlab.world.sizing import SizingParams
from simlab.world.text import TextParams


class Recipe(NamedTuple):
    """What a run trains, and what its choices cost or bring in effective compute."""

    n_active_parameters: float
    n_tokens: float
    text_penalty_nats: float
    """At least 0."""
    size_penalty_nats: float
    """At least 0."""
    reinforcement_gain_nats: float
    """Relative to the model of day 0."""

    @property
    def gain_nats(self) -> float:
        """All of it: what is added to the effective compute of the run."""
        return self.reinforcement_gain_nats - self.text_penalty_nats - self.size_penalty_nats


class Recipes:
    """One lab's choices. Each part is None where the scenario leaves it out."""

    def __init__(
        self,
        stage: Stage,
        text: TextParams | None,
        sizing: SizingParams | None,
        reinforcement: ReinforcementParams | None,
        scaling: ScalingParams,
        initial_run_flop: float,
    ) -> None:
        raise NotImplementedError

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on."""
        raise NotImplementedError

    def choose(self, run_flop: float, run_h100e_days: float, serving_h100e: float) -> Recipe:
        """The recipe of a run that starts now, for a lab whose fleet is busy with `serving_h100e`."""
        raise NotImplementedError

    def initial(self) -> Recipe:
        """The recipe of the model of day 0: it is the reference, so nothing is gained or lost."""
        raise NotImplementedError
