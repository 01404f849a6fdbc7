"""A mechanism that is switched off, or has nothing to do, leaves everything else as it is, byte for byte."""

import shutil
from pathlib import Path
from typing import Any, cast

import pytest
from ruamel.yaml import YAML

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario
from simlab.trace.events import (
    EVENT_CLASSES,
    FleetMetered,
    LabMetered,
    ModelDeployed,
    ModelReleased,
    OversightMetered,
    RequestsMetered,
    VerificationMetered,
    WorkersMetered,
)
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.world_params import NEEDS

ROOT = Path(__file__).parents[1]
BASELINE = ROOT / "scenarios" / "baseline.yaml"
DAYS, WARM_UP_DAYS = 160.0, 60.0
"""Long enough for the leader's first frontier run to end and its model to be audited."""
OPTIONAL = tuple(name for name, field in WorldParams.model_fields.items() if not field.is_required())


def and_dependants(group: str) -> list[str]:
    """The group, and what makes no sense without it."""
    found = [group]
    for name in found:
        found += [other for other, needed in NEEDS.items() if needed == name and other not in found]
    return found


def tables(params: WorldParams, seed: int = 5) -> dict[str, bytes]:
    """Every table of a short run, as it lies in memory."""
    params = params.model_copy(update={"warm_up_days": WARM_UP_DAYS})
    trace: Trace = simulate(params, DAYS, Streams(seed), detail=True)
    return {kind.__name__: trace.values(kind).tobytes() for kind in EVENT_CLASSES}


def differences(one: dict[str, bytes], other: dict[str, bytes]) -> list[str]:
    return [name for name, rows in one.items() if rows != other[name]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the scenarios with their sources, to write others into."""
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    return tmp_path / "scenarios"


def silent(folder: Path, groups: list[str]) -> WorldParams:
    """The baseline from a file that never mentions these groups."""
    yaml = YAML()
    tree = yaml.load(BASELINE.read_text())
    for group in groups:
        tree["world"].pop(group, None)
    known = [f"world.{group}." for group in groups]
    pairs = tree.get("correlations", [])
    tree["correlations"] = [p for p in pairs if not any(end.startswith(g) for end in p["between"] for g in known)]
    yaml.dump(tree, folder / "silent.yaml")
    return cast(WorldParams, load_scenario(folder / "silent.yaml").params())


def nulled(folder: Path, groups: list[str]) -> WorldParams:
    """The baseline extended by a file that sets these groups to null."""
    lines = "".join(f"  {group}: null\n" for group in groups)
    head = "format: 1\nextends: baseline.yaml\nname: nulled\ntitle: Some groups are null\nworld:\n"
    (folder / "nulled.yaml").write_text(head + lines)
    return cast(WorldParams, load_scenario(folder / "nulled.yaml").params())


@pytest.mark.parametrize("group", OPTIONAL)
def test_null_is_the_same_as_never_mentioned(group: str, folder: Path):
    groups = and_dependants(group)
    one, other = nulled(folder, groups), silent(folder, groups)
    assert all(getattr(one, name) is None for name in groups)
    assert differences(tables(one), tables(other)) == []


@pytest.mark.parametrize("group", OPTIONAL)
def test_the_baseline_has_the_group_and_it_matters(group: str, folder: Path):
    """Without this the test above could not fail."""
    base = cast(WorldParams, load_scenario(BASELINE).params())
    assert getattr(base, group) is not None
    assert nulled(folder, and_dependants(group)) != base


# -- there, but idle ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def base() -> dict[str, Any]:
    """The baseline's numbers, of models that can do nothing for anybody and of a plan that stays as it is."""
    data: dict[str, Any] = load_scenario(BASELINE).params().model_dump()
    data["capability"] |= {"reference_horizon_minutes": 1e-9}
    data |= {"automation": None, "plan": None}
    return data


def without(data: dict[str, Any], group: str) -> WorldParams:
    return WorldParams(**{**data, **dict.fromkeys(and_dependants(group))})


def with_changes(data: dict[str, Any], group: str, **changes: Any) -> WorldParams:
    """One optional group in, changed so that it has nothing to do; what needs it is left out."""
    others = dict.fromkeys(name for name in and_dependants(group) if name != group)
    return WorldParams(**{**data, **others, group: {**data[group], **changes}})


def differing(idle: WorldParams, absent: WorldParams, *own: type) -> list[str]:
    """Tables other than the mechanism's own that an idle mechanism changes."""
    names = {kind.__name__ for kind in own}
    return [name for name in differences(tables(idle), tables(absent)) if name not in names]


def test_oversight_without_compute_people_or_work(base: dict[str, Any]):
    nothing = {"people_fraction": 0.0, "compute_fraction": 0.0, "audit_people_days": 0.0}
    idle = with_changes(base, "oversight", **nothing)
    assert differing(idle, without(base, "oversight"), OversightMetered) == []


def test_verifiers_with_nothing_to_verify(base: dict[str, Any]):
    idle = with_changes(base, "verification", people_fraction=0.0)
    assert differing(idle, without(base, "verification"), VerificationMetered) == []


def test_a_fleet_that_nobody_asks_for_anything(base: dict[str, Any]):
    unsized = {**base, "sizing": None, "deployment": None}  # which look at what serves
    idle = with_changes(unsized, "inference")
    assert differing(idle, without(unsized, "inference"), FleetMetered, RequestsMetered, ModelDeployed) == []


def test_text_that_does_not_end(base: dict[str, Any]):
    """The table of models is the recipe's own: it says how they were trained."""
    plain = {**base, **dict.fromkeys(and_dependants("inference")), "sizing": None, "reinforcement": None}
    idle = with_changes(plain, "text", stock_tokens=1e30)
    assert differing(idle, without(plain, "text"), ModelReleased) == []


def test_workers_that_can_do_nothing(base: dict[str, Any]):
    idle = with_changes(base, "workers", fleet_fraction=0.0)
    assert differing(idle, without(base, "workers"), WorkersMetered) == []


def test_thinking_where_nothing_can_be_thought_through(base: dict[str, Any]):
    assert differing(WorldParams(**base), without(base, "thinking")) == []


def test_automation_where_no_team_can_be_founded(base: dict[str, Any]):
    full: dict[str, Any] = load_scenario(BASELINE).params().model_dump()
    idle = WorldParams(**{**base, "automation": full["automation"]})
    assert differing(idle, WorldParams(**base)) == []


def test_a_plan_that_measures_but_moves_next_to_nothing(base: dict[str, Any]):
    full: dict[str, Any] = load_scenario(BASELINE).params().model_dump()
    idle = WorldParams(**{**base, "plan": {**full["plan"], "step_fraction": 1e-30}})
    assert differing(idle, WorldParams(**base)) == []


def test_the_tables_of_a_mechanism_are_its_own(base: dict[str, Any]):
    """What is left aside above is recorded by that mechanism alone, so leaving it aside hides nothing else."""
    absent = tables(without(base, "inference"))
    own = (FleetMetered, RequestsMetered, WorkersMetered, VerificationMetered, OversightMetered)
    assert [kind.__name__ for kind in own if absent[kind.__name__]] == []
    assert absent[LabMetered.__name__]
