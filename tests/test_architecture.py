"""Rules of the house that no type checker knows: units in names, three fields on the stage, words for every number."""

import ast
import dataclasses
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from enum import IntEnum
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

import pytest

from simlab.parameters import Params, Unit
from simlab.stage import Stage
from simlab.trace import events
from simlab.trace.events import EVENT_CLASSES
from simlab.world.build import WorldParams
from simlab.world.projects import N_STAGES, Stage7

ROOT = Path(__file__).parents[1]

WORDS = {
    "day": "days",
    "date": "day",
    "nat": "nats",
    "bit": "bits",
    "decade": "decades",
    "minute": "minutes",
    "person": "people",
    "person*day": "people_days",
    "H100e": "h100e",
    "FLOP": "flop",
    "FLOP/s": "flop_per_s",
    "nat/day": "nats_per_day",
    "1/day": "per_day",
    "1/person": "per_person",
    "1/hour": "per(_[a-z]+)?_hour",
    "1/(H100e*day)": "per_h100e_day",
    "1/(person*day)": "per_person_day",
    "token": "tokens",
    "USD2025": "usd2025",
    "USD2025/day": "usd2025_per_day",
    "USD2025/hour": "usd2025_per_hour",
    "USD2025/(H100e*day)": "usd2025_per_h100e_day",
    "USD2025/(H100e*hour)": "usd2025_per_h100e_hour",
    "USD2025/H100e": "usd2025_per_h100e",
    "USD2025/(MW*hour)": "usd2025_per_mw_hour",
    "H100e/MW": "h100e_per_mw",
    "MW/day": "mw_per_day",
    "1/H100e": "per_h100e",
    "USD2025/year": "usd2025_per_year",
    "USD2025/(person*year)": "usd2025_per_person_year",
    "H100e/year": "h100e_per_year",
    "MW/year": "mw_per_year",
    "s/token": "s_per_token",
    "s/(token*token)": "s_per_token_per_context_token",
    "hour/(person*day)": "hours_per_(senior|junior)_day",
    "token/minute": "tokens_per_work_minute",
    "token/s": "tokens_per_s",
}
"""How a unit is spelled in a name. It ends the name, or stands before what the quantity is counted per."""
MEASURED = r"(days?|nats|bits|decades|minutes|hours|people|h100e|flop|usd2025)"
"""Words that would promise a unit where there is none."""
TERMS = {"span_of_control"}
"""Names that the field has for a thing, whatever it is counted in."""


def parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from parts(part)


def groups(root: type[Params]) -> list[type[Params]]:
    """`root` and every group of parameters below it."""
    found: list[type[Params]] = [root]
    for group in found:
        for field in group.model_fields.values():
            for part in parts(field.annotation):
                if isinstance(part, type) and issubclass(part, Params) and part not in found:
                    found.append(part)
    return found


def name_fits(name: str, unit: str) -> bool:
    """Whether the name of a parameter says its unit, or promises none where there is none."""
    if unit == "1":
        return not re.search(rf"(^|_){MEASURED}$", name) or bool(re.search(r"_per_[a-z]+$", name))
    return name in TERMS or bool(re.search(rf"(^|_){WORDS[unit]}(_per_[a-z]+)*$", name))


def problems(group: type[Params]) -> list[str]:
    """What is wrong with the declarations of a group."""
    found = [] if group.__doc__ else [f"{group.__name__} has no docstring"]
    for name, field in group.model_fields.items():
        kinds = [part for part in parts(field.annotation) if part in (int, float)]
        units = [part.name for part in (*field.metadata, *parts(field.annotation)) if isinstance(part, Unit)]
        where = f"{group.__name__}.{name}"
        if not kinds:
            continue
        if len(units) != 1:
            found.append(f"{where} has {len(units)} units")
        elif units[0] != "1" and units[0] not in WORDS:
            found.append(f"{where}: unit {units[0]} has no word")
        elif not name_fits(name, units[0]):
            found.append(f"{where} does not say its unit, {units[0]}")
        if not field.description:
            found.append(f"{where} has no docstring")
    return found


GROUPS = groups(WorldParams)


def test_the_walk_finds_every_group_of_the_world():
    classes = {
        value
        for name, module in sys.modules.items()
        if name.startswith("simlab.world")
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Params) and value.__module__.startswith("simlab.world")
    }
    bases = {base for group in GROUPS for base in group.__mro__}
    assert classes - set(GROUPS) <= bases
    assert len(GROUPS) > 20


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: group.__name__)
def test_every_number_says_its_unit_and_its_meaning(group):
    assert problems(group) == []


class Careless(Params):
    """Every mistake there is."""

    queue: Annotated[float, Unit("day")]
    """A name without its unit."""
    run_hours: Annotated[float, Unit("day")]
    """A name of another unit."""
    gain_nats: Annotated[float, Unit("1")]
    """A unit that is none."""
    patience_days: float
    """A name only."""
    wait_days: Annotated[float, Unit("day")]
    odd_miles: Annotated[float, Unit("mile")]
    """A unit nobody knows."""


def test_the_rule_finds_every_mistake():
    assert problems(Careless) == [
        "Careless.queue does not say its unit, day",
        "Careless.run_hours does not say its unit, day",
        "Careless.gain_nats does not say its unit, 1",
        "Careless.patience_days has 0 units",
        "Careless.wait_days has no docstring",
        "Careless.odd_miles: unit mile has no word",
    ]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("run_day", "day"),
        ("start_days", "date"),
        ("people", "person*day"),
        ("rate_per_day", "1/person"),
        ("flops", "FLOP"),
    ],
)
def test_a_name_of_nearly_the_unit_is_not_good_enough(name, unit):
    assert not name_fits(name, unit)


def test_no_number_has_a_default_in_code():
    for group in GROUPS:
        for name, field in group.model_fields.items():
            kinds = get_args(field.annotation)
            is_name = bool(kinds) and all(isinstance(k, type) and issubclass(k, Params | str | None) for k in kinds)
            assert field.is_required() or (is_name and field.default is None), f"{group.__name__}.{name}"


# -- the stage ------------------------------------------------------------------------------------------------------


def test_the_stage_has_three_fields():
    assert [field.name for field in dataclasses.fields(Stage)] == ["env", "streams", "trace"]


def test_the_stages_of_an_idea_are_counted_right():
    assert N_STAGES == len(Stage7) == 7
    assert [stage.value for stage in Stage7] == list(range(7))


# -- events ---------------------------------------------------------------------------------------------------------

IDENTITIES = {"lab", "nation", "sector", "team", "area", "idea", "rung", "job", "job_class", "generation"}
"""Fields that say which one, not how much."""
SUFFIXES = r"(^|_)(days|seconds|nats|decades|h100e|flop|tokens|usd2025|minutes|fraction|bits|nats_per_day)$"


def documented(cls: type) -> set[str]:
    """Names in a class body that are followed by a sentence of their own."""
    body = next(node for node in ast.walk(ast.parse(inspect.getsource(cls))) if isinstance(node, ast.ClassDef)).body
    names = set()
    for node, after in pairwise(body):
        target = (
            node.target
            if isinstance(node, ast.AnnAssign)
            else node.targets[0]
            if isinstance(node, ast.Assign)
            else None
        )
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            names.add(target.id)
    return names


def test_every_event_class_is_on_the_list():
    classes = {
        cls
        for cls in vars(events).values()
        if isinstance(cls, type) and issubclass(cls, tuple) and hasattr(cls, "detail")
    }
    assert classes == set(EVENT_CLASSES)
    assert len(set(EVENT_CLASSES)) == len(EVENT_CLASSES)


@pytest.mark.parametrize("kind", EVENT_CLASSES, ids=lambda kind: kind.__name__)
def test_every_event_begins_with_its_day_and_explains_its_fields(kind):
    hints, said = get_type_hints(kind), documented(kind)
    assert kind._fields[0] == "time_days"
    assert kind.__doc__
    for name in kind._fields[1:]:
        kind_of = hints[name]
        is_enum = isinstance(kind_of, type) and issubclass(kind_of, IntEnum)
        explained = is_enum or name in said | IDENTITIES or name.startswith("n_") or re.search(SUFFIXES, name)
        assert explained, f"{kind.__name__}.{name} says neither its unit nor its meaning"


@pytest.mark.parametrize("cls", [events.Cause, events.Decision, events.Outcome, events.Interruption])
def test_every_word_a_table_can_show_is_explained(cls):
    assert documented(cls) == set(cls.__members__)
    assert [member.value for member in cls] == list(range(len(cls)))


# -- imports --------------------------------------------------------------------------------------------------------


def test_every_room_stays_on_its_rung():
    command = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert re.search(r"Contracts: \d+ kept, 0 broken", done.stdout)
