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
from simlab.scenario.fingerprints import policy_fingerprint
from simlab.scenario.milestones import Milestone
from simlab.scenario.origins import Origin
from simlab.scenario.plans import Plan, Slot, fill, slots
from simlab.scenario.ranges import Listed
from simlab.scenario.records import Quantity
from simlab.scenario.switches import Switch, Word, said, switched
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
    switches: Mapping[str, Switch] = field(default_factory=dict)
    """By the path of their factor; only a sweep has any."""


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
    """Names; the first is always "baseline", which changes nothing. Of a sweep only those it sweeps."""
    milestones: Mapping[str, Milestone]
    origins: tuple[Origin, ...]
    """One for each number of the world, the policies and the milestones, in file order."""
    uncertain: tuple[str, ...]
    """Dotted paths of the numbers that have an interval, sorted; in a sweep not all of them need be factors."""
    fingerprint: str
    """Hash of everything that can change an outcome; order, comments, notes, file names and the number of samples
    cannot, nor which of its policies a sweep takes."""
    design: DesignSpec
    """What a study varies, and how; what is no factor stays at its own value."""
    parts: Parts = field(repr=False, compare=False)

    @property
    def horizon_days(self) -> float:
        """Days from start to end."""
        return float((self.end - self.start).days)

    @property
    def is_sweep(self) -> bool:
        """Whether it comes from a sweep file, which says what is varied and how."""
        return "sweep" in self.parts.resolved

    @property
    def options(self) -> dict[str, tuple[Word, ...]]:
        """What each factor with options is tried as, by path and in order: words of switches, numbers of others."""
        listed = {
            f.path: self.parts.quantities[f.path].spread for f in self.design.factors if f.path not in self._words
        }
        values = {path: spread.values for path, spread in listed.items() if isinstance(spread, Listed)}
        found: dict[str, tuple[Word, ...]] = {**self._words, **values}
        return {factor.path: found[factor.path] for factor in self.design.factors if factor.n_options}

    def policy_fingerprint(self, policy: str) -> str:
        """Hash of everything that can change an outcome under `policy`: what the others are and set cannot.

        Neither can comments, notes, titles, or how many points and replicates are asked for. The seed is the
        scenario's own: a study that takes another one keeps that beside this hash.
        """
        return policy_fingerprint(
            policy, common(self.start, self.end, self.study, self.milestones), self.design, self.parts
        )

    def params(self, policy: str = BASELINE, uniforms: Mapping[str, float] | None = None) -> "WorldParams":
        """The world's parameters under `policy`, plain floats in canonical units.

        `uniforms` gives factors and uncertain paths their draws in [0, 1]; a path left out keeps its own (central)
        value, and None is the central world. Of a factor with k options a draw u stands for option floor(u * k). What
        a policy sets itself wins over a switch on the same path, on one above it or on one below it.

        Raises ScenarioError where the drawn values contradict one another, KeyError for an unknown policy, ValueError
        for a path that is neither uncertain nor a switch.
        """
        plan = fill(self._plan(policy, uniforms), self._by_origin(policy, uniforms))
        try:
            return cast("WorldParams", self.parts.model.model_validate(plan))
        except ValidationError as error:
            told = [f"{self.name}, policy {policy}: {path}: {text}" for path, text in complaints(error)]
            raise ScenarioError(told) from None

    def values(self, policy: str = BASELINE, uniforms: Mapping[str, float] | None = None) -> dict[str, Word]:
        """What `params` would use with these arguments, by dotted path: a row of a design table.

        All numbers, and the words of switches: a group is `as_is` or `left_out`. A number that the policy sets is
        named by its path in the world, one in the policy's own levers by its path in the file; a switch is not there
        under a policy that sets the same thing itself. Dates are days since the start.
        """
        by_origin, draws = self._by_origin(policy, uniforms), uniforms or {}
        plan_slots = slots(self._plan(policy, uniforms)) if self.parts.switches else self.parts.slots[policy]
        numbers = {slot.used_as: by_origin[slot.origin] for slot in plan_slots}
        acting = {path: switch for path, switch in self.parts.switches.items() if policy in switch.policies}
        return numbers | {path: said(switch, draws.get(path)) for path, switch in acting.items()}

    def quantile_values(self, uniforms: Mapping[str, float]) -> dict[str, Word]:
        """The drawn value of each path in `uniforms`: independent draws in, correlated values and words out."""
        self._check(uniforms)
        mixed, switches = self.parts.copula(uniforms), self.parts.switches
        return {
            path: said(switches[path], u) if path in switches else _value(self.parts.quantities[path], mixed)
            for path, u in uniforms.items()
        }

    def resolved(self) -> dict[str, Any]:
        """The merged file as nested plain data, in the units its authors wrote.

        Of a sweep: its scenario with what is laid over it, and under `sweep` its policies, design and factors.
        """
        return dict(self.parts.resolved)

    @property
    def _words(self) -> dict[str, tuple[Word, ...]]:
        return {path: switch.words for path, switch in self.parts.switches.items()}

    def _plan(self, policy: str, uniforms: Mapping[str, float] | None) -> Plan:
        plan = self.parts.plans[policy]
        return switched(plan, policy, self.parts.switches, uniforms) if uniforms else plan

    def _by_origin(self, policy: str, uniforms: Mapping[str, float] | None) -> dict[str, float]:
        quantities = self.parts.quantities
        if not uniforms:
            return {slot.origin: quantities[slot.origin].origin.value for slot in self.parts.slots[policy]}
        self._check(uniforms)
        mixed = self.parts.copula(uniforms)
        return {slot.origin: _value(quantities[slot.origin], mixed) for slot in self.parts.slots[policy]}

    def _check(self, uniforms: Mapping[str, float]) -> None:
        known, switches = self.parts.quantities, self.parts.switches
        strange = [
            path for path in uniforms if path not in switches and (path not in known or known[path].spread is None)
        ]
        if strange:
            raise ValueError(f"not uncertain in scenario {self.name}: {', '.join(strange)}")


def common(start: date, end: date, study: StudyParams, milestones: Mapping[str, Milestone]) -> object:
    """What every fingerprint begins with: the days, the seed, the milestones."""
    levels = {name: [milestone.measure, milestone.threshold] for name, milestone in milestones.items()}
    return [start, end, study.seed, levels]


def _value(quantity: Quantity, uniforms: Mapping[str, float]) -> float:
    origin, spread = quantity.origin, quantity.spread
    u = uniforms.get(origin.path)
    return origin.value if u is None or spread is None else spread(u)
