"""What a forecast is conditional on, read off the scenario and so never out of date."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from simlab.report.words import proper


class Mechanism(NamedTuple):
    """Something that a reader would expect to matter."""

    words: str
    rooms: tuple[str, ...]
    """Rooms of a scenario’s world of which any one says that it is modelled."""
    part_of: str = ""
    """The room without which there is nothing to leave out."""


MECHANISMS = (
    Mechanism("AI systems that do part of the research work themselves", ("workers",)),
    Mechanism("the checking of what AI workers did: all of it is believed", ("verification",), "workers"),
    Mechanism("teams of AI workers that do research without people", ("automation",), "workers"),
    Mechanism("AI workers that think longer for better work", ("thinking",), "workers"),
    Mechanism("how serving customers and research compete for the same accelerators", ("inference",)),
    Mechanism("customers, the price of tokens and revenue", ("customers",)),
    Mechanism("investors, and what labs can pay for", ("capital",)),
    Mechanism("labs that move compute to where it brings most: each keeps its shares of the first day", ("plan",)),
    Mechanism("the end of fresh text to train on", ("text",)),
    Mechanism("the making of chips and what limits it", ("market", "supply", "wafers")),
    Mechanism("electric power", ("market", "power")),
    Mechanism("what weaker chips cost a lab, and what research can win back", ("hardware",), "market"),
    Mechanism("labs that set prices against one another", ("competition",), "customers"),
    Mechanism("oversight and safety work, and the compute it takes", ("oversight",)),
    Mechanism("use of AI in the rest of the economy", ("deployment",)),
)


class Absence(NamedTuple):
    """Something that no scenario has."""

    words: str
    needs: str = ""
    """The room of a scenario’s world without which nobody would look for it."""


ABSENCES = (
    Absence("growth that AI brings: world product grows at a pace that the scenario sets, whatever AI does", "capital"),
    Absence("people whose work AI does: no wage, price or job outside labs changes for it", "deployment"),
    Absence("debt and financial crises: labs live on revenue and on what investors add, and never fail", "capital"),
    Absence("labs that are founded, merge or close"),
    Absence("what AI may do besides work, such as misuse and accidents, and what would follow from it"),
    Absence("wars and disasters, unless a lever brings what they would do"),
)

POLICY = "government policy: no law, export rule or compute cap changes during the runs"


def not_modelled(scenario: Mapping[str, Any], n_policies: int) -> list[str]:
    """What this scenario leaves out, in a reader's words."""
    world = scenario.get("world") or {}
    groups = [world, *(world.get("labs") or {}).values()]
    rooms = {name for group in groups for name, content in group.items() if content is not None}
    missing = [
        mechanism.words
        for mechanism in MECHANISMS
        if rooms.isdisjoint(mechanism.rooms) and (not mechanism.part_of or mechanism.part_of in rooms)
    ]
    missing += [absence.words for absence in ABSENCES if not absence.needs or world.get(absence.needs) is not None]
    return _without_labs(world) + missing + ([POLICY] if n_policies == 1 and not world.get("levers") else [])


def _without_labs(world: Mapping[str, Any]) -> list[str]:
    """Nations of the market in which no lab stands."""
    nations = (world.get("market") or {}).get("nations") or {}
    homes = {lab.get("nation") for lab in (world.get("labs") or {}).values()}
    bare = [proper(nation) for nation in nations if nation not in homes]
    return [f"labs in {nation}, which has accelerators here and no lab" for nation in bare]
