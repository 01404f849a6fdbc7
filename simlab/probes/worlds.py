"""A world's parameters with changes by name, and the closed lab that research is probed in."""

from collections.abc import Callable, Mapping
from typing import Any

from simlab.world.build import WorldParams

Change = float | str | Mapping[str, Any] | tuple[Any, ...] | None | Callable[[float], float]
"""A new value (None leaves a group out), or what to make of the old one."""

OPTIONAL = tuple(name for name, field in WorldParams.model_fields.items() if not field.is_required())
"""Groups of parameters that a scenario may leave out."""


def changed(base: WorldParams, changes: Mapping[str, Change], labs: tuple[str, ...] = ()) -> WorldParams:
    """`base` with `changes` by dotted path, and only the labs named (all if none is)."""
    data = base.model_dump()
    for path, change in changes.items():
        _set(data, path.split("."), change)
    if labs:
        data["labs"] = {name: data["labs"][name] for name in labs}
    return WorldParams(**data)


def research_alone(base: WorldParams) -> dict[str, Change]:
    """Changes that leave people's research alone: no AI workers, no serving, and areas that raise training only.

    What is known of ideas, people and experiments was measured in such labs, so it is compared with such labs.
    """
    areas = {name: area.model_dump() for name, area in base.ideas.areas.items() if area.raises == "training"}
    return {"ideas.areas": areas, **dict.fromkeys(OPTIONAL)}


def no_growth(base: WorldParams) -> dict[str, Change]:
    """Changes by which neither people nor compute grow, and nothing happens before day 0."""
    still: dict[str, Change] = {"warm_up_days": 0.0}
    for i in range(len(base.chips.growth)):
        still[f"chips.growth.{i}.factor_per_year"] = 1.0
    for i in range(len(base.staffing.growth)):
        still[f"staffing.growth.{i}.factor_per_year"] = 1.0
    return still


def _set(data: Any, path: list[str], change: Change) -> None:
    for name in path[:-1]:
        data = data[int(name)] if name.isdigit() else data[name]
    data[path[-1]] = change(data[path[-1]]) if callable(change) else change
