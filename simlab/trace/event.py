"""What an event class has, and how its numbers get their words back.

Every field is a number. Some kinds of field get their words back in the tables (`simlab.tables.tidy`): an enum (its
member's name), and `LabNumber`, `AreaNumber`, `RequestNumber`, `NationNumber`, `SectorNumber` (names in the scenario;
-1 is nobody). The first field is always `time_days`, days since the scenario's start; the last word of a name is its
unit. A number that there may be none of is a `NumberOrNone`. A class with `detail = True` is kept only when the run is
asked for its full event log.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Protocol


class Event(Protocol):
    """What every event class has."""

    _fields: tuple[str, ...]
    detail: bool

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Any: ...


class Names:
    """Which list of the scenario's names a numbered field counts in."""

    def __init__(self, of: str) -> None:
        self.of = of


class OrNone:
    """That there may be no number: NaN in the event, null in the tables."""


NumberOrNone = Annotated[float, OrNone()]
LabNumber = Annotated[int, Names("lab")]
AreaNumber = Annotated[int, Names("area")]
RequestNumber = Annotated[int, Names("request")]
"""A class of requests to the fleet: the customers' in the scenario's order, then the lab's own AI workers."""
NationNumber = Annotated[int, Names("nation")]
SectorNumber = Annotated[int, Names("sector")]
"""A sector of work outside labs."""
