"""From a file to a scenario."""

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from simlab.parameters import Params
from simlab.scenario.assembly import fingerprint, plain_data
from simlab.scenario.correlation import Copula, ImpossibleError, Pair, copula
from simlab.scenario.file_shape import HEAD_ONLY, MEASURES, StudyParams, file_shape
from simlab.scenario.layers import Stack, read_stack
from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar
from simlab.scenario.overrides import apply_overrides
from simlab.scenario.plans import Plan, central, slots
from simlab.scenario.policies import read_policies
from simlab.scenario.problems import Problems
from simlab.scenario.reader import Reader, why_not_plain
from simlab.scenario.records import Desk
from simlab.scenario.scenario import BASELINE, Milestone, Parts, Scenario
from simlab.scenario.shapes import Group, Plain
from simlab.scenario.sources import NEEDS_NOTE, SPECIAL, known_sources
from simlab.scenario.spelling import closest
from simlab.scenario.validation import validate

_EPOCH = date(2025, 1, 1)


def load_scenario(
    path: str | Path, overrides: Sequence[str] = (), model: type[Params] | None = None
) -> Scenario:
    """The scenario in the file at `path`, with `--set` strings laid over it.

    `model` is the class of `world:`; the simulator's own where it is left out. Raises ScenarioError with every
    problem at once.
    """
    return _Load(Path(path), overrides, model or _world_params()).scenario()


def _world_params() -> type[Params]:
    from simlab.world.build import WorldParams  # noqa: PLC0415 -- tools that bring their own model need no world

    return WorldParams


@dataclass
class _Found:
    """What has been read so far."""

    plans: dict[str, Plan] = field(default_factory=dict)
    milestones: dict[str, Milestone] = field(default_factory=dict)
    pairs: list[Pair] = field(default_factory=list)
    copula: Copula = Copula()


class _Load:
    """One file on its way through the gate."""

    def __init__(self, path: Path, overrides: Sequence[str], model: type[Params]) -> None:
        self.path, self.model, self.shape = path, model, file_shape(model)
        self.problems = Problems()
        self.stack: Stack = read_stack(path, self.problems)
        self.tree = apply_overrides(self.stack.tree, self.shape, overrides, self.problems)
        self.found = _Found()

    def scenario(self) -> Scenario:
        """Read everything, then stop if anything was wrong."""
        start, end = self._dates()
        reader = Reader(Desk(self.problems, known_sources(self.stack.files), start))
        study = self._head(reader)
        self._world(reader)
        self._milestones(reader)
        self._correlations(reader)
        self.problems.stop_if_any()
        validate(self.model, self.found.plans, central(reader.quantities), reader.places, self.problems)
        self.problems.stop_if_any()
        return self._made(reader, start, end, study)

    def _child(self, name: str) -> Node | None:
        return self.tree.children.get(name)

    def _dates(self) -> tuple[date, date]:
        start, end = self._date("start"), self._date("end")
        place = self._child("end")
        if start is not None and end is not None and place is not None and end <= start:
            self.problems.add(place.place, "end", f"end {end} is not after start {start}")
        return start or _EPOCH, end or _EPOCH

    def _date(self, name: str) -> date | None:
        node = self._child(name)
        usable = isinstance(node, Scalar) and isinstance(node.value, date)
        return node.value if usable and isinstance(node, Scalar) and isinstance(node.value, date) else None

    def _head(self, reader: Reader) -> StudyParams | None:
        """Check every name of the head, and read what is not a number."""
        reader.check_names(self.tree, self.shape.fields, "")
        reader.name_missing(self.shape, self.tree, "", self._top())
        for name in (*HEAD_ONLY, "start", "end"):
            shape, node = self.shape.fields[name].shape, self._child(name)
            said = None if node is None or not isinstance(shape, Plain) else why_not_plain(shape, node)
            if said is not None and node is not None and name not in ("format", "extends"):
                self.problems.add(node.place, name, said)
        before = len(self.problems.found)
        node = self._child("study")
        plan = None if node is None else reader.read(self.shape.fields["study"].shape, node, "study")
        return StudyParams(**plan) if plan and len(self.problems.found) == before else None

    def _top(self) -> Place:
        return Place(str(self.path), 1, 1)

    def _world(self, reader: Reader) -> None:
        node, shape = self._child("world"), self.shape.fields["world"].shape
        if node is None or not isinstance(shape, Group):
            return
        world = reader.read(shape, node, "world")
        self.found.plans[BASELINE] = world
        read_policies(
            self._child("policies"),
            self.shape.fields["policies"].shape,
            shape,
            node,
            world,
            reader,
            self.found.plans,
        )

    def _milestones(self, reader: Reader) -> None:
        node = self._child("milestones")
        if node is None:
            return
        plan = reader.read(self.shape.fields["milestones"].shape, node, "milestones")
        for name, entry in (plan or {}).items():
            path = f"milestones.{name}"
            measures = [measure for measure in MEASURES if entry and measure in entry]
            quantities = [reader.quantities.get(f"{path}.{measure}") for measure in measures]
            if entry is not None and len(measures) != 1:
                said = f"{len(measures)} measures; a milestone has exactly one of {', '.join(MEASURES)}"
                self.problems.add(reader.places[path], path, said)
            elif quantities and quantities[0] is not None:
                self._milestone(name, entry, measures[0], reader)

    def _milestone(self, name: str, entry: MappingOf[str, Any], measure: str, reader: Reader) -> None:
        path = f"milestones.{name}.{measure}"
        quantity = reader.quantities[path]
        if quantity.spread is not None:
            self.problems.add(
                reader.places[path], path, "a milestone is a definition; it has no low and high"
            )
        self.found.milestones[name] = Milestone(
            str(entry.get("title") or name), measure, quantity.origin.value
        )

    def _correlations(self, reader: Reader) -> None:
        node = self._child("correlations")
        if node is None:
            return
        plan = reader.read(self.shape.fields["correlations"].shape, node, "correlations")
        for i, entry in enumerate(plan or ()):
            if entry and isinstance(node, Listing):
                self._correlation(f"correlations.{i}", entry, node.items[i], reader)
        try:
            self.found.copula = copula(self.found.pairs)
        except ImpossibleError as error:
            self._impossible(error.pair, node)

    def _correlation(self, path: str, entry: MappingOf[str, Any], node: Node, reader: Reader) -> None:
        self._check_source(path, entry, node, reader)
        between, rank = entry.get("between"), entry.get("rank")
        if not between or None in between or len(between) != 2 or rank is None:
            return
        uncertain = [name for name, quantity in reader.quantities.items() if quantity.spread is not None]
        for i, name in enumerate(between):
            if name not in uncertain:
                known = name in reader.quantities
                said = f"'{name}' has no low and high" if known else f"there is no number '{name}'"
                meant = None if known else closest(name, uncertain)
                self.problems.add(reader.places[f"{path}.between.{i}"], path, said, meant)
                return
        pair = Pair(min(between), max(between), float(rank))
        if pair.first == pair.second or any({p.first, p.second} == {*between} for p in self.found.pairs):
            said = "a number with itself" if pair.first == pair.second else "this pair is correlated twice"
            self.problems.add(reader.places[f"{path}.between"], path, said)
            return
        self.found.pairs.append(pair)

    def _check_source(self, path: str, entry: MappingOf[str, Any], node: Node, reader: Reader) -> None:
        key = entry.get("source")
        if not key:
            return
        place = reader.places[f"{path}.source"]
        if key not in SPECIAL and key not in reader.desk.sources:
            meant = closest(key, [*SPECIAL, *reader.desk.sources])
            self.problems.add(place, f"{path}.source", f"source '{key}' is not in sources.yaml", meant)
        if key in NEEDS_NOTE and not entry.get("note"):
            self.problems.add(place, f"{path}.source", f"source '{key}' needs a note that says why")

    def _impossible(self, pair: Pair, node: Node) -> None:
        place = node.place
        for item in node.items if isinstance(node, Listing) else ():
            between = item.children.get("between") if isinstance(item, Mapping) else None
            names = (
                {n.text for n in between.items if isinstance(n, Scalar)}
                if isinstance(between, Listing)
                else set()
            )
            place = item.place if names == {pair.first, pair.second} else place
        said = f"rank {pair.rank:g} between '{pair.first}' and '{pair.second}' cannot hold together with the pairs above it"
        self.problems.add(place, "correlations", said)

    def _made(self, reader: Reader, start: date, end: date, study: StudyParams | None) -> Scenario:
        assert study is not None
        plans, quantities = self.found.plans, reader.quantities
        own = {name: self._own(name) for name in ("name", "title", "about")}
        name = own["name"] or self.path.stem
        title = own["title"] or name
        data = plain_data(self.tree, name, title, own["about"])
        parts = Parts(
            self.model,
            plans,
            {p: tuple(slots(plan)) for p, plan in plans.items()},
            quantities,
            self.found.copula,
            data,
        )
        uncertain = tuple(
            sorted(path for path, quantity in quantities.items() if quantity.spread is not None)
        )
        pairs = sorted((pair.first, pair.second, pair.rank) for pair in self.found.pairs)
        head = [str(start), str(end), study.model_dump(), pairs]
        return Scenario(
            name=name,
            title=title,
            about=own["about"],
            start=start,
            end=end,
            study=study,
            policies=tuple(plans),
            milestones=self.found.milestones,
            origins=tuple(quantity.origin for quantity in quantities.values()),
            uncertain=uncertain,
            fingerprint=fingerprint(head, self.found.milestones, plans, quantities),
            parts=parts,
        )

    def _own(self, name: str) -> str:
        node = self.tree.children.get(name)
        return " ".join(node.text.split()) if isinstance(node, Scalar) else ""
