"""The shape of a whole scenario file: the head, the world, the policies, the correlations."""

from functools import lru_cache
from typing import Annotated

from annotated_types import Ge

from simlab.parameters import Params
from simlab.scenario.shapes import (
    Field,
    Group,
    Limits,
    Number,
    Patches,
    Plain,
    Several,
    Table,
    group_of,
)

FORMAT = 1
"""The one format of scenario files so far."""

MEASURES = {
    "horizon_50_minutes": "minute",
    "horizon_80_minutes": "minute",
    "run_flop": "FLOP",
    "effective_flop": "FLOP",
    "algorithmic_gain_nats": "nat",
    "automated_work_fraction": "1",
    "progress_nats_per_day": "nat/day",
    "world_h100e": "H100e",
    "spending_fraction": "1",
    "tokens_unserved_fraction": "1",
    "stock_unpowered_fraction": "1",
    "orders_unmade_fraction": "1",
    "work_unverified_fraction": "1",
}
"""What a milestone can be a threshold of, with its unit.

The first five are of a released model; what the others measure stands in `simlab.tables.measures`."""

HEAD_ONLY = ("format", "extends", "name", "title", "about")
"""What belongs to one file and is never inherited."""


class StudyParams(Params):
    """How many runs a study of this scenario makes."""

    samples: Annotated[int, Ge(1)]
    """Draws of the uncertain numbers."""
    replicates: Annotated[int, Ge(1)]
    """Runs with different luck for each draw."""
    seed: Annotated[int, Ge(0)]
    """Where draws and luck begin: a count from 0."""


_TEXT = Plain("text")
_COUNT = Plain("count")


def _milestone() -> Group:
    above_zero, share = Limits(low=0.0, low_open=True), Limits(low=0.0, low_open=True, high=1.0)
    measures = {
        name: Field(Number(unit, share if unit == "1" else above_zero), f"Threshold of {name}.", required=False)
        for name, unit in MEASURES.items()
    }
    title = {
        "title": Field(_TEXT, "The milestone in words."),
        "about": Field(_TEXT, "Why it matters.", required=False),
    }
    return Group({**title, **measures}, "A level of capability; exactly one measure.", "milestone")


def _policy(world: Group) -> Group:
    fields = {
        "about": Field(_TEXT, "What the policy does, in words.", required=False),
        "set": Field(Patches(), "Dotted paths below `world`, each with its new value.", required=False),
    }
    if "levers" in world.fields:
        fields["levers"] = Field(world.fields["levers"].shape, "Appended to the world's own levers.", required=False)
    return Group(fields, "One difference from the baseline.", "policy")


_CORRELATION = Group(
    {
        "between": Field(Several(_TEXT, 2), "The dotted paths of two numbers that have low and high."),
        "rank": Field(
            Plain("number", Limits(-1.0, 1.0, low_open=True, high_open=True)),
            "Spearman's rank correlation.",
        ),
        "source": Field(_TEXT, "A key of sources.yaml."),
        "note": Field(_TEXT, "The reason.", required=False),
    },
    "Two numbers that are high together or low together.",
    "correlation",
)


@lru_cache(maxsize=32)
def file_shape(model: type[Params]) -> Group:
    """The shape of a scenario file whose `world` is `model`."""
    world = group_of(model)
    fields = {
        "format": Field(_COUNT, "The format of this file: 1."),
        "extends": Field(_TEXT, "The file this one differs from, relative to this file.", required=False),
        "name": Field(_TEXT, "A short name; the file's own where it is left out.", required=False),
        "title": Field(_TEXT, "One line for people.", required=False),
        "about": Field(_TEXT, "What the scenario is for.", required=False),
        "start": Field(Plain("date"), "The first day."),
        "hindcast": Field(Plain("flag"), "Whether it knows nothing of its first day or later.", required=False),
        "end": Field(Plain("date"), "The day the simulation stops."),
        "study": Field(group_of(StudyParams), "How many runs a study makes."),
        "milestones": Field(Table(_milestone()), "Levels of capability whose dates are forecast.", required=False),
        "world": Field(world, "Every parameter of the model."),
        "policies": Field(Table(_policy(world)), "Named differences from the baseline.", required=False),
        "correlations": Field(Several(_CORRELATION), "Numbers that are uncertain together.", required=False),
    }
    return Group(fields, "A scenario.", "scenario")
