"""A world of a few parameters, so that the gate is tested apart from the model."""

import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import pytest
from annotated_types import Ge, Gt, Le, Lt
from pydantic import Field, model_validator

from simlab.errors import ScenarioError
from simlab.parameters import Day, Params, Unit
from simlab.scenario import Scenario, load_scenario

HERE = Path(__file__).parent


class ClusterParams(Params):
    """Accelerators of a lab."""

    n_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """Owned on the first day."""
    repair_days: Annotated[float, Ge(0), Unit("day")]
    """Until a failed machine is back."""
    busy_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the time in use."""


class PeopleParams(Params):
    """Researchers of a lab."""

    n_people: Annotated[int, Gt(0), Unit("person")]
    """Researchers."""
    patience_days: Annotated[float, Field(gt=0), Unit("day")]
    """Until a waiting experiment is withdrawn."""
    drift_per_day: Annotated[float, Unit("1/day")]
    """Of their number."""


class LabParams(Params):
    """One lab."""

    cluster: ClusterParams
    people: PeopleParams
    launch: Literal["cadence", "readiness"]
    """When a frontier run starts."""
    is_open: bool
    """Whether it publishes."""


class ComputeCap(Params):
    """From a day on, a lab may use no more than so many accelerators."""

    lever: Literal["compute_cap"]
    lab: str
    start_day: Day
    max_h100e: Annotated[float, Gt(0), Unit("H100e")]


class Subsidy(Params):
    """Money from a day on."""

    lever: Literal["subsidy"]
    start_day: Day
    usd2025_per_day: Annotated[float, Gt(0), Unit("USD2025/day")]


AnyLever = Annotated[ComputeCap | Subsidy, Field(discriminator="lever")]


class SmallWorld(Params):
    """Labs and levers."""

    labs: dict[str, LabParams]
    rungs_flop: tuple[Annotated[float, Gt(0), Unit("FLOP")], ...]
    """Scales of experiments."""
    elasticity: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Between people and compute."""
    n_areas: Annotated[int, Ge(1)]
    """Kinds of ideas."""
    levers: tuple[AnyLever, ...] = ()

    @model_validator(mode="after")
    def _levers_name_labs(self) -> "SmallWorld":
        for number, lever in enumerate(self.levers):
            if isinstance(lever, ComputeCap) and lever.lab not in self.labs:
                raise ValueError(f"levers.{number}.lab: there is no lab '{lever.lab}'; labs are {', '.join(self.labs)}")
        return self


class AuditParams(Params):
    """Who looks at what a lab did."""

    people_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Of its people."""
    rule: Literal["all", "sample"]
    """What they look at."""


class InsuranceParams(Params):
    """Who pays for accidents."""

    usd2025_per_day: Annotated[float, Gt(0), Unit("USD2025/day")]
    """Its price."""


class SweptWorld(SmallWorld):
    """A small world with groups that may be left out, and rules that join them."""

    audit: AuditParams | None = None
    insurance: InsuranceParams | None = None

    @model_validator(mode="after")
    def _audits(self) -> "SweptWorld":
        if self.insurance is not None and self.audit is None:
            raise ValueError("insurance: needs 'audit', which this scenario leaves out")
        if self.audit is not None and self.audit.rule == "all" and self.labs["leader"].launch == "cadence":
            raise ValueError("audit.rule: nobody can look at all of it in time")
        return self


SWEPT = """
format: 1
extends: base.yaml
world:
  audit:
    people_fraction: {value: 0.1, unit: "1", low: 0.05, high: 0.2, source: measured}
    rule: sample
  insurance:
    usd2025_per_day: {value: 7, unit: kUSD2025/week, source: measured}
policies:
  strict:
    set: {audit.people_fraction: {value: 0.5, unit: "1", source: choice, note: half}}
"""
"""What the sweeps of these tests sweep: the small world with audits and insurance, and a policy more."""


@pytest.fixture
def swept(tmp_path, small_file):
    """Write a sweep over the small world, and load it."""
    (tmp_path / "base.yaml").write_text(small_file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("measured: {title: A measurement, kind: data}\n", encoding="utf-8")

    def load(text: str, overrides: Sequence[str] = (), *, over: str = SWEPT) -> Scenario:
        (tmp_path / "swept.yaml").write_text(over, encoding="utf-8")
        (tmp_path / "sweep.yaml").write_text(
            "format: 1\nsweeps: swept.yaml\n" + textwrap.dedent(text), encoding="utf-8"
        )
        return load_scenario(tmp_path / "sweep.yaml", overrides, SweptWorld)

    return load


@pytest.fixture(scope="session")
def small_world() -> type[Params]:
    return SmallWorld


@pytest.fixture(scope="session")
def small_file() -> Path:
    return HERE / "small" / "base.yaml"


@pytest.fixture
def written(tmp_path, small_world, small_file):
    """Write a file that extends the small world, and load it."""
    (tmp_path / "base.yaml").write_text(small_file.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "sources.yaml").write_text("measured: {title: A measurement, kind: data}\n", encoding="utf-8")

    def load(text: str = "", overrides: Sequence[str] = (), *, extends: bool = True, strict: bool = False) -> Scenario:
        head = "format: 1\nextends: base.yaml\n" if extends else ""
        (tmp_path / "file.yaml").write_text(head + textwrap.dedent(text), encoding="utf-8")
        return load_scenario(tmp_path / "file.yaml", overrides, small_world, strict=strict)

    return load


@pytest.fixture
def problems(written):
    """The finished problem texts of a file that extends the small world."""

    def load(
        text: str = "", overrides: Sequence[str] = (), *, extends: bool = True, strict: bool = False
    ) -> Sequence[str]:
        with pytest.raises(ScenarioError) as found:
            written(text, overrides, extends=extends, strict=strict)
        return found.value.problems

    return load
