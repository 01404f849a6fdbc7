"""Scaffolding: prompts, tools and orchestration around a model, which lose their worth as models learn to do without.

The factor on the horizon is 1 + (gain - 1) / (1 + h50 / reference): all of the gain for a weak model, none for one far
beyond the reference. Source: redpoint-2024 (scaffolding of weak models is what stronger ones do by themselves).
"""

from typing import Annotated

from annotated_types import Ge, Gt

from simlab.parameters import Params, Unit


class ScaffoldingParams(Params):
    """What is built around a model, and until when it helps."""

    horizon_gain: Annotated[float, Ge(1), Unit("1")]
    """Factor on the horizon of a weak model, over the plain scaffold with which horizons are measured."""
    fading_horizon_minutes: Annotated[float, Gt(0), Unit("minute")]
    """50% horizon at which half of that gain is gone."""


def scaffolded_minutes(horizon_50_minutes: float, p: ScaffoldingParams) -> float:
    """50% horizon of a model in its scaffold."""
    return horizon_50_minutes * horizon_factor(horizon_50_minutes, p)


def horizon_factor(horizon_50_minutes: float, p: ScaffoldingParams) -> float:
    """What the scaffold multiplies the horizon with: falls from `horizon_gain` to 1 as models improve."""
    return 1.0 + (p.horizon_gain - 1.0) / (1.0 + horizon_50_minutes / p.fading_horizon_minutes)
