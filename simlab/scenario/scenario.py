"""A scenario that passed the gate: what studies, runs and reports need of it, and nothing of files."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from simlab.errors import ScenarioError
from simlab.parameters import Params
from simlab.scenario.copula import Copula
from simlab.scenario.design import DesignSpec
from simlab.scenario.file_shape import StudyParams
from simlab.scenario.milestones import Milestone
from simlab.scenario.origins import Origin
from simlab.scenario.plans import Plan, Slot, fill
from simlab.scenario.records import Quantity
from simlab.scenario.verdict import complaints

if TYPE_CHECKING:
    from simlab.world.build import WorldParams

__all__ = ["BASELINE", "Milestone", "Parts", "Scenario", "StudyParams"]

BASELINE = "baseline"
"""The policy that changes nothing."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What a scenario makes worlds from."""

    model: type[Params]
    plans: Mapping[str, Plan]
    """The world of each policy, with slots for numbers."""
    slots: Mapping[str, tuple[Slot, ...]]
    quantities: Mapping[str, Quantity]
    copula: Copula
    resolved: Mapping[str, Any]


@dataclass(frozen=True)
class Scenario:
    """A validated scenario. Frozen, and small enough to send to workers."""

    name: str
    title: str
    about: str
    start: date
    end: date
    study: StudyParams
    policies: tuple[str, ...]
    """Names; the first is always "baseline", which changes nothing."""
    milestones: Mapping[str, Milestone]
    origins: tuple[Origin, ...]
    """One for each number of the world, the policies and the milestones, in file order."""
    uncertain: tuple[str, ...]
    """Dotted paths of the numbers that have an interval, sorted."""
    fingerprint: str
    """Hash of everything that can change an outcome; order, comments, notes and file names cannot."""
    design: DesignSpec
    """What a study varies, and how."""
    parts: Parts = field(repr=False, compare=False)

    @property
    def horizon_days(self) -> float:
        """Days from start to end."""
        return float((self.end - self.start).days)

    def params(self, policy: str = BASELINE, uniforms: Mapping[str, float] | None = None) -> "WorldParams":
        """The world's parameters under `policy`, plain floats in canonical units.

        `uniforms` gives uncertain paths their probabilities in [0, 1]; a path left out keeps its central
        value, and None is the central world. Raises ScenarioError where the drawn numbers contradict one
        another, KeyError for an unknown policy, ValueError for a path that is not uncertain.
        """
        plan = fill(self.parts.plans[policy], self._by_origin(policy, uniforms))
        try:
            return cast("WorldParams", self.parts.model.model_validate(plan))
        except ValidationError as error:
            said = [f"{self.name}, policy {policy}: {path}: {text}" for path, text in complaints(error)]
            raise ScenarioError(said) from None

    def values(self, policy: str = BASELINE, uniforms: Mapping[str, float] | None = None) -> dict[str, float]:
        """Every number that `params` would use with these arguments, by dotted path: a row of a design table.

        A number that the policy sets is named by its path in the world, one in the policy's own levers by its
        path in the file. Dates are days since the start.
        """
        by_origin = self._by_origin(policy, uniforms)
        return {slot.used_as: by_origin[slot.origin] for slot in self.parts.slots[policy]}

    def quantile_values(self, uniforms: Mapping[str, float]) -> dict[str, float]:
        """The drawn value of each uncertain path in `uniforms`: independent probabilities in, correlated values out."""
        self._check(uniforms)
        mixed = self.parts.copula(uniforms)
        return {path: _value(self.parts.quantities[path], mixed) for path in uniforms}

    def resolved(self) -> dict[str, Any]:
        """The merged file as nested plain data, in the units its authors wrote."""
        return dict(self.parts.resolved)

    def _by_origin(self, policy: str, uniforms: Mapping[str, float] | None) -> dict[str, float]:
        quantities = self.parts.quantities
        if not uniforms:
            return {slot.origin: quantities[slot.origin].origin.value for slot in self.parts.slots[policy]}
        self._check(uniforms)
        mixed = self.parts.copula(uniforms)
        return {slot.origin: _value(quantities[slot.origin], mixed) for slot in self.parts.slots[policy]}

    def _check(self, uniforms: Mapping[str, float]) -> None:
        known = self.parts.quantities
        strange = [path for path in uniforms if path not in known or known[path].spread is None]
        if strange:
            raise ValueError(f"not uncertain in scenario {self.name}: {', '.join(strange)}")


def _value(quantity: Quantity, uniforms: Mapping[str, float]) -> float:
    origin, spread = quantity.origin, quantity.spread
    u = uniforms.get(origin.path)
    return origin.value if u is None or spread is None else spread(u)
