"""Levels of capability whose dates are forecast: a name, a measure, a threshold."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simlab.scenario.file_shape import MEASURES
from simlab.scenario.nodes import Node
from simlab.scenario.reader import Reader
from simlab.scenario.shapes import Shape


@dataclass(frozen=True, slots=True)
class Milestone:
    """A level of capability: reached when the first lab's `measure` is at least `threshold`."""

    title: str
    measure: str
    threshold: float
    """In the measure's own unit: minute, FLOP, nat, or none for a share."""


def read_milestones(shape: Shape, node: Node | None, reader: Reader) -> dict[str, Milestone]:
    """The milestones by name; what is wrong with them is noted with the reader."""
    before = len(reader.desk.problems.found)
    plan = None if node is None else reader.read(shape, node, "milestones")
    if len(reader.desk.problems.found) > before:
        return {}
    found = {name: _milestone(name, entry, reader) for name, entry in (plan or {}).items()}
    return {name: milestone for name, milestone in found.items() if milestone is not None}


def _milestone(name: str, entry: Mapping[str, Any], reader: Reader) -> Milestone | None:
    path = f"milestones.{name}"
    measures = [measure for measure in MEASURES if measure in entry]
    if len(measures) != 1:
        said = f"{len(measures)} measures; a milestone has exactly one of {', '.join(MEASURES)}"
        reader.add(reader.places[path], path, said)
        return None
    quantity = reader.quantities[f"{path}.{measures[0]}"]
    if quantity.spread is not None:
        said = "a milestone is a definition; it has no low and high"
        reader.add(reader.places[f"{path}.{measures[0]}"], f"{path}.{measures[0]}", said)
    return Milestone(str(entry.get("title") or name), measures[0], quantity.origin.value)
