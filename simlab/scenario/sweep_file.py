"""A sweep file on its way through the gate: what it lays over its scenario, and then its factors and its design.

    sweeps: ../baseline.yaml
    set: {end: 2028-01-01}
    policies: [baseline, pause]
    design: {kind: sobol, n: 256, seed: 1}
    factors:
      - world.ideas.difficulty_exponent                                  # its interval in the scenario
      - world.labs.leader.initial_people: {low: 100, high: 600, source: choice, note: Wide.}
      - world.capital.ceiling_fraction: {values: [0.005, 0.02, 0.15]}
      - world.inference.priority: [customers_first, by_plan]
      - world.oversight: [as_is, null]                                   # with and without
      - world.plan: held                                                 # varied no longer; keeps its dimension

Laying over comes first, so that the scenario is read once, with everything in it; the factors are looked up after that.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any

from simlab.scenario.assembly import plain
from simlab.scenario.design import SOBOL, DesignSpec, Factor
from simlab.scenario.entries import Found, find, is_all_uncertain, read_entries, with_interval
from simlab.scenario.nodes import Mapping, Node, Place
from simlab.scenario.options import Reading
from simlab.scenario.overrides import put
from simlab.scenario.paths import UnknownPathError, locate
from simlab.scenario.plans import Plan
from simlab.scenario.problems import Problems
from simlab.scenario.reader import Reader
from simlab.scenario.records import Desk
from simlab.scenario.shapes import Group
from simlab.scenario.spelling import closest
from simlab.scenario.sweep_shape import (
    DESIGN,
    DESIGN_SHAPE,
    FACTORS,
    HEAD,
    HELD,
    POLICIES,
    SET,
    SWEEP_SHAPE,
    UNCERTAIN,
    WITH_LEVELS,
    WITHOUT_N,
)
from simlab.scenario.swept import Swept

BASELINE = "baseline"
STUDY = {"n": "samples", "replicates": "replicates", "seed": "seed"}
"""Names of a design that are those of a study, under other names."""


class SweepFile:
    """One sweep file."""

    def __init__(self, root: Mapping, shape: Group, problems: Problems) -> None:
        self.root, self.shape, self.problems = root, shape, problems
        self.reader = Reader(Desk(problems, {}, date.min))
        self.found: list[Found] = []
        self.design: dict[str, Any] = {}

    def laid_over(self, tree: Mapping) -> Mapping:
        """The scenario's tree with `set`, the study and the intervals of the sweep in it."""
        self.reader.check_names(self.root, SWEEP_SHAPE.fields, "")
        self.reader.name_missing(SWEEP_SHAPE, self.root, "", Place(self.root.place.file, 1, 1))
        tree = self._with_study(self._with_set(tree))
        entries = read_entries(self.root.children.get(FACTORS), self.problems)
        found = (find(entry, self.shape, tree, self.problems) for entry in entries)
        self.found = [one for one in found if one is not None]
        for one in self.found:
            if one.entry.is_interval:
                tree = with_interval(one, tree, self.problems)
        return tree

    def _with_set(self, tree: Mapping) -> Mapping:
        node = self.root.children.get(SET)
        if node is not None and not isinstance(node, Mapping):
            self.problems.add(node.place, SET, "dotted paths of the scenario, each with a new value, are expected")
        for path, new in node.children.items() if isinstance(node, Mapping) else ():
            tree = self._set(tree, path, new, node.keys[path] if isinstance(node, Mapping) else new.place)
        return tree

    def _set(self, tree: Mapping, path: str, new: Node, place: Place) -> Mapping:
        first = path.partition(".")[0]
        if first == "study" or first in HEAD:
            known = f"'{DESIGN}: {{n, replicates, seed}}'" if first == "study" else "the head of this file"
            self.problems.add(place, f"{SET}.{path}", f"not set here; it belongs to {known}")
            return tree
        try:
            found = locate(self.shape, tree, path)
        except UnknownPathError as error:
            self.problems.add(place, f"{SET}.{path}", error.text, error.meant)
            return tree
        return put(tree, found.steps, new)

    def _with_study(self, tree: Mapping) -> Mapping:
        node = self.root.children.get(DESIGN)
        read = None if node is None else self.reader.read(DESIGN_SHAPE, node, DESIGN)
        self.design = {name: value for name, value in (read or {}).items() if value is not None}
        if not isinstance(node, Mapping):
            return tree
        self._name_meaningless(node)
        given = {STUDY[name]: child for name, child in node.children.items() if name in STUDY and name in self.design}
        study = Mapping(node.place, given, {name: child.place for name, child in given.items()})
        return put(tree, ("study",), study)

    @property
    def _kind(self) -> str:
        return self.design.get("kind", SOBOL)

    def _name_meaningless(self, node: Mapping) -> None:
        kind, levels = self._kind, self.design.get("levels", 4)
        if "n" in node.children and kind in WITHOUT_N:
            self._say(node, "n", f"n means nothing here: {WITHOUT_N[kind]}; leave it out")
        if "levels" in node.children and kind not in WITH_LEVELS:
            self._say(node, "levels", f"levels mean nothing here: {kind} draws anywhere; only {_both()} have levels")
        elif kind == "morris" and levels % 2:
            self._say(node, "levels", f"{levels} levels; morris moves by half of them, so they must be even")

    def _say(self, node: Mapping, name: str, text: str) -> None:
        self.problems.add(node.keys[name], f"{DESIGN}.{name}", text)

    def read(self, reader: Reader, plans: dict[str, Plan], tree: Mapping, fixed: Iterable[str]) -> Swept:
        """The design, once `reader` has read the scenario; `fixed` are the paths that the command line sets."""
        policies = self._policies(tuple(plans))
        reading = Reading(reader, plans, policies, tree, fixed)
        if is_all_uncertain(self.root.children.get(FACTORS)):
            factors = reading.all_uncertain()
        else:
            factors = [factor for one in self.found if (factor := reading.factor(one)) is not None]
        if factors and all(factor.is_held for factor in factors):
            place = self.root.children[FACTORS].place
            self.problems.add(place, FACTORS, "every factor is held, so nothing is varied")
        design = DesignSpec(self._kind, tuple(factors), self.design.get("levels", 4))
        written = {POLICIES: list(policies), DESIGN: self._written(design), FACTORS: self._factors(design)}
        return Swept(design, policies, reading.switches, reading.listed, reading.places, written)

    def _written(self, design: DesignSpec) -> dict[str, Any]:
        levels = {"levels": design.n_levels} if design.kind in WITH_LEVELS else {}
        return {"kind": design.kind, **levels}

    def _factors(self, design: DesignSpec) -> object:
        if is_all_uncertain(self.root.children.get(FACTORS)):
            return UNCERTAIN
        said = {one.entry.path: one.entry.said for one in self.found if not one.entry.is_interval}
        return [_factor(factor, said.get(factor.path)) for factor in design.factors]

    def _policies(self, known: tuple[str, ...]) -> tuple[str, ...]:
        node = self.root.children.get(POLICIES)
        if node is None or not known:
            return known
        named = self.reader.read(SWEEP_SHAPE.fields[POLICIES].shape, node, POLICIES) or []
        for i, name in enumerate(named):
            if name is not None and name not in known:
                place, path = self.reader.places[f"{POLICIES}.{i}"], f"{POLICIES}.{i}"
                said = f"no policy '{name}'; the scenario has {', '.join(known)}"
                self.problems.add(place, path, said, closest(name, known))
        if BASELINE not in named:
            said = f"'{BASELINE}' is missing; the other policies are told by how they differ from it"
            self.problems.add(node.place, POLICIES, said)
        return tuple(policy for policy in known if policy in named)


def _factor(factor: Factor, said: Node | None) -> object:
    if factor.is_held:
        return {factor.path: HELD}
    return factor.path if said is None else {factor.path: plain(said)}


def _both() -> str:
    return " and ".join(WITH_LEVELS)
