"""What is kept of a file that passed: its content as plain data."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from typing import Any

from simlab.scenario.copula import Pair
from simlab.scenario.file_shape import FORMAT
from simlab.scenario.nodes import Listing, Mapping, Node, is_record, unit_of


def plain_data(tree: Mapping, own: MappingOf[str, str], pairs: Sequence[Pair]) -> dict[str, Any]:
    """The merged file, standing alone, every unit stated. `own` is its name, title and prose.

    Of the correlations only `pairs` are kept: a number that was fixed since correlates with nothing.
    """
    head = {"format": FORMAT, **own}
    body = {key: plain(child) for key, child in tree.children.items() if key not in (*head, "extends")}
    if "correlations" in body:
        kept = [{pair.first, pair.second} for pair in pairs]
        body["correlations"] = [entry for entry in body["correlations"] if set(entry["between"]) in kept]
    return {**{key: value for key, value in head.items() if value}, **body}


def plain(node: Node) -> Any:
    """A tree of nodes as plain data, every unit stated."""
    if isinstance(node, Mapping):
        unit = unit_of(node) if is_record(node) else None
        stated = {} if unit is None else {"unit": unit[0]}
        return {name: plain(child) for name, child in {**node.children, **stated}.items()}
    if isinstance(node, Listing):
        return [plain(item) for item in node.items]
    return node.value
