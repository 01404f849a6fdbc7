"""A switch: a word, or a group that may be left out, that a design tries several options of."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlab.scenario.plans import Plan, Slot, replaced
from simlab.scenario.ranges import which

AS_IS, LEFT_OUT = "as_is", "left_out"
"""How tables call a group that is as the scenario has it, and one (or a word) that is not there."""

Word = str | float
"""What a table says of an option: a word, or the number itself where the option is a count."""


@dataclass(frozen=True, slots=True)
class Switch:
    """The options of a word or of a group, as plans to be put into that of a policy."""

    steps: tuple[str, ...]
    """Where in the plan."""
    options: tuple[Plan, ...]
    words: tuple[Word, ...]
    own: Word
    """What it is where it is not drawn."""
    policies: frozenset[str]
    """Whose plans it acts on: not those that set the same thing themselves, or something below it."""


def switched(plan: Plan, policy: str, switches: Mapping[str, Switch], uniforms: Mapping[str, float]) -> Plan:
    """The plan of `policy` with the drawn option of each switch that acts on it."""
    for path, switch in switches.items():
        if path in uniforms and policy in switch.policies:
            plan = replaced(plan, switch.steps, switch.options[which(uniforms[path], len(switch.options))])
    return plan


def said(switch: Switch, u: float | None) -> Word:
    """What a table says of the option that a draw stands for, or of the switch's own where there is none."""
    return switch.own if u is None else switch.words[which(u, len(switch.words))]


def word_of(plan: Plan) -> Word:
    """What a table says of a plan: the word itself, `left_out` or `as_is`."""
    if plan is None:
        return LEFT_OUT
    if isinstance(plan, bool):
        return str(plan).lower()
    return AS_IS if isinstance(plan, dict | list | Slot) else plan if isinstance(plan, int | float) else str(plan)
