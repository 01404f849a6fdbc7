"""What is known about one path of a scenario: the number, its range, who says so, what it replaced."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from simlab.errors import ScenarioError
from simlab.scenario.design import Factor
from simlab.scenario.origins import Origin
from simlab.scenario.scenario import Scenario
from simlab.scenario.sources import SPECIAL, SourceEntry
from simlab.scenario.spelling import closest
from simlab.scenario.writing import range_said, said, value_said


def explain(scenario: Scenario, path: str, sources: Mapping[str, SourceEntry]) -> str:
    """A few lines about the number, word or group at `path`; the end of a path is enough where only one has it.

    Raises ScenarioError where there is no such path, or several.
    """
    numbers = {origin.path: origin for origin in scenario.origins}
    everything = {**words(scenario.resolved()), **{name: value_said(o, scenario) for name, o in numbers.items()}}
    below = [name for name in everything if name.startswith(f"{path}.")]
    if below and path not in everything:
        rows = [f"  {name.removeprefix(path + '.')}: {everything[name]}" for name in below]
        return "\n".join([path, *_swept(path, scenario), *rows])
    found = _the_one(path, everything)
    if found not in numbers:
        return "\n".join([f"{found}: {everything[found]}", *_swept(found, scenario)])
    return "\n".join([found, *_lines(numbers[found], scenario, sources), *_swept(found, scenario)])


def _swept(path: str, scenario: Scenario) -> list[str]:
    """What a sweep does with what stands at a path."""
    if not scenario.is_sweep or path.partition(".")[0] not in ("world", "policies"):
        return []
    factors = scenario.design.factors
    place = next((i for i, factor in enumerate(factors) if factor.path == path), None)
    return [f"  {'sweep':<11}{_done_with(factors[place], place, scenario)}" if place is not None else _NOT_SWEPT]


_NOT_SWEPT = f"  {'sweep':<11}no factor: as it is in every run"


def _done_with(factor: Factor, place: int, scenario: Scenario) -> str:
    which = f"factor {place + 1} of {len(scenario.design.factors)}"
    if factor.is_held:
        return f"{which}, held at its own value"
    options = scenario.options.get(factor.path, ())
    tried = ", ".join(option if isinstance(option, str) else f"{option:g}" for option in options)
    return f"{which}: {tried}" if tried else f"{which}, varied over its range"


def _the_one(path: str, everything: Mapping[str, str]) -> str:
    if path in everything:
        return path
    ending = [name for name in everything if name.endswith(f".{path}")]
    if len(ending) > 1:
        raise ScenarioError([f"{path}: several paths end so: {', '.join(ending)}"])
    if ending:
        return ending[0]
    last = {name.rsplit(".", 1)[-1]: name for name in everything}
    end = path.rsplit(".", 1)[-1]
    alike = closest(end, last) or next((name for name in last if end in name), "")
    near = closest(path, everything) or last.get(alike)
    raise ScenarioError([f"{path}: there is no such path" + (f". Did you mean '{near}'?" if near else "")])


def _lines(origin: Origin, scenario: Scenario, sources: Mapping[str, SourceEntry]) -> list[str]:
    written = said(origin.written.value, origin.written.unit)
    value = value_said(origin, scenario)
    rows = [
        ("", origin.about),
        ("value", value if written == value else f"{value} (written {written})"),
        ("range", _range(origin, scenario)),
        ("source", _source(origin.source, sources)),
        ("as of", _day(origin.as_of)),
        ("known since", _day(origin.known_since)),
        ("note", origin.note),
        ("set in", f"{origin.file}:{origin.line}"),
        *(("instead of", _replaced(earlier, scenario)) for earlier in origin.overrode),
    ]
    return [f"  {name:<11}{text}" if name else f"  {text}" for name, text in rows if text]


def _range(origin: Origin, scenario: Scenario) -> str:
    interval = range_said(origin, scenario)
    return f"{interval} (80% interval, {origin.dist})" if interval else "none: the same in every draw"


def _source(key: str, sources: Mapping[str, SourceEntry]) -> str:
    meaning = SPECIAL.get(key) or (sources[key].cite() if key in sources else "")
    return f"{key}: {meaning}" if meaning else key


def _day(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _replaced(earlier: Origin, scenario: Scenario) -> str:
    interval = range_said(earlier, scenario)
    range_ = f" ({interval})" if interval else ""
    return f"{value_said(earlier, scenario)}{range_}, {earlier.source}, {earlier.file}:{earlier.line}"


def words(data: Any, path: str = "") -> dict[str, str]:
    """Everything in the file that is neither a number with an origin nor a group, by path."""
    if isinstance(data, Mapping):
        if "value" in data:
            return {}
        children = data.items()
    elif isinstance(data, list):
        children = [(str(i), item) for i, item in enumerate(data)]
    else:
        return {path: str(data)}
    found: dict[str, str] = {}
    for name, child in children:
        found.update(words(child, f"{path}.{name}" if path else str(name)))
    return found
