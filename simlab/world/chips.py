"""The accelerators that arrive at a lab.

Where there is a market, it says what a lab has; a scenario without one follows a dated schedule: a lab's stock grows by
a factor per year that changes at given dates, and arrives in lots. What a lab may run can be capped by levers.
"""

import math
from collections.abc import Callable
from typing import Annotated

from annotated_types import Gt

from simlab.parameters import Params, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import ComputeDelivered
from simlab.world.growth import Paces, growth_nats
from simlab.world.standing import Standing


class ChipsParams(Params):
    """Deliveries where there is no market."""

    growth: Paces
    """How a lab's stock of accelerators grows, period by period, in order of date."""
    delivery_interval_days: Annotated[float, Gt(0), Unit("day")]
    """Days from one lot to the next."""


class Deliveries:
    """One lab's accelerators: what it owns by schedule, and what it may use."""

    def __init__(
        self,
        stage: Stage,
        params: ChipsParams,
        lab: int,
        initial_h100e: float,
        relative_growth: float,
        *,
        by_schedule: bool = True,
    ) -> None:
        self.stage, self.params, self.lab = stage, params, lab
        self.initial_h100e, self.relative_growth = initial_h100e, relative_growth
        self.by_schedule = by_schedule
        self.caps_h100e = Standing(self._update)
        """By lever: accelerators that the lab may use at most."""
        self.usable_h100e = initial_h100e
        self._arrived_h100e = initial_h100e
        self._use: Callable[[float], None] | None = None

    def begin(self, use: Callable[[float], None]) -> None:
        """Use what there is, and from day 0 on what arrives; `use` is told the usable accelerators at each change."""
        self._use, self._arrived_h100e = use, self.initial_h100e
        use(self.initial_h100e)
        self.stage.after(max(-self.stage.env.now, 0.0), self._arrive if self.by_schedule else self._open)

    def receive(self, h100e: float) -> None:
        """Have so many accelerators from now on: the market's word."""
        self._arrived_h100e = h100e
        self._update()

    @property
    def scheduled_h100e(self) -> float:
        """The stock that the schedule has for today."""
        grown = self.relative_growth * growth_nats(self.params.growth, self.stage.env.now)
        return self.initial_h100e * math.exp(grown)

    def _open(self, alarm: Alarm) -> None:
        """Day 0, where a market brings what comes later."""
        del alarm
        self._update()

    def _arrive(self, alarm: Alarm) -> None:
        self._arrived_h100e = self.scheduled_h100e
        self._update()
        self.stage.set(alarm, self.params.delivery_interval_days)

    def _update(self) -> None:
        before, self.usable_h100e = self.usable_h100e, self.caps_h100e.least(self._arrived_h100e)
        now = self.stage.env.now
        self.stage.trace.record(ComputeDelivered(now, self.lab, self.usable_h100e - before, self.usable_h100e))
        if self._use is not None:
            self._use(self.usable_h100e)
