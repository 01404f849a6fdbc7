"""The JSON Schema of scenario files, for completion and checks while a file is being written.

It knows names, kinds, words and levers; units, sources, limits and missing parameters are left to `simlab check`,
because a file that extends another may leave out almost everything.
"""

from typing import Any

from simlab.parameters import Params
from simlab.scenario.file_shape import FORMAT, file_shape
from simlab.scenario.ranges import FAMILIES
from simlab.scenario.shapes import (
    Choice,
    Field,
    Group,
    Number,
    Optional,
    Patches,
    Plain,
    Several,
    Shape,
    Table,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_PLAIN: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "number", "boolean"]},
    "flag": {"type": "boolean"},
    "count": {"type": "integer"},
    "number": {"type": "number"},
    "date": _DATE,
}
_ANY_RECORD = {"type": "object", "required": ["value", "source"]}


def scenario_schema(model: type[Params] | None = None) -> dict[str, Any]:
    """The schema of files whose `world` is `model`; the simulator's own where it is left out."""
    from simlab.scenario.load import world_params  # noqa: PLC0415 -- load reads files, this only describes them

    writer = Writer()
    shape = file_shape(model or world_params())
    schema = writer.group(shape)
    schema["properties"]["format"] = {"const": FORMAT, "description": shape.fields["format"].about}
    whole = ["start", "end", "study", "world"]
    choice = {"required": ["format"], "anyOf": [{"required": ["extends"]}, {"required": whole}]}
    return {"$schema": DIALECT, "title": "simlab scenario", **schema, **choice, "$defs": writer.definitions}


class Writer:
    """Writes shapes; groups of parameters go to `definitions`, once each."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}

    def group(self, shape: Group) -> dict[str, Any]:
        """A group as an object without other names."""
        properties = {name: self._field(field) for name, field in shape.fields.items()}
        about = {"description": shape.about} if shape.about else {}
        return {"type": "object", **about, "properties": properties, "additionalProperties": False}

    def _field(self, field: Field) -> dict[str, Any]:
        written = self._shape(field.shape)
        about = " ".join(part for part in (field.about, written.get("description", "")) if part)
        return {**written, "description": about} if about else written

    def _shape(self, shape: Shape) -> dict[str, Any]:
        match shape:
            case Number():
                return _number(shape)
            case Plain(kind):
                return {"enum": list(shape.words)} if kind == "word" else dict(_PLAIN[kind])
            case Optional(of):
                return {"anyOf": [self._shape(of), {"type": "null"}]}
            case Group():
                return self._reference(shape)
            case _:
                return self._container(shape)

    def _reference(self, shape: Group) -> dict[str, Any]:
        if shape.name not in self.definitions:
            self.definitions[shape.name] = {}
            self.definitions[shape.name] = self.group(shape)
        return {"$ref": f"#/$defs/{shape.name}"}

    def _container(self, shape: Shape) -> dict[str, Any]:
        match shape:
            case Table(of):
                names = {"propertyNames": {"enum": list(shape.words)}} if shape.words else {}
                return {
                    "type": "object",
                    **names,
                    "additionalProperties": {"anyOf": [self._shape(of), {"type": "null"}]},
                }
            case Several(of, n):
                length = {} if n is None else {"minItems": n, "maxItems": n}
                return {"type": "array", "items": self._shape(of), **length}
            case Choice(tag, groups):
                return {"required": [tag], "oneOf": [self._shape(group) for group in groups.values()]}
            case Patches():
                plain = {"type": ["string", "boolean", "integer", "array", "null"]}
                return {"type": "object", "additionalProperties": {"anyOf": [_ANY_RECORD, plain]}}
            case _:
                raise TypeError(f"no schema for {shape}")


def _number(shape: Number) -> dict[str, Any]:
    is_date = shape.unit == "date"
    value = _DATE if is_date else {"type": "number"}
    properties = {
        "value": value,
        "unit": {"type": "string", "description": f"{shape.unit}, or any unit that converts to it."},
        "source": {"type": "string", "description": "A key of sources.yaml, or assumption, choice, definition."},
        "low": {**value, "description": "A tenth of the draws is lower."},
        "high": {**value, "description": "A tenth of the draws is higher."},
        "dist": {"enum": list(FAMILIES)},
        "note": {"type": "string"},
        "as_of": {"type": ["string", "integer"], "description": "The day the number describes."},
        "known_since": {"type": ["string", "integer"], "description": "The day it was announced."},
    }
    limits = shape.limits.in_words()
    about = "A date." if is_date else f"[{shape.unit}{'' if limits == 'any number' else ', ' + limits}]"
    record = {"type": "object", "properties": properties, "additionalProperties": False}
    required = {"required": ["value", "source"]}
    if is_date:
        return {"anyOf": [_DATE, {**record, **required}], "description": about}
    return {**record, **required, "description": about}
