"""Hashes of what can change outcomes: those of one policy's runs, and those of a whole study.

Canonical values and intervals enter; order, comments, notes, sources, titles and file names do not, and neither does
how many points or replicates are asked for: a larger study begins with the smaller one. An interval enters where the
design draws from it. Of the design enters what moves a point: its kind and its factors, in order where the order says
which dimension is whose; in the designs without blocks only the factors that the policy's own world has.
"""

import json
from collections.abc import Mapping
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from simlab.scenario.design import GRID, LATIN_HYPERCUBE, MORRIS, SOBOL, DesignSpec
from simlab.scenario.plans import Plan, Slot, slots
from simlab.scenario.ranges import Listed
from simlab.scenario.records import Quantity

if TYPE_CHECKING:
    from simlab.scenario.scenario import Parts


def fingerprint(head: object, design: DesignSpec, parts: "Parts") -> str:
    """Hash of everything that can change an outcome under any of the policies; `head` is what they have in common."""
    return _hashed({policy: _content(policy, head, design, parts) for policy in parts.plans})


def policy_fingerprint(policy: str, head: object, design: DesignSpec, parts: "Parts") -> str:
    """Hash of everything that can change an outcome under one policy."""
    return _hashed(_content(policy, head, design, parts))


def _hashed(content: object) -> str:
    text = json.dumps(content, sort_keys=True, default=str)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _content(policy: str, head: object, design: DesignSpec, parts: "Parts") -> dict[str, Any]:
    switches = {path: switch for path, switch in parts.switches.items() if policy in switch.policies}
    whole = [parts.plans[policy], [list(switch.options) for switch in switches.values()]]
    used = {slot.origin for slot in slots(whole)} | set(switches)
    varied = {factor.path for factor in design.factors if not factor.is_held}
    options = {path: _described(list(switch.options), parts.quantities, varied) for path, switch in switches.items()}
    return {
        "head": head,
        "plan": _described(parts.plans[policy], parts.quantities, varied),
        "options": options,
        "correlations": {path: row for path, row in _correlated(parts).items() if path in used},
        "design": _design(design, used),
    }


def _correlated(parts: "Parts") -> dict[str, dict[str, float]]:
    """For each correlated number the weights of the draws that it is mixed from."""
    paths, rows = parts.copula.paths, parts.copula.rows
    weights = (zip(paths, row, strict=False) for row in rows)
    return {path: {other: round(w, 12) for other, w in row if w} for path, row in zip(paths, weights, strict=True)}


def _design(design: DesignSpec, used: set[str]) -> object:
    places = [(i, f.path, f.n_options) for i, f in enumerate(design.factors) if not f.is_held and f.path in used]
    if design.kind == LATIN_HYPERCUBE:  # draws follow from the path alone
        return [design.kind, sorted((path, n) for _, path, n in places)]
    if design.kind == SOBOL:
        return [design.kind, places]
    return [design.kind, list(design.factors), design.n_levels if design.kind in (GRID, MORRIS) else None]


def _described(plan: Plan, quantities: Mapping[str, Quantity], varied: set[str]) -> Any:
    if isinstance(plan, Slot):
        return _number(quantities[plan.origin], varied)
    if isinstance(plan, dict):
        return {name: _described(child, quantities, varied) for name, child in plan.items()}
    if isinstance(plan, list):
        return [_described(child, quantities, varied) for child in plan]
    return plan


def _number(quantity: Quantity, varied: set[str]) -> list[object]:
    origin, spread = quantity.origin, quantity.spread
    if spread is None or origin.path not in varied:
        return [origin.value]
    drawn_as = list(spread.values) if isinstance(spread, Listed) else [origin.low, origin.high, origin.dist]
    return [origin.value, origin.path, *drawn_as]
