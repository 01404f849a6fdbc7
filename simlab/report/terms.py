"""Words of the page that a reader may not know, told where the scenario has what they are about."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Term(NamedTuple):
    """A word and what it means here."""

    word: str
    meaning: str
    room: str = ""
    """Room of a scenario's world without which the page does not use it."""


TERMS = (
    Term("H100e", "Accelerators are counted in NVIDIA H100s of the same speed: one that is twice as fast is two."),
    Term(
        "Effective compute",
        "The compute that the algorithms of the first day would take for a model as good: what was spent times what "
        "better algorithms save.",
    ),
    Term("Installed", "Accelerators that have been delivered and have power; only these are let.", "market"),
    Term("Money", "In US dollars of 2025; world product is what all nations produce in a year.", "capital"),
    Term(
        "Work outside labs",
        "Counted by labour cost. Work that AI does is work that somebody used to be paid for; what becomes of them, or "
        "of prices and growth, is not in the simulation.",
        "deployment",
    ),
)


def terms(scenario: Mapping[str, Any]) -> list[Term]:
    """The words that a page of this scenario uses."""
    world = scenario.get("world") or {}
    return [term for term in TERMS if not term.room or world.get(term.room) is not None]
