"""The stage every actor stands on: clock, luck, notebook. Three fields, and it stays three."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import simpy
from simpy.events import NORMAL

from simlab.randomness import Streams
from simlab.trace.recorder import Trace


class Alarm:
    """A re-armed event: its owner sets it again and again, and no object is made for a firing.

    It goes through SimPy's public `env.schedule` and carries the two attributes that `Environment.step` reads,
    `callbacks` and `_ok`; tests/test_stage.py holds SimPy to that contract.
    """

    __slots__ = ("_ok", "callbacks", "fire", "owner")

    def __init__(self, fire: Callable[["Alarm"], None], owner: Any = None) -> None:
        self.fire = (fire,)
        """What its callbacks are while it is set; SimPy takes them away when it fires."""
        self._ok = True
        self.callbacks: Any = None
        self.owner = owner

    def cancel(self) -> None:
        """Make the pending firing do nothing. Setting the alarm again needs a new one while the old is pending."""
        self.fire = self.callbacks = ()


@dataclass(frozen=True, slots=True)
class Stage:
    """What everybody is given: the clock, the luck and the notebook."""

    env: simpy.Environment
    streams: Streams
    trace: Trace

    def set(self, alarm: Alarm, delay_days: float) -> None:
        """Let `alarm` fire after `delay_days`. Raises ValueError for a negative delay."""
        if not delay_days >= 0.0:
            raise ValueError(f"an alarm cannot fire {delay_days} days from now")
        alarm.callbacks = alarm.fire
        self.env.schedule(alarm, NORMAL, delay_days)  # pyright: ignore[reportArgumentType]

    def after(self, delay_days: float, fire: Callable[[Alarm], None], owner: Any = None) -> Alarm:
        """Call ``fire(alarm)`` after `delay_days`; `alarm.owner` is `owner`. Returns the alarm, to cancel it."""
        alarm = Alarm(fire, owner)
        self.set(alarm, delay_days)
        return alarm
