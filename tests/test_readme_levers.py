"""What the README says of a new lever: the file it shows is a lever, and the scenario it shows is one that it obeys."""

import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest
from ruamel.yaml import YAML

from simlab.randomness import Streams
from simlab.scenario import load_scenario
from simlab.trace.events import ComputeDelivered, FrontierRunStarted, LeverPulled
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.policy import schedule
from simlab.world.policy.lever import Lever

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
START, END = 60.5, 200.5


@pytest.fixture(scope="module")
def text() -> str:
    return README.split("### How to add a lever in one file\n")[1].split("\n## ")[0].split("\n### ")[0]


@pytest.fixture
def lever(text: str, monkeypatch: pytest.MonkeyPatch) -> Lever:
    """The lever of the section's file, saying what the section's scenario says, on days of this test."""
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (file,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    module = ModuleType("shutdown")
    monkeypatch.setitem(sys.modules, "shutdown", module)
    exec(compile(code, "README.md", "exec"), module.__dict__)
    (said,) = YAML(typ="safe").load(file)["policies"]["shutdown_2029"]["levers"]
    plain = {name: one["value"] if isinstance(one, dict) else one for name, one in said.items()}
    return cast(Lever, module.Shutdown(**{**plain, "start_day": START, "end_day": END}))


def simulated(*levers: Lever) -> Trace:
    data: dict[str, Any] = load_scenario(ROOT / "scenarios" / "baseline.yaml").params().model_dump()
    data["warm_up_days"] = 20.0
    data["training"] |= {"cadence_days": 110.0}
    trace = Trace()
    world = build_world(WorldParams(**data), Streams(1), trace)
    schedule(levers, world)
    world.stage.env.run(until=300.0)
    return trace


def test_the_lever_that_the_readme_shows_does_what_it_says(lever: Lever):
    trace, free = simulated(lever), simulated()
    assert [row.time_days for row in trace.of(LeverPulled)] == [START, END]
    for shown, acts in ((trace, True), (free, False)):
        usable = [r.capacity_h100e for r in shown.of(ComputeDelivered) if r.lab == 0 and START <= r.time_days < END]
        launched = [r for r in shown.of(FrontierRunStarted) if r.lab < 2 and START <= r.time_days < END]
        assert (bool(usable) and max(usable) == 1e5) == acts
        assert (launched == []) == acts


@pytest.mark.parametrize("base", ["OnLabs", "OnNation", "OnMarket", "Reversible", "Lever"])
def test_every_class_it_names_is_there(text: str, base: str):
    assert f"`{base}`" in text
    found = (ROOT / "simlab" / "world" / "policy").glob("*.py")
    assert any(f"class {base}(" in path.read_text(encoding="utf-8") for path in found)
