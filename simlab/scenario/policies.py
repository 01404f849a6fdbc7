"""Named differences from the baseline: numbers and words set anew, levers appended."""

from simlab.scenario.nodes import Mapping, Node, Scalar, merge
from simlab.scenario.paths import UnknownPathError, locate
from simlab.scenario.plans import Plan, replaced
from simlab.scenario.reader import Reader
from simlab.scenario.shapes import Group, Optional, Patches, Shape, Table, without_optional


def read_policies(
    node: Node | None, shape: Shape, world_shape: Group, world: Node, reader: Reader, plans: dict[str, Plan]
) -> None:
    """Add the plan of each policy to `plans`, which holds the baseline's; `world` is the baseline's tree."""
    policy_shape = shape.of if isinstance(shape, Table) else shape
    if node is None or not isinstance(policy_shape, Group):
        return
    if not isinstance(node, Mapping):
        reader.add(node.place, "policies", "names, each with levers or set below it, are expected here")
        return
    base = next(iter(plans.values()))
    for name, child in node.children.items():
        path = f"policies.{name}"
        reader.places[path] = child.place
        if name in plans:
            reader.add(node.keys[name], path, f"'{name}' is the name of the policy that changes nothing")
        elif not isinstance(child, Mapping):
            reader.add(child.place, path, "a group is expected here, with about, set or levers")
        else:
            plans[name] = _Policy(path, policy_shape, world_shape, world, reader).read(child, base)


def paths_set(node: Node | None) -> dict[str, tuple[str, ...]]:
    """For each policy in the tree of all, the dotted paths below the world that it sets."""
    policies = node.children if isinstance(node, Mapping) else {}
    patches = {
        name: child.children.get("set") if isinstance(child, Mapping) else None for name, child in policies.items()
    }
    return {name: tuple(child.children) for name, child in patches.items() if isinstance(child, Mapping)}


class _Policy:
    """One policy being read."""

    def __init__(self, path: str, shape: Group, world_shape: Group, world: Node, reader: Reader) -> None:
        self.path, self.shape, self.world_shape, self.world, self.reader = (
            path,
            shape,
            world_shape,
            world,
            reader,
        )

    def read(self, node: Mapping, base: Plan) -> Plan:
        self.reader.check_names(node, self.shape.fields, self.path)
        plan = base
        for name, child in node.children.items():
            field = self.shape.fields.get(name)
            if field is None:
                continue
            if isinstance(field.shape, Patches):
                plan = self._patched(child, plan)
                continue
            read = self.reader.read(field.shape, child, f"{self.path}.{name}", field.about)
            if name == "levers" and isinstance(read, list) and isinstance(plan, dict):
                plan = {**plan, "levers": [*(plan.get("levers") or ()), *read]}
        return plan

    def _patched(self, node: Node, plan: Plan) -> Plan:
        if not isinstance(node, Mapping):
            self.reader.add(
                node.place,
                f"{self.path}.set",
                "dotted paths below world, each with a new value, are expected",
            )
            return plan
        for dotted, child in node.children.items():
            plan = self._patch(dotted, child, node, plan)
        return plan

    def _patch(self, dotted: str, child: Node, node: Mapping, plan: Plan) -> Plan:
        path = f"{self.path}.set.{dotted}"
        try:
            found = locate(self.world_shape, self.world, dotted)
        except UnknownPathError as error:
            self.reader.add(node.keys[dotted], path, error.text, error.meant)
            return plan
        shape = without_optional(found.shape)
        if isinstance(shape, Group):
            if isinstance(found.shape, Optional) and isinstance(child, Scalar) and child.value is None:
                return replaced(plan, found.steps, None)  # left out by this policy
            self.reader.add(node.keys[dotted], path, f"'{dotted}' is a group; set one of {', '.join(shape.fields)}")
            return plan
        laid = merge(found.node, child)
        new = self.reader.read(found.shape, laid, path, found.about, f"world.{dotted}")
        return plan if plan is None else replaced(plan, found.steps, new)
