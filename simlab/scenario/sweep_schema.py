"""The JSON Schema of sweep files: names, kinds of designs, ways to write a factor.

What a path leads to, and whether the options fit it, only `simlab check` knows.
"""

from typing import Any

from simlab.scenario.file_shape import FORMAT
from simlab.scenario.ranges import FAMILIES
from simlab.scenario.schema import DIALECT, Writer
from simlab.scenario.sweep_shape import FACTORS, HELD, SWEEP_SHAPE, SWEEPS, UNCERTAIN

_VALUE = {"type": ["number", "string"], "description": "A number, or a date."}
_TEXT = {"type": "string"}
_PATH = {"type": "string", "pattern": "^(world|policies)\\.", "description": "A number that has low and high."}
_INTERVAL = {
    "type": "object",
    "description": "An interval of the sweep's own; the value is the scenario's where it is left out.",
    "properties": {
        "low": {**_VALUE, "description": "A tenth of the draws is lower."},
        "high": {**_VALUE, "description": "A tenth of the draws is higher."},
        "value": {**_VALUE, "description": "The median."},
        "unit": _TEXT,
        "source": {**_TEXT, "description": "A key of sources.yaml, or assumption, choice, definition."},
        "note": _TEXT,
        "dist": {"enum": list(FAMILIES)},
        "as_of": {"type": ["string", "integer"]},
        "known_since": {"type": ["string", "integer"]},
    },
    "required": ["low", "high", "source"],
    "additionalProperties": False,
}
_VALUES = {
    "type": "object",
    "description": "Given values of a number.",
    "properties": {"values": {"type": "array", "items": _VALUE, "minItems": 2}, "unit": _TEXT, "note": _TEXT},
    "required": ["values"],
    "additionalProperties": False,
}
_OPTIONS = {
    "type": "array",
    "items": {"type": ["string", "number", "boolean", "null"]},
    "minItems": 2,
    "description": "Words to choose from; of a group that may be left out as_is and null.",
}
_HELD = {"const": HELD, "description": "It keeps its place in the list, and stays at its own value."}
_FACTOR = {
    "type": "object",
    "propertyNames": {"pattern": _PATH["pattern"]},
    "additionalProperties": {"anyOf": [_HELD, _OPTIONS, _INTERVAL, _VALUES]},
    "minProperties": 1,
    "maxProperties": 1,
}
_FACTORS = {
    "anyOf": [
        {"const": UNCERTAIN, "description": "All that has low and high."},
        {"type": "array", "items": {"anyOf": [_PATH, _FACTOR]}, "minItems": 1},
    ]
}


def sweep_schema() -> dict[str, Any]:
    """The schema of sweep files, over whatever scenario."""
    writer = Writer()
    schema = writer.group(SWEEP_SHAPE)
    known = schema["properties"]
    known["format"] = {**known["format"], "const": FORMAT}
    known[SWEEPS] = {**known[SWEEPS], "type": ["string", "object"]}
    known[FACTORS] = {"description": known[FACTORS]["description"], **_FACTORS}
    required = [name for name, field in SWEEP_SHAPE.fields.items() if field.required]
    definitions = {"$defs": writer.definitions} if writer.definitions else {}
    return {"$schema": DIALECT, "title": "simlab sweep", **schema, "required": required, **definitions}
