"""The factors of a sweep file as they are written, each with what stands at its path in the scenario."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from simlab.scenario.conversion import UnitRefusedError
from simlab.scenario.conversion import factor as times
from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar, is_record, unit_of
from simlab.scenario.overrides import put
from simlab.scenario.paths import Located, UnknownPathError, locate
from simlab.scenario.problems import Problems
from simlab.scenario.records import FIELDS
from simlab.scenario.shapes import Group, Number, Patches, Shape, without_optional
from simlab.scenario.spelling import closest
from simlab.scenario.sweep_shape import FACTORS, HELD, UNCERTAIN

VALUES = "values"
VALUES_FIELDS = (VALUES, "unit", "note")
WAYS = "{low: ..., high: ...}, {values: [...]}, a list of options, or held"


class Entry(NamedTuple):
    """A factor as it is written: its path, where, and what is said of it (None: only the path)."""

    path: str
    place: Place
    said: Node | None

    @property
    def is_held(self) -> bool:
        """Whether it stays at its own value."""
        return isinstance(self.said, Scalar) and self.said.text == HELD

    @property
    def is_interval(self) -> bool:
        """Whether the sweep gives a number an interval of its own."""
        return isinstance(self.said, Mapping) and VALUES not in self.said.children


@dataclass(frozen=True, slots=True)
class Found:
    """A factor and what stands at its path."""

    entry: Entry
    shape: Shape
    """Without the option of leaving it out."""
    about: str
    node: Node | None
    steps: tuple[str, ...]
    can_be_left_out: bool


def is_all_uncertain(node: Node | None) -> bool:
    """Whether the factors are all that is uncertain in the scenario."""
    return isinstance(node, Scalar) and node.text == UNCERTAIN


def read_entries(node: Node | None, problems: Problems) -> list[Entry]:
    """The factors in their order; what is no factor is noted."""
    if node is None or is_all_uncertain(node):
        return []
    if not isinstance(node, Listing):
        said = f"a list of factors is expected here ('- ' before each), or '{UNCERTAIN}' for all that is uncertain"
        meant = closest(node.text, [UNCERTAIN]) if isinstance(node, Scalar) else None
        problems.add(node.place, FACTORS, said, meant)
        return []
    if not node.items:
        problems.add(node.place, FACTORS, f"no factors; name what is to be varied, or write '{UNCERTAIN}'")
    return [entry for item in node.items for entry in _entry(item, problems)]


def _entry(item: Node, problems: Problems) -> Iterator[Entry]:
    if isinstance(item, Scalar) and isinstance(item.value, str):
        yield Entry(item.text, item.place, None)
    elif isinstance(item, Mapping) and len(item.children) == 1:
        [(path, said)] = item.children.items()
        yield Entry(path, item.keys[path], said)
    elif isinstance(item, Mapping):
        problems.add(item.place, FACTORS, "several names in one factor; begin each factor with '- ' on its own line")
    else:
        problems.add(item.place, FACTORS, f"a path like world.plan.review_days is expected here, alone or with {WAYS}")


def find(entry: Entry, shape: Group, tree: Mapping, problems: Problems) -> Found | None:
    """What stands at the factor's path; None, and a problem noted, where there is nothing that could be varied."""
    try:
        found = _located(shape, tree, entry.path)
    except UnknownPathError as error:
        problems.add(entry.place, entry.path, error.text, error.meant)
        return None
    if found.steps[0] not in ("world", "policies") or (found.steps[0] == "policies" and len(found.steps) < 4):
        said = "no factor; what can be varied are numbers, words and optional groups of the world or of a policy"
        problems.add(entry.place, entry.path, said)
        return None
    without = without_optional(found.shape)
    return Found(entry, without, found.about, found.node, found.steps, without is not found.shape)


def _located(shape: Group, tree: Mapping, path: str) -> Located:
    """As `locate`, and also through what a policy sets."""
    found = locate(shape, tree, path)
    if not isinstance(found.shape, Patches) or len(found.steps) < 4:
        return found
    world = locate(shape.fields["world"].shape, tree.children.get("world"), found.steps[3])
    return replace(found, shape=world.shape, about=world.about)


def with_interval(found: Found, tree: Mapping, problems: Problems) -> Mapping:
    """The tree with the sweep's own interval of a number in it."""
    entry, record = found.entry, found.entry.said
    if not isinstance(found.shape, Number) or not isinstance(record, Mapping):
        return tree
    known = (*FIELDS, VALUES)
    unknown = [name for name in record.children if name not in known]
    for name in unknown:
        meant = closest(name, ("low", "high", VALUES, *FIELDS))
        problems.add(record.keys[name], f"{entry.path}.{name}", f"unknown name '{name}'; write {WAYS}", meant)
    if unknown or not {"low", "high"} & set(record.children):
        if not unknown:
            problems.add(record.place, entry.path, f"neither low and high nor values; write {WAYS}")
        return tree
    whole = _around_its_own(found, record)
    if whole is not record and not _is_between(whole):
        value = whole.children["value"]
        said = (
            f"the scenario's own value, {value.text if isinstance(value, Scalar) else ''}, is not between low and high"
        )
        problems.add(record.place, entry.path, f"{said}; say the interval's own: value: ...")
        return tree
    return put(tree, found.steps, whole)


def _around_its_own(found: Found, record: Mapping) -> Mapping:
    """The record with the scenario's own value where it gives none."""
    own = found.node
    if "value" in record.children or not isinstance(own, Mapping) or not is_record(own):
        return record
    value = _converted(own, record, found.shape.unit if isinstance(found.shape, Number) else "")
    return replace(record, children={"value": value, **record.children}, keys={"value": record.place, **record.keys})


def _is_between(record: Mapping) -> bool:
    """Whether the value lies between low and high; what cannot be compared is told where the record is read."""
    low, value, high = (_comparable(record.children.get(name)) for name in ("low", "value", "high"))
    return low is None or value is None or high is None or low > high or low <= value <= high


def _comparable(node: Node | None) -> float | None:
    value = node.value if isinstance(node, Scalar) else None
    if isinstance(value, date):
        return float(value.toordinal())
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _converted(own: Mapping, record: Mapping, canonical: str) -> Node:
    """The own value in the unit of the new record."""
    value, units = own.children["value"], [_unit(own, canonical), _unit(record, _unit(own, canonical))]
    if not isinstance(value, Scalar) or isinstance(value.value, bool | str | None):
        return value
    place = record.place
    if units[0] == units[1] or not isinstance(value.value, int | float):
        return replace(value, place=place)
    try:
        number = value.value * times(units[0], canonical) / times(units[1], canonical)
    except UnitRefusedError:  # told where the record is read
        number = value.value
    return Scalar(place, f"{number:.12g}", number)


def _unit(record: Mapping, otherwise: str) -> str:
    found = unit_of(record)
    return found[0].text if found is not None and isinstance(found[0], Scalar) else otherwise
