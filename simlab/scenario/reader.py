"""Reading a tree of nodes by a shape: names are checked, numbers collected, a plan comes out."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar
from simlab.scenario.plans import Plan, Slot
from simlab.scenario.records import Desk, Quantity, read_number
from simlab.scenario.shapes import Choice, Field, Group, Number, Optional, Plain, Several, Shape, Table
from simlab.scenario.spelling import closest

_EXPECTED = {
    "text": "text",
    "flag": "true or false",
    "count": "a whole number",
    "number": "a number",
    "date": "a date like 2027-01-31",
}


class Reader:
    """Collects the numbers of a file, path by path, in the order of reading."""

    def __init__(self, desk: Desk, known_paths: Callable[[], Iterable[str]] = tuple) -> None:
        self.desk, self._known_paths = desk, known_paths
        self.quantities: dict[str, Quantity] = {}
        self.places: dict[str, Place] = {}

    def read(self, shape: Shape, node: Node, path: str, about: str = "", used_as: str | None = None) -> Plan:
        """The plan of `node`; what is wrong goes to the desk's problems and leaves None in the plan."""
        self.places[path] = node.place
        match shape:
            case Number():
                return self._number(shape, node, path, about, path if used_as is None else used_as)
            case Plain():
                return self._plain(shape, node, path)
            case Optional(of):
                return (
                    None
                    if isinstance(node, Scalar) and node.value is None
                    else self.read(of, node, path, about, used_as)
                )
            case _:
                return self._below(shape, node, path)

    def _below(self, shape: Shape, node: Node, path: str) -> Plan:
        match shape:
            case Group():
                return self._group(shape, node, path)
            case Table():
                return self._table(shape, node, path)
            case Several():
                return self._several(shape, node, path)
            case Choice():
                return self._choice(shape, node, path)
            case _:
                raise TypeError(f"{path} is read elsewhere")

    def add(self, place: Place, path: str, text: str, meant: str | None = None) -> None:
        """Take note of a problem."""
        self.desk.problems.add(place, path, text, meant)

    def _number(self, shape: Number, node: Node, path: str, about: str, used_as: str) -> Slot:
        quantity = read_number(shape, node, path, about, self.desk)
        if quantity is not None:
            self.quantities[path] = quantity
        return Slot(path, used_as)

    def _plain(self, shape: Plain, node: Node, path: str) -> Any:
        said = why_not_plain(shape, node)
        if said is None and isinstance(node, Scalar):
            return node.text if shape.kind in ("text", "word") else node.value
        meant = closest(node.text, shape.words) if isinstance(node, Scalar) else None
        self.add(node.place, path, said or "", meant)
        return None

    def _group(self, shape: Group, node: Node, path: str) -> Plan:
        if not isinstance(node, Mapping):
            self.add(node.place, path, f"a group is expected here, with {_listed(shape.fields)}")
            return None
        self.check_names(node, shape.fields, path)
        self.name_missing(shape, node, path)
        plan = {}
        for name, child in node.children.items():
            field = shape.fields.get(name)
            if field is not None:
                plan[name] = self.read(field.shape, child, join(path, name), field.about)
        return plan

    def check_names(self, node: Mapping, known: Iterable[str], path: str) -> None:
        """Refuse every name that is not one of `known`."""
        for name in node.children:
            if name not in known:
                near = closest(name, known)
                elsewhere = None if near else self._elsewhere(name)
                said = f"unknown name '{name}'" + (f"; there is a '{elsewhere}'" if elsewhere else "")
                self.add(node.keys[name], join(path, name), said, near)

    def _elsewhere(self, name: str) -> str | None:
        return next((path for path in self._known_paths() if path.endswith(f".{name}")), None)

    def name_missing(self, shape: Group, node: Mapping, path: str, place: Place | None = None) -> None:
        """Name every required field that is not there, all in one problem."""
        missing = [name for name, field in shape.fields.items() if field.required and name not in node.children]
        if missing:
            said = ", ".join(_with_contents(name, shape.fields[name]) for name in missing)
            self.add(place or node.place, path, f"missing {said}")

    def _table(self, shape: Table, node: Node, path: str) -> Plan:
        if not isinstance(node, Mapping):
            self.add(node.place, path, "names, each with its own entry below it, are expected here")
            return None
        if shape.words:
            self.check_names(node, shape.words, path)
        return {name: self.read(shape.of, child, join(path, name)) for name, child in node.children.items()}

    def _several(self, shape: Several, node: Node, path: str) -> Plan:
        if not isinstance(node, Listing):
            self.add(node.place, path, "a list is expected here")
            return None
        if shape.n is not None and len(node.items) != shape.n:
            self.add(node.place, path, f"{len(node.items)} entries; exactly {shape.n} are expected")
        return [self.read(shape.of, item, join(path, str(i))) for i, item in enumerate(node.items)]

    def _choice(self, shape: Choice, node: Node, path: str) -> Plan:
        known = ", ".join(shape.groups)
        tag = node.children.get(shape.tag) if isinstance(node, Mapping) else None
        if not isinstance(tag, Scalar):
            self.add(node.place, path, f"'{shape.tag}' is missing; it says which kind this is: {known}")
            return None
        if tag.text not in shape.groups:
            said = f"unknown {shape.tag} '{tag.text}'; one of {known}"
            self.add(tag.place, join(path, shape.tag), said, closest(tag.text, shape.groups))
            return None
        return self._group(shape.groups[tag.text], node, path)


def join(path: str, name: str) -> str:
    """The dotted path of what stands below `path`."""
    return f"{path}.{name}" if path else name


def why_not_plain(shape: Plain, node: Node) -> str | None:
    """What is wrong with a bare value; None where it is right."""
    if shape.kind == "word":
        words = ", ".join(shape.words)
        right = isinstance(node, Scalar) and node.text in shape.words
        return None if right else f"{_shown(node)} is none of: {words}"
    if not isinstance(node, Scalar) or not _is_kind(shape.kind, node):
        hint = "; this number needs no record" if isinstance(node, Mapping) and "value" in node.children else ""
        return f"{_shown(node)} is not {_EXPECTED[shape.kind]}{hint}"
    value = node.value
    if shape.kind in ("count", "number") and isinstance(value, int | float) and not shape.limits.allow(value):
        return f"{node.text} is out of range; it must be {shape.limits.in_words()}"
    return None


def _is_kind(kind: str, node: Scalar) -> bool:
    value = node.value
    if kind == "text":
        return value is not None
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "date":
        return isinstance(value, date)
    kinds = (int,) if kind == "count" else (int, float)
    finite = isinstance(value, kinds) and abs(value) < float("inf")
    return finite and not isinstance(value, bool)


def _shown(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing here; it" if node.value is None else f"'{node.text}'"
    return "a list" if isinstance(node, Listing) else "a group"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _with_contents(name: str, field: Field) -> str:
    if isinstance(field.shape, Group):
        return f"'{name}' (a group with {_listed(field.shape.fields)})"
    return f"'{name}'"
