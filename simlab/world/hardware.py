"""Weaker chips: what a lab loses on accelerators that are slower or worse connected than its algorithms expect.

An H100e counts arithmetic. Chips of quality q, the speed at which they do what the newest algorithms ask of them
relative to the newest chips, lose a lab the weakness w = -exponent ln q, in nats of what it gets out of an H100e:

    FLOP of training and experiments    exp(-(w - s))           tokens served    exp(-fraction (w - s))

with s the gain of adopted ideas in areas that raise "hardware". The gain of a new idea there is proportional to w - s:
what is not lost cannot be won back. A lab held to weak chips therefore finds more worth in such ideas and picks more of
them, and one with the newest chips never thinks of them. A lab feels its chips when accelerators are delivered; what
its ideas win back counts from the next frontier run on.

Source of the form: a program that is bound by one part of a machine slows with that part (williams-2009).
"""

import math
from collections.abc import Callable
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.errors import WorldError
from simlab.parameters import Params, State, Unit
from simlab.stage import Stage
from simlab.world.experiments import Experiments
from simlab.world.knowledge import Knowledge
from simlab.world.models import Model

_DIGITS = 9
"""A mean of qualities is told to so many digits; what lies beyond them is rounding, not weakness."""


class HardwareParams(Params):
    """What weaker chips cost, and which labs have them."""

    loss_exponent: Annotated[float, Ge(0), Unit("1")]
    """Nats of training and experiments lost per nat of quality: 1 where all work is bound by what is weak, 0 where
    none is."""
    serving_loss_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Part of that loss that the serving of models feels."""
    quality_fractions: dict[str, Annotated[float, Gt(0), Le(1), Unit("1"), State()]]
    """By lab: speed of its accelerators for what the newest algorithms ask of them, relative to what may be shipped to
    its nation; 1 for labs that are not named."""


def weakness_nats(quality_fraction: float, p: HardwareParams) -> float:
    """What chips of this quality lose a lab whose research has won nothing back."""
    return p.loss_exponent * math.log(1.0 / quality_fraction)


class Hardware:
    """One lab's chips, as its algorithms feel them."""

    def __init__(
        self,
        stage: Stage,
        params: HardwareParams,
        knowledge: Knowledge,
        experiments: Experiments,
        name: str,
        shipped_quality: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self.stage, self.params, self.knowledge, self.experiments = stage, params, knowledge, experiments
        self.quality_fraction = self._own_quality = params.quality_fractions.get(name, 1.0)
        self._shipped_quality = shipped_quality
        knowledge.weaken(weakness_nats(self.quality_fraction, params))

    def look(self) -> bool:
        """Accelerators were delivered: whether they are of another quality, which campaigns feel from now on."""
        before, now = self.quality_fraction, self._quality()
        if now == before:
            return False
        self.quality_fraction = now
        self.knowledge.weaken(weakness_nats(now, self.params))
        self.experiments.aim(self.experiments.target_flop, self.knowledge.lost_nats)
        return True

    def serving(self, model: Model) -> Model:
        """The model as these chips serve it: the same, but for tokens per accelerator."""
        lost_nats = self.params.serving_loss_fraction * self.knowledge.lost_nats
        return model._replace(inference_gain_nats=model.inference_gain_nats - lost_nats) if lost_nats else model

    def _quality(self) -> float:
        shipped = round(self._shipped_quality(), _DIGITS)
        if not 0.0 < shipped <= 1.0:
            raise WorldError(f"accelerators of quality {shipped}", self.stage.env.now)
        return self._own_quality * shipped
