"""A scenario file as a tree in which everything knows its line and column, and what it replaced."""

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands. Lines and columns count from 1; `width` is how many characters to point at."""

    file: str
    line: int
    column: int
    width: int = 1


@dataclass(frozen=True, slots=True)
class Scalar:
    """One word, number, date, truth value or nothing (None)."""

    place: Place
    text: str
    value: str | int | float | bool | date | None
    quoted: bool = False
    earlier: tuple["Node", ...] = ()
    """What this replaced in the files it extends, nearest first."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """Names and what stands under them. `keys` are the places of the names."""

    place: Place
    children: dict[str, "Node"]
    keys: dict[str, Place]
    earlier: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Entries in order."""

    place: Place
    items: tuple["Node", ...]
    earlier: tuple["Node", ...] = ()


Node: TypeAlias = Scalar | Mapping | Listing


def is_record(node: Node) -> bool:
    """Whether this is a number with its origin: a mapping that has a `value`."""
    return isinstance(node, Mapping) and "value" in node.children


def merge(below: Node | None, above: Node) -> Node:
    """`above` laid over `below`: groups join name by name; records, lists and words are replaced whole.

    A name set to `null` in so many letters is taken out.
    """
    if below is None:
        return above
    if isinstance(below, Mapping) and isinstance(above, Mapping) and not (is_record(below) or is_record(above)):
        return _merge_groups(below, above)
    return replace(above, earlier=(replace(below, earlier=()), *below.earlier))


def _merge_groups(below: Mapping, above: Mapping) -> Mapping:
    children, keys = dict(below.children), {**below.keys, **above.keys}
    for name, child in above.children.items():
        if name in children and isinstance(child, Scalar) and child.text == "null":
            del children[name], keys[name]
        else:
            children[name] = merge(children.get(name), child)
    return Mapping(above.place, children, keys)


def unit_of(record: Mapping) -> tuple[Node, bool] | None:
    """The unit a record states, or else (and then True) that of the record it replaced; None without any."""
    if "unit" in record.children:
        return record.children["unit"], False
    for below in record.earlier:
        if isinstance(below, Mapping) and "unit" in below.children:
            return below.children["unit"], True
    return None
