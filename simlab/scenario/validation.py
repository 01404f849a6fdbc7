"""The worlds of all policies, held against the rules that join several parameters."""

from collections.abc import Iterator, Mapping

from pydantic import ValidationError

from simlab.parameters import Params
from simlab.scenario.nodes import Place
from simlab.scenario.plans import Plan, fill, replaced
from simlab.scenario.problems import Problems
from simlab.scenario.swept import Swept
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


def validate_options(
    model: type[Params], plans: Mapping[str, Plan], values: Mapping[str, float], swept: Swept, problems: Problems
) -> None:
    """Note each option of a sweep's factors that contradicts the rest of the scenario, and under which policy."""
    for path, i, worlds in _options(plans, values, swept):
        for policy, data in worlds:
            if broken := _broken(model, data):
                where, text = broken[0]
                under = "" if policy == next(iter(plans)) else f" under policy {policy}"
                problems.add(swept.places[path, i], path, f"this contradicts the scenario{under}: {where}: {text}")
                break


def _options(
    plans: Mapping[str, Plan], values: Mapping[str, float], swept: Swept
) -> Iterator[tuple[str, int, Iterator[tuple[str, object]]]]:
    """For each option its factor, its number, and the worlds of the policies with it."""
    for path, switch in swept.switches.items():
        mine = [policy for policy in swept.policies if policy in switch.policies]
        for i, option in enumerate(switch.options):
            worlds = {policy: replaced(plans[policy], switch.steps, option) for policy in mine}
            yield path, i, ((policy, fill(plan, values)) for policy, plan in worlds.items())
    for path, listed in swept.listed.items():
        for i, value in enumerate(listed.values):
            chosen = {**values, path: value}
            yield path, i, ((policy, fill(plans[policy], chosen)) for policy in swept.policies)


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
