"""The last check: the parameter classes' own rules, told in our words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

_NAMED = re.compile(r"^([A-Za-z_][\w-]*(?:\.[\w-]+)*): (.+)$", re.DOTALL)


def complaints(error: ValidationError) -> Iterator[tuple[str, str]]:
    """(path below the world, sentence) for each rule that is broken.

    A rule of a parameter class raises ValueError; where its text begins with a path and a colon, that path
    wins.
    """
    for found in error.errors(include_url=False, include_input=False):
        path = ".".join(str(step) for step in found["loc"])
        text = _sentence(found)
        named = _NAMED.match(text)
        if named is None:
            yield path, text
        else:
            yield ".".join(part for part in (path, named[1]) if part), named[2]


def _sentence(found: Mapping[str, Any]) -> str:
    context = found.get("ctx", {})
    if "error" in context:
        return str(context["error"])
    if "min_length" in context:
        return f"too few entries; at least {context['min_length']} are needed"
    if "max_length" in context:
        return f"too many entries; at most {context['max_length']} are allowed"
    return "this value is not accepted here"
