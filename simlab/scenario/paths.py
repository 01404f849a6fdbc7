"""Dotted paths: from `world.labs.leader.patience_days` to the shape that stands there."""

from collections.abc import Iterator
from dataclasses import dataclass

from simlab.scenario.nodes import Listing, Mapping, Node, Scalar, is_record
from simlab.scenario.shapes import Choice, Group, Number, Optional, Patches, Several, Shape, Table
from simlab.scenario.spelling import closest


@dataclass(frozen=True, slots=True)
class Located:
    """What stands at a path: shape, the sentence about it, the node there now, the steps that lead there."""

    shape: Shape
    about: str
    node: Node | None
    steps: tuple[str, ...]


class UnknownPathError(ValueError):
    """A path that leads nowhere. `meant` is a path that exists, or None."""

    def __init__(self, text: str, meant: str | None) -> None:
        super().__init__(text, meant)
        self.text, self.meant = text, meant


def locate(shape: Shape, node: Node | None, path: str) -> Located:
    """What stands at `path` below `shape` and `node`. Raises UnknownPathError."""
    found, rest = Located(shape, "", node, ()), path.split(".")
    while rest:
        if isinstance(found.shape, Patches):
            rest = [".".join(rest)]
        below = _step(found, rest[0])
        if below is None:
            raise _lost(found, rest, shape, node)
        found, rest = below, rest[1:]
    return found


def _step(at: Located, name: str) -> Located | None:
    shape = _opened(at.shape, at.node)
    child = _child(at.node, name)
    steps = (*at.steps, name)
    if isinstance(shape, Group) and name in shape.fields:
        field = shape.fields[name]
        return Located(field.shape, field.about, child, steps)
    if isinstance(shape, Patches | Table | Several) and child is not None:
        return Located(Patches() if isinstance(shape, Patches) else shape.of, "", child, steps)
    return None


def _opened(shape: Shape, node: Node | None) -> Shape:
    """The shape itself: None no longer an option, the choice made."""
    if isinstance(shape, Optional):
        return _opened(shape.of, node)
    if isinstance(shape, Choice):
        tag = _child(node, shape.tag)
        group = shape.groups.get(tag.text) if isinstance(tag, Scalar) else None
        return shape if group is None else group
    return shape


def _child(node: Node | None, name: str) -> Node | None:
    if isinstance(node, Mapping):
        return node.children.get(name)
    if isinstance(node, Listing) and name.isdigit() and int(name) < len(node.items):
        return node.items[int(name)]
    return None


def _lost(at: Located, rest: list[str], shape: Shape, node: Node | None) -> UnknownPathError:
    here = ".".join(at.steps)
    known = _names(_opened(at.shape, at.node), at.node)
    if isinstance(at.shape, Number):
        return UnknownPathError(f"'{here}' is a number and has nothing below it", here)
    near = closest(rest[0], known)
    place = f"no '{rest[0]}' below '{here}'" if here else f"there is no '{rest[0]}' here"
    if near is not None:
        return UnknownPathError(place, ".".join([*at.steps, near, *rest[1:]]))
    return UnknownPathError(place, _elsewhere(rest, shape, node))


def _names(shape: Shape, node: Node | None) -> list[str]:
    if isinstance(shape, Group):
        return list(shape.fields)
    return list(node.children) if isinstance(node, Mapping) else []


def _elsewhere(rest: list[str], shape: Shape, node: Node | None) -> str | None:
    """A path whose last name is the one that was asked for, or close to it."""
    every = list(leaf_paths(shape, node))
    same = [path for path in every if path.rsplit(".", 1)[-1] == rest[-1]]
    if same:
        return same[0]
    near = closest(rest[-1], {path.rsplit(".", 1)[-1] for path in every})
    return next((path for path in every if path.rsplit(".", 1)[-1] == near), None)


def leaf_paths(shape: Shape, node: Node | None, path: str = "") -> Iterator[str]:
    """Dotted paths of everything in a file that has no names below it."""
    opened = _opened(shape, node)
    children: dict[str, Node] = {}
    if isinstance(node, Mapping) and not is_record(node):
        children = node.children
    elif isinstance(node, Listing):
        children = {str(i): item for i, item in enumerate(node.items)}
    if not children:
        yield path
    for name, child in children.items():
        below = _step(Located(opened, "", node, ()), name)
        if below is not None:
            yield from leaf_paths(below.shape, child, f"{path}.{name}" if path else name)
