"""What a scenario says otherwise than the lock of an earlier study does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple, cast

from ruamel.yaml import YAML

from simlab.scenario import Origin, Scenario, Written
from simlab.scenario.differences import Difference, differences

SHOWN = 3
"""So many changes are told; the others are counted."""

_ONLY_WORDS = ("study.", "milestones.")
"""Words below these are titles, or say how many runs are wanted."""


class Change(NamedTuple):
    """One path at which something that decides results is different."""

    path: str
    before: str
    now: str

    @property
    def told(self) -> str:
        """The change in words."""
        if not self.before:
            return f"{self.path} is new: {self.now}"
        return f"{self.path} was {self.before}, {f'is {self.now}' if self.now else 'is gone'}"

    def touches(self, policy: str) -> bool:
        """Whether it is, by its path, the policy's own affair or everybody's."""
        return self.path.startswith(f"policies.{policy}.") or not self.path.startswith("policies.")


@dataclass(frozen=True, slots=True)
class _Locked:
    """As much of the scenario that a lock describes as a comparison needs."""

    start: date
    origins: tuple[Origin, ...]
    tree: Mapping[str, Any]

    def resolved(self) -> Mapping[str, Any]:
        return self.tree


def read(text: str) -> dict[str, Any]:
    """A lock as nested plain data."""
    return YAML(typ="safe", pure=True).load(text)


def changes(lock: Mapping[str, Any], scenario: Scenario) -> list[Change]:
    """What decides results and is not as the lock says. Sources, notes and titles decide nothing."""
    before = _Locked(_day(lock["start"]), tuple(map(_origin, lock["origins"])), lock["scenario"])
    found = (_change(difference) for difference in differences(cast(Scenario, before), scenario))
    return [change for change in found if change.before != change.now and not change.path.startswith(_ONLY_WORDS)]


def _origin(entry: Mapping[str, Any]) -> Origin:
    names = ("path", "value", "unit", "source", "low", "high", "dist", "note", "file", "line")
    return Origin(**{name: entry[name] for name in names}, written=Written(entry["value"], entry["unit"]))


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _change(difference: Difference) -> Change:
    return Change(difference.path, *(_without_source(said) for said in (difference.first, difference.second)))


def _without_source(said: str) -> str:
    return said.rpartition(", ")[0] or said


def told(found: list[Change]) -> str:
    """The first changes in words, and how many more there are.

    >>> told([Change("world.labs", "3", "4")])
    'world.labs was 3, is 4'
    """
    more = f"; and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return "; ".join(change.told for change in found[:SHOWN]) + more
