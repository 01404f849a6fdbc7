"""The worlds of all policies, held against the rules that join several parameters."""

from collections.abc import Mapping

from pydantic import ValidationError

from simlab.parameters import Params
from simlab.scenario.nodes import Place
from simlab.scenario.plans import Plan, fill
from simlab.scenario.problems import Problems
from simlab.scenario.verdict import complaints


def validate(
    model: type[Params],
    plans: Mapping[str, Plan],
    values: Mapping[str, float],
    places: Mapping[str, Place],
    problems: Problems,
) -> None:
    """Note every rule that a policy's central world breaks and the baseline does not."""
    seen: set[tuple[str, str]] = set()
    for number, (policy, plan) in enumerate(plans.items()):
        for complaint in _broken(model, fill(plan, values)):
            if complaint not in seen:
                seen.add(complaint)
                place, path = _place(complaint[0], policy if number else "", plans, places)
                problems.add(place, path, complaint[1])


def _broken(model: type[Params], data: object) -> list[tuple[str, str]]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return list(complaints(error))
    return []


def _place(path: str, policy: str, plans: Mapping[str, Plan], places: Mapping[str, Place]) -> tuple[Place, str]:
    """Where the file says what `path` below the world is about: the nearest thing that has a place."""
    steps = path.split(".") if path else []
    for n in range(len(steps), 0, -1):
        for candidate in _candidates(steps[:n], policy, plans):
            if candidate in places:
                return places[candidate], candidate
    whole = f"policies.{policy}" if policy else "world"
    return places[whole], whole


def _candidates(steps: list[str], policy: str, plans: Mapping[str, Plan]) -> list[str]:
    dotted = ".".join(steps)
    if not policy:
        return [f"world.{dotted}"]
    own = [f"policies.{policy}.set.{dotted}"]
    if steps[0] == "levers" and len(steps) > 1 and steps[1].isdigit():
        first = next(iter(plans.values()))
        number = int(steps[1]) - len(first.get("levers") or ())
        own.append(".".join([f"policies.{policy}.levers", str(number), *steps[2:]]))
    return [*own, f"policies.{policy}.{dotted}"]
