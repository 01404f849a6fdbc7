"""Reinforcement learning with verifiable reward."""

from typing import Annotated

from annotated_types import Ge, Lt

from simlab.parameters import Params, Unit


class ReinforcementParams(Params):
    """Numbers of this mechanism."""

    environment_people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1")]
    """Share of the lab's people who build environments instead of having ideas."""
