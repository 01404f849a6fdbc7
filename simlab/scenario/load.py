"""From a file to a scenario."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from simlab.parameters import Params
from simlab.scenario.assembly import plain_data
from simlab.scenario.copula import Copula, Pair
from simlab.scenario.correlations import read_correlations
from simlab.scenario.dates import Cutoff, undeclared
from simlab.scenario.design import LATIN_HYPERCUBE, DesignSpec, Factor
from simlab.scenario.file_shape import StudyParams, file_shape
from simlab.scenario.fingerprints import fingerprint
from simlab.scenario.layers import read_stack
from simlab.scenario.milestones import read_milestones
from simlab.scenario.nodes import Node, Place, Scalar
from simlab.scenario.overrides import apply_overrides
from simlab.scenario.paths import leaf_paths
from simlab.scenario.plans import Plan, central, slots
from simlab.scenario.policies import read_policies
from simlab.scenario.problems import Problems
from simlab.scenario.reader import Reader, why_not_plain
from simlab.scenario.records import Desk, Quantity
from simlab.scenario.scenario import BASELINE, Parts, Scenario, common
from simlab.scenario.shapes import Group, Plain, Shape
from simlab.scenario.sources import SELF_EVIDENT, known_sources
from simlab.scenario.sweep_file import SweepFile
from simlab.scenario.swept import Swept
from simlab.scenario.validation import validate, validate_options

_ANY_DAY = date(2000, 1, 1)
"""Stands in for a start that cannot be read, so that the rest of the file still can."""


def load_scenario(
    path: str | Path,
    overrides: Sequence[str] = (),
    model: type[Params] | None = None,
    *,
    strict: bool = False,
) -> Scenario:
    """The scenario in the file at `path`, with `--set` strings ("world.x.y=3 day") laid over it.

    A sweep file gives the scenario it sweeps with what it lays over that, its own name, policies, study and design; a
    factor that `overrides` fixes is held.

    `model` is the class of `world:`; the simulator's own where it is left out. `strict` also asks of each number a
    range, or the reason why it has none. Raises ScenarioError with every problem at once.
    """
    return _Load(Path(path), overrides, model or world_params()).scenario(strict=strict)


def world_params() -> type[Params]:
    """The parameters of the simulator's own world."""
    from simlab.world.build import WorldParams  # noqa: PLC0415 -- who brings another model needs no simulator

    return WorldParams


class _Load:
    """One file on its way through the gate."""

    def __init__(self, path: Path, overrides: Sequence[str], model: type[Params]) -> None:
        self.path, self.model = path, model
        self.shape = file_shape(model)
        self.problems = Problems()
        stack = read_stack(path, self.problems)
        self.own = stack.own
        self.sweep = None if stack.sweep is None else SweepFile(stack.sweep, self.shape, self.problems)
        tree = stack.tree if self.sweep is None else self.sweep.laid_over(stack.tree)
        self.tree = apply_overrides(tree, self.shape, overrides, self.problems)
        self.fixed = [text.partition("=")[0].strip() for text in overrides]
        self.start, self.end = self._day("start"), self._day("end")
        self.hindcast = self._flag("hindcast")
        sources = known_sources(stack.files)
        cutoff = None if self.start is None else Cutoff(self.start, self.hindcast, sources)
        desk = Desk(self.problems, sources, self.start or _ANY_DAY, cutoff)
        self.reader = Reader(desk, lambda: leaf_paths(self.shape, self.tree))

    def scenario(self, *, strict: bool) -> Scenario:
        """Read everything, and only then stop if anything was wrong."""
        self._head()
        study, plans = self._study(), self._plans()
        milestones = read_milestones(self._shape("milestones"), self._child("milestones"), self.reader)
        joined, pairs = self._correlations()
        swept = None if self.sweep is None else self.sweep.read(self.reader, plans, self.tree, self.fixed)
        if strict:
            self._name_unexplained()
        self._validate(plans, swept)
        assert study is not None
        assert self.start is not None
        assert self.end is not None
        uncertain = _uncertain(self.reader.quantities)
        design, policies = DesignSpec(LATIN_HYPERCUBE, tuple(map(Factor, uncertain))), tuple(plans)
        parts = self._parts(plans, joined, pairs)
        if swept is not None:
            design, policies, parts = swept.design, swept.policies, swept.parts(parts, pairs)
        return Scenario(
            **self._own(),
            start=self.start,
            end=self.end,
            study=study,
            policies=policies,
            milestones=milestones,
            origins=tuple(quantity.origin for quantity in self.reader.quantities.values()),
            uncertain=uncertain,
            design=design,
            fingerprint=fingerprint(common(self.start, self.end, study, milestones), design, parts),
            parts=parts,
        )

    def _validate(self, plans: MappingOf[str, Plan], swept: Swept | None) -> None:
        """Hold the worlds of all policies, and each option of a sweep, against the model; stop if anything is wrong."""
        self.problems.stop_if_any()
        values = central(self.reader.quantities)
        validate(self.model, plans, values, self.reader.places, self.problems)
        self.problems.stop_if_any()
        if swept is not None:
            validate_options(self.model, plans, values, swept, self.problems)
            self.problems.stop_if_any()

    def _parts(self, plans: MappingOf[str, Plan], joined: Copula, pairs: Sequence[Pair]) -> Parts:
        slots_by_policy = {policy: tuple(slots(plan)) for policy, plan in plans.items()}
        resolved = plain_data(self.tree, self._own(), pairs)
        return Parts(self.model, plans, slots_by_policy, self.reader.quantities, joined, resolved)

    def _correlations(self) -> tuple[Copula, list[Pair]]:
        inherited = "correlations" not in self.own.children
        shape, node = self._shape("correlations"), self._child("correlations")
        return read_correlations(shape, node, self.reader, inherited=inherited)

    def _name_unexplained(self) -> None:
        for path, quantity in self.reader.quantities.items():
            origin = quantity.origin
            if origin.low is None and not origin.note and origin.source not in SELF_EVIDENT:
                said = "no low and high, and no note that says why it needs none"
                self.problems.add(self.reader.places[path], path, said)

    def _child(self, name: str) -> Node | None:
        return self.tree.children.get(name)

    def _shape(self, name: str) -> Shape:
        return self.shape.fields[name].shape

    def _day(self, name: str) -> date | None:
        node = self._child(name)
        return node.value if isinstance(node, Scalar) and isinstance(node.value, date) else None

    def _flag(self, name: str) -> bool:
        node = self._child(name)
        return isinstance(node, Scalar) and node.value is True

    def _head(self) -> None:
        """Check the names of the file, and everything in its head that is a bare value."""
        self.reader.check_names(self.tree, self.shape.fields, "")
        self.reader.name_missing(self.shape, self.tree, "", Place(str(self.path), 1, 1))
        for name in ("name", "title", "about", "start", "end", "hindcast"):
            shape, node = self._shape(name), self._child(name)
            said = why_not_plain(shape, node) if isinstance(shape, Plain) and node is not None else None
            if said is not None and node is not None:
                self.problems.add(node.place, name, said)
        self._check_names()
        node = self._child("end")
        if node is not None and self.start is not None and self.end is not None and self.end <= self.start:
            self.problems.add(node.place, "end", f"end {self.end} is not after start {self.start}")

    def _check_names(self) -> None:
        """Neither the scenario nor its file is called a hindcast that is none."""
        node = self._child("name")
        place = Place(str(self.path), 1, 1) if node is None else node.place
        for name in (self._own()["name"], self.path.stem):
            said = undeclared(name, hindcast=self.hindcast)
            if said is not None:
                self.problems.add(place, "hindcast", said)

    def _study(self) -> StudyParams | None:
        node, before = self._child("study"), len(self.problems.found)
        plan = None if node is None else self.reader.read(self._shape("study"), node, "study")
        return StudyParams(**plan) if plan and len(self.problems.found) == before else None

    def _plans(self) -> dict[str, Plan]:
        node, shape = self._child("world"), self._shape("world")
        if node is None or not isinstance(shape, Group):
            return {}
        plans = {BASELINE: self.reader.read(shape, node, "world")}
        read_policies(self._child("policies"), self._shape("policies"), shape, node, self.reader, plans)
        return plans

    def _own(self) -> dict[str, str]:
        """Name, title and prose of the file itself."""
        nodes = {name: self._child(name) for name in ("name", "title", "about")}
        words = {name: " ".join(node.text.split()) if isinstance(node, Scalar) else "" for name, node in nodes.items()}
        name = words["name"] or self.path.stem
        return {"name": name, "title": words["title"] or name, "about": words["about"]}


def _uncertain(quantities: MappingOf[str, Quantity]) -> tuple[str, ...]:
    return tuple(sorted(path for path, quantity in quantities.items() if quantity.spread is not None))
