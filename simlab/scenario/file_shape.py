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
    Optional,
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
}
"""What a milestone can be a threshold of, with its unit: fields of the event of a released model."""

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
    above_zero = Limits(low=0.0, low_open=True)
    measures = {
        name: Field(Number(unit, above_zero), False, f"Threshold of {name}.")
        for name, unit in MEASURES.items()
    }
    title = {
        "title": Field(_TEXT, True, "The milestone in words."),
        "about": Field(_TEXT, False, "Why it matters."),
    }
    return Group({**title, **measures}, "A level of capability; exactly one measure.", "milestone")


def _policy(world: Group) -> Group:
    fields = {
        "about": Field(_TEXT, False, "What the policy does, in words."),
        "set": Field(Patches(), False, "Dotted paths below `world`, each with its new value."),
    }
    if "levers" in world.fields:
        fields["levers"] = Field(world.fields["levers"].shape, False, "Appended to the world's own levers.")
    return Group(fields, "One difference from the baseline.", "policy")


_CORRELATION = Group(
    {
        "between": Field(Several(_TEXT, 2), True, "The dotted paths of two numbers that have low and high."),
        "rank": Field(
            Plain("number", Limits(-1.0, 1.0, low_open=True, high_open=True)),
            True,
            "Spearman's rank correlation.",
        ),
        "source": Field(_TEXT, True, "A key of sources.yaml."),
        "note": Field(_TEXT, False, "The reason."),
    },
    "Two numbers that are high together or low together.",
    "correlation",
)


@lru_cache(maxsize=32)
def file_shape(model: type[Params]) -> Group:
    """The shape of a scenario file whose `world` is `model`."""
    world = group_of(model)
    fields = {
        "format": Field(_COUNT, True, "The format of this file: 1."),
        "extends": Field(_TEXT, False, "The file this one differs from, relative to this file."),
        "name": Field(_TEXT, False, "A short name; the file's own where it is left out."),
        "title": Field(_TEXT, False, "One line for people."),
        "about": Field(_TEXT, False, "What the scenario is for."),
        "start": Field(Plain("date"), True, "The first day."),
        "end": Field(Plain("date"), True, "The day the simulation stops."),
        "study": Field(group_of(StudyParams), True, "How many runs a study makes."),
        "milestones": Field(Table(_milestone()), False, "Levels of capability whose dates are forecast."),
        "world": Field(world, True, "Every parameter of the model."),
        "policies": Field(Table(_policy(world)), False, "Named differences from the baseline."),
        "correlations": Field(Several(_CORRELATION), False, "Numbers that are uncertain together."),
    }
    return Group(fields, "A scenario.", "scenario")


def without_optional(shape: object) -> object:
    """The shape itself, where None is allowed as well."""
    return shape.of if isinstance(shape, Optional) else shape
