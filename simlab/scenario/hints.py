"""Why what stands in a file is not the number it should be, and the likely cure."""

import math
from datetime import date

from simlab.scenario.nodes import Node, Scalar
from simlab.scenario.shapes import Number


def describe(node: Node, shape: Number) -> str:
    """What stands where a record of `shape` should."""
    if not isinstance(node, Scalar):
        return "a list"
    if node.value is None:
        return "nothing here"
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return f"a bare {node.text}"
    return f"'{node.text}' is not a {'date' if shape.unit == 'date' else 'number'}"


def why_no_number(node: Node) -> str:
    """Why this cannot be the value of a record, with the likely cure."""
    if not isinstance(node, Scalar):
        return "a number is expected here, not a list or a group"
    if node.value is None:
        return "nothing here; a number is expected"
    if isinstance(node.value, bool):
        return f"'{node.text}' is a truth value; a number is expected"
    if isinstance(node.value, date):
        return f"{node.text} is a date; a number is expected"
    return f"'{node.text}' is text; a number is expected" + _cure(node)


def _cure(node: Scalar) -> str:
    words = node.text.replace(",", "").replace("_", "").split()
    try:
        number = float(words[0]) if words else math.nan
    except ValueError:
        return ""
    if math.isnan(number):
        return ""
    if len(words) > 1:
        return f". Write {words[0]} and put '{' '.join(words[1:])}' under unit"
    return f". Write {words[0]}" + (" without the quotes" if node.quoted else "")
