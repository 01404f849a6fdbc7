"""The shape of a sweep file: the scenario it sweeps, what is laid over it, the factors, the design."""

from simlab.scenario.design import GRID, KINDS, MORRIS, ONE_AT_A_TIME
from simlab.scenario.nodes import Mapping, Node
from simlab.scenario.shapes import Field, Group, Limits, Patches, Plain, Several

SWEEPS, FACTORS, DESIGN = "sweeps", "factors", "design"
SET, POLICIES = "set", "policies"
UNCERTAIN = "uncertain"
"""Instead of a list of factors: all that is uncertain in the scenario."""
HELD = "held"
"""Of a factor that keeps its place in the list, and stays at its own value."""
HEAD = ("format", "name", "title", "about")
"""What a sweep says of itself, as a scenario does."""

WITHOUT_N = {
    GRID: "a grid tries every combination of its levels and options, once",
    ONE_AT_A_TIME: "one_at_a_time moves each factor to its ends, once",
}
"""Designs whose size follows from the factors, and why."""
WITH_LEVELS = (GRID, MORRIS)
"""Designs that try a number at a few levels."""

_TEXT, _COUNT = Plain("text"), Plain("count", Limits(low=1.0))

DESIGN_SHAPE = Group(
    {
        "kind": Field(Plain("word", words=KINDS), "The kind of design; sobol where it is left out.", required=False),
        "n": Field(_COUNT, "Draws, trajectories or blocks; the scenario's samples where left out.", required=False),
        "replicates": Field(_COUNT, "Runs with different luck of each point.", required=False),
        "seed": Field(Plain("count", Limits(low=0.0)), "Where draws and luck begin.", required=False),
        "levels": Field(Plain("count", Limits(low=2.0)), "Of a number in a grid or in morris; 4.", required=False),
    },
    "Which points of the factors' space are tried.",
    "design",
)
SWEEP_SHAPE = Group(
    {
        "format": Field(Plain("count"), "The format of this file: 1."),
        SWEEPS: Field(_TEXT, "The scenario that is swept, relative to this file."),
        "name": Field(_TEXT, "A short name; the file's own where it is left out.", required=False),
        "title": Field(_TEXT, "One line for people.", required=False),
        "about": Field(_TEXT, "What the sweep is for.", required=False),
        SET: Field(Patches(), "Dotted paths of the scenario, each with a new value.", required=False),
        POLICIES: Field(Several(_TEXT), "Policies of the scenario; all where left out.", required=False),
        DESIGN: Field(DESIGN_SHAPE, DESIGN_SHAPE.about, required=False),
        FACTORS: Field(Plain("text"), "What is varied, in order: new factors come last."),
    },
    "A sweep over a scenario.",
    "sweep",
)


def is_sweep(root: Node) -> bool:
    """Whether a file is, or was meant to be, a sweep."""
    return isinstance(root, Mapping) and any(name in root.children for name in (SWEEPS, FACTORS, DESIGN))
