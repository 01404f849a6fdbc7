"""The world of one policy as nested plain data with slots where numbers go, and how to fill them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from simlab.scenario.records import Quantity

Plan: TypeAlias = Any
"""dict, list or plain value; a Slot stands for a number."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a number. `origin` is its path in the file, `used_as` its path in the world."""

    origin: str
    used_as: str


def fill(plan: Plan, values: Mapping[str, float]) -> Any:
    """The plan with each slot replaced by the value of its origin."""
    if isinstance(plan, Slot):
        return values[plan.origin]
    if isinstance(plan, dict):
        return {name: fill(child, values) for name, child in plan.items()}
    if isinstance(plan, list):
        return [fill(child, values) for child in plan]
    return plan


def slots(plan: Plan) -> Iterator[Slot]:
    """Every slot of a plan, in order."""
    if isinstance(plan, Slot):
        yield plan
    for child in plan.values() if isinstance(plan, dict) else plan if isinstance(plan, list) else ():
        yield from slots(child)


def replaced(plan: Plan, steps: tuple[str, ...], new: Plan) -> Plan:
    """A plan that differs in the one place that `steps` lead to; everything else is shared."""
    if not steps:
        return new
    first, rest = steps[0], steps[1:]
    if isinstance(plan, list):
        number = int(first)
        return [replaced(child, rest, new) if i == number else child for i, child in enumerate(plan)]
    group = plan or {}
    return {**group, first: replaced(group.get(first), rest, new)}


def at(plan: Plan, steps: tuple[str, ...]) -> Plan:
    """What stands where `steps` lead to; None where nothing does."""
    for step in steps:
        below = plan.get(step) if isinstance(plan, dict) else None
        plan = plan[int(step)] if isinstance(plan, list) else below
    return plan


def central(quantities: Mapping[str, Quantity]) -> dict[str, float]:
    """The central value of every number."""
    return {path: quantity.origin.value for path, quantity in quantities.items()}
