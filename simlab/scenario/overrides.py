"""`--set path=value`: one more layer, over every file."""

from collections.abc import Sequence
from dataclasses import replace

from simlab.scenario.document import parse, scalar_value
from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar, merge
from simlab.scenario.paths import Located, UnknownPathError, locate
from simlab.scenario.problems import Problems
from simlab.scenario.shapes import Group, Number, Optional, Shape, without_optional

COMMAND_LINE = "--set"
"""What stands for the file name in messages and origins."""


def apply_overrides(tree: Mapping, shape: Shape, overrides: Sequence[str], problems: Problems) -> Mapping:
    """The tree with every override in place; later ones win. Line n of "--set" is the n-th override."""
    problems.lines[COMMAND_LINE] = tuple(overrides)
    for line, text in enumerate(overrides, 1):
        tree = _apply(tree, shape, text, line, problems)
    return tree


def _apply(tree: Mapping, shape: Shape, text: str, line: int, problems: Problems) -> Mapping:
    path, equals, value = (part.strip() for part in text.partition("="))
    place = Place(COMMAND_LINE, line, 1, max(1, len(path)))
    if not equals or not path or not value:
        problems.add(place, "", "write path=value, like study.samples=8 or world.meter_days=2 week")
        return tree
    try:
        found = locate(shape, tree, path)
    except UnknownPathError as error:
        problems.add(place, path, error.text, error.meant)
        return tree
    start = Place(COMMAND_LINE, line, text.index("=") + 2, max(1, len(value)))
    new = _node(found, value, start, problems)
    return tree if new is None else put(tree, found.steps, new)


def _node(found: Located, value: str, place: Place, problems: Problems) -> Node | None:
    document = parse(value, COMMAND_LINE) if value.startswith(("{", "[")) else None
    if document is not None and document.problems:
        problems.add(place, "", document.problems[0].text)
        return None
    node = Scalar(place, value, scalar_value(value)) if document is None else _moved(document.root, place)
    shape = without_optional(found.shape)
    if isinstance(shape, Group) and not isinstance(node, Mapping):
        may_be_left_out = isinstance(found.shape, Optional)
        if may_be_left_out and isinstance(node, Scalar) and node.value is None:
            return node
        leave_it_out = ", or null to leave it out" if may_be_left_out else ""
        problems.add(place, ".".join(found.steps), f"a group; set one of {', '.join(shape.fields)}{leave_it_out}")
        return None
    return _record(node, shape.unit, place) if isinstance(shape, Number) else node


def _record(node: Node, unit: str, place: Place) -> Node:
    """A record whose source is the command line; the unit is the canonical one unless it is given."""
    if isinstance(node, Scalar):
        number, _, given = node.text.partition(" ")
        value = node if unit == "date" else Scalar(place, number, scalar_value(number))
        node = Mapping(place, {"value": value}, {"value": place})
        unit = given.strip() or unit
    extra = {"unit": unit, "source": "command line", "note": "set on the command line"}
    if not isinstance(node, Mapping):
        return node
    added = {name: Scalar(place, word, word) for name, word in extra.items() if name not in node.children}
    return replace(node, children={**node.children, **added})


def _moved(node: Node, place: Place) -> Node:
    """The node with every place on the command line."""
    if isinstance(node, Mapping):
        children = {name: _moved(child, place) for name, child in node.children.items()}
        return Mapping(place, children, dict.fromkeys(children, place))
    if isinstance(node, Listing):
        return Listing(place, tuple(_moved(item, place) for item in node.items))
    return replace(node, place=place)


def put(tree: Node | None, steps: tuple[str, ...], new: Node) -> Mapping:
    """The tree with `new` laid over what stands at `steps`."""
    put = _laid(tree, steps, new)
    assert isinstance(put, Mapping)
    return put


def _laid(at: Node | None, steps: tuple[str, ...], new: Node) -> Node:
    if not steps:
        return merge(at, new)
    first, rest = steps[0], steps[1:]
    if isinstance(at, Listing):
        items = tuple(_laid(item, rest, new) if i == int(first) else item for i, item in enumerate(at.items))
        return replace(at, items=items)
    group = at if isinstance(at, Mapping) else Mapping(new.place, {}, {})
    child = _laid(group.children.get(first), rest, new)
    return replace(
        group,
        children={**group.children, first: child},
        keys={**group.keys, first: group.keys.get(first, new.place)},
    )
