"""Numbers and whole scenarios as text."""

from collections.abc import Mapping
from datetime import date, timedelta
from io import StringIO
from typing import Any

from simlab.scenario.origins import Origin
from simlab.scenario.scenario import Scenario
from simlab.scenario.sweep_shape import HEAD, SWEEPS


def as_yaml(data: Mapping[str, Any]) -> str:
    """Nested plain data as YAML, each record on a line of its own."""
    from ruamel.yaml import YAML  # noqa: PLC0415 -- only where something is written

    yaml = YAML(typ="safe", pure=True)
    yaml.default_flow_style = None  # innermost mappings and lists in braces and brackets
    yaml.sort_base_mapping_type_on_output = False  # pyright: ignore[reportAttributeAccessIssue]
    yaml.width = 1000
    yaml.allow_unicode = True
    text = StringIO()
    yaml.dump(dict(data), text)
    return text.getvalue()


def as_file(scenario: Scenario) -> str:
    """The scenario as the text of one file; of a sweep its own file, with the scenario it sweeps written out."""
    data = scenario.resolved()
    if "sweep" not in data:
        return as_yaml(data)
    head = {name: data.pop(name) for name in HEAD if name in data}
    own = data.pop("sweep")
    return as_yaml({**head, SWEEPS: data, **own})


def number(value: float) -> str:
    """A number with at most six significant digits: 30.4375, 386000, 3.8e+25."""
    if value == 0 or 1e-4 <= abs(value) < 1e7:
        return f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}"
    return f"{value:.4g}"


def said(value: float | date, unit: str) -> str:
    """A value with its unit: "30 day", "0.5", "2027-01-01"."""
    if isinstance(value, date):
        return value.isoformat()
    return number(value) if unit == "1" else f"{number(value)} {unit}"


def value_said(origin: Origin, scenario: Scenario) -> str:
    """The canonical value of a number; a date as a date."""
    return _day(origin.value, scenario) if origin.unit == "date" else said(origin.value, origin.unit)


def range_said(origin: Origin, scenario: Scenario) -> str:
    """The 80% interval of a number, empty without one."""
    if origin.low is None or origin.high is None:
        return ""
    if origin.unit == "date":
        return f"{_day(origin.low, scenario)} to {_day(origin.high, scenario)}"
    return f"{number(origin.low)} to {said(origin.high, origin.unit)}"


def _day(days: float, scenario: Scenario) -> str:
    return (scenario.start + timedelta(days=round(days))).isoformat()
