"""What a forecast is conditional on, read off the scenario and so never out of date."""

from collections.abc import Mapping
from typing import Any

MECHANISMS = {
    "AI systems that do part of the research work themselves": ("workers",),
    "customers, revenue, prices and investors": ("customers", "capital"),
    "the making of chips and what limits it": ("supply", "wafers"),
    "electric power": ("power",),
    "how serving customers and research compete for the same accelerators": ("inference",),
    "oversight and safety work, and the compute it takes": ("oversight",),
    "use of AI in the rest of the economy": ("deployment",),
}
"""What a reader would expect to matter, and the rooms of a scenario’s world of which any one says it is modelled."""

POLICY = "government policy: no law, export rule or compute cap changes during the runs"


def not_modelled(scenario: Mapping[str, Any], n_policies: int) -> list[str]:
    """What this scenario leaves out, in a reader's words."""
    world = scenario.get("world") or {}
    rooms = set(world).union(*(lab for lab in (world.get("labs") or {}).values()))
    missing = [words for words, names in MECHANISMS.items() if rooms.isdisjoint(names)]
    return missing + ([POLICY] if n_policies == 1 and not world.get("levers") else [])
