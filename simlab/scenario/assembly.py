"""What is kept of a file that passed: its content as plain data, and a hash of what can change outcomes."""

import json
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from hashlib import blake2b
from typing import Any

from simlab.scenario.copula import Pair
from simlab.scenario.file_shape import FORMAT
from simlab.scenario.nodes import Listing, Mapping, Node, is_record, unit_of
from simlab.scenario.plans import Plan, Slot
from simlab.scenario.records import Quantity


def plain_data(tree: Mapping, own: MappingOf[str, str], pairs: Sequence[Pair]) -> dict[str, Any]:
    """The merged file, standing alone, every unit stated. `own` is its name, title and prose.

    Of the correlations only `pairs` are kept: a number that was fixed since correlates with nothing.
    """
    head = {"format": FORMAT, **own}
    body = {key: _plain(child) for key, child in tree.children.items() if key not in (*head, "extends")}
    if "correlations" in body:
        kept = [{pair.first, pair.second} for pair in pairs]
        body["correlations"] = [entry for entry in body["correlations"] if set(entry["between"]) in kept]
    return {**{key: value for key, value in head.items() if value}, **body}


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        unit = unit_of(node) if is_record(node) else None
        stated = {} if unit is None else {"unit": unit[0]}
        return {name: _plain(child) for name, child in {**node.children, **stated}.items()}
    if isinstance(node, Listing):
        return [_plain(item) for item in node.items]
    return node.value


def fingerprint(
    head: object,
    milestones: MappingOf[str, Any],
    plans: MappingOf[str, Plan],
    quantities: MappingOf[str, Quantity],
) -> str:
    """Hash of canonical values and intervals; order, notes, sources and file names do not enter."""
    content = {
        "head": head,
        "milestones": {name: [milestone.measure, milestone.threshold] for name, milestone in milestones.items()},
        "policies": {policy: _described(plan, quantities) for policy, plan in plans.items()},
    }
    text = json.dumps(content, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _described(plan: Plan, quantities: MappingOf[str, Quantity]) -> Any:
    if isinstance(plan, Slot):
        origin = quantities[plan.origin].origin
        drawn_as = [plan.origin, origin.low, origin.high, origin.dist] if origin.dist else []
        return [origin.value, *drawn_as]
    if isinstance(plan, dict):
        return {name: _described(child, quantities) for name, child in plan.items()}
    if isinstance(plan, list):
        return [_described(child, quantities) for child in plan]
    return plan
