"""What two scenarios say differently."""

from collections.abc import Iterator
from dataclasses import dataclass

from simlab.scenario.explain import words
from simlab.scenario.origins import Origin
from simlab.scenario.scenario import Scenario
from simlab.scenario.writing import range_said, value_said

_NAMES = ("name", "title", "about")


@dataclass(frozen=True, slots=True)
class Difference:
    """One path; what the first and the second scenario have there, empty where one has nothing."""

    path: str
    first: str
    second: str


def differences(a: Scenario, b: Scenario) -> list[Difference]:
    """Every path at which the two differ in value, range, reading of the range, or source."""
    return [*_of_words(a, b), *_of_numbers(a, b)]


def _of_words(a: Scenario, b: Scenario) -> Iterator[Difference]:
    numbers = {origin.path for scenario in (a, b) for origin in scenario.origins}
    first, second = words(a.resolved()), words(b.resolved())
    for path in [*first, *(path for path in second if path not in first)]:
        if path not in numbers and path not in _NAMES and first.get(path) != second.get(path):
            yield Difference(path, first.get(path, ""), second.get(path, ""))


def _of_numbers(a: Scenario, b: Scenario) -> Iterator[Difference]:
    first = {origin.path: origin for origin in a.origins}
    second = {origin.path: origin for origin in b.origins}
    for path in [*first, *(path for path in second if path not in first)]:
        one, two = first.get(path), second.get(path)
        if one is None or two is None or _content(one) != _content(two):
            yield Difference(path, _shown(one, a), _shown(two, b))


def _content(origin: Origin) -> tuple[object, ...]:
    return origin.value, origin.low, origin.high, origin.dist, origin.source


def _shown(origin: Origin | None, scenario: Scenario) -> str:
    if origin is None:
        return ""
    interval = range_said(origin, scenario)
    return f"{value_said(origin, scenario)}{f' ({interval})' if interval else ''}, {origin.source}"
