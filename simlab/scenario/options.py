"""Factors looked up in a scenario that has been read: which are numbers, and what the options of the others are."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from simlab.scenario.design import Factor
from simlab.scenario.entries import VALUES, WAYS, Found
from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar, unit_of
from simlab.scenario.plans import Plan, at
from simlab.scenario.policies import paths_set
from simlab.scenario.ranges import Listed
from simlab.scenario.reader import Reader, why_not_plain
from simlab.scenario.records import read_number
from simlab.scenario.shapes import Group, Number, Plain
from simlab.scenario.spelling import closest
from simlab.scenario.switches import AS_IS, Switch, word_of


class Reading:
    """The factors of a sweep, read one after the other."""

    def __init__(
        self, reader: Reader, plans: dict[str, Plan], policies: Sequence[str], tree: Mapping, fixed: Iterable[str]
    ) -> None:
        self.reader, self.plans, self.policies, self.fixed = reader, plans, policies, tuple(fixed)
        self.paths_set = paths_set(tree.children.get("policies"))
        self.switches: dict[str, Switch] = {}
        self.listed: dict[str, Listed] = {}
        self.places: dict[tuple[str, int], Place] = {}
        """Where each option stands."""
        self._seen: dict[str, Found] = {}

    def all_uncertain(self) -> list[Factor]:
        """Everything that has low and high, in the order of the file, save in policies that are not swept."""
        uncertain = [path for path, quantity in self.reader.quantities.items() if quantity.spread is not None]
        return [Factor(path) for path in uncertain if self._is_swept(path)]

    def factor(self, found: Found) -> Factor | None:
        """The factor; None, and a problem noted, where it cannot be varied so."""
        path, entry = found.entry.path, found.entry
        if not self._is_new(found):
            return None
        if entry.is_held or (self._is_fixed(path) and not self._has_range(found)):
            return Factor(path, is_held=True)
        n_options = self._number(found) if isinstance(found.shape, Number) else self._switch(found)
        return None if n_options is None else Factor(path, n_options)

    def _say(self, found: Found, text: str, place: Place | None = None, meant: str | None = None) -> None:
        self.reader.add(place or found.entry.place, found.entry.path, text, meant)

    def _is_swept(self, path: str) -> bool:
        steps = path.split(".")
        return steps[0] != "policies" or steps[1] in self.policies

    def _is_fixed(self, path: str) -> bool:
        return any(path == fixed or path.startswith(f"{fixed}.") for fixed in self.fixed)

    def _has_range(self, found: Found) -> bool:
        quantity = self.reader.quantities.get(found.entry.path)
        is_drawn = found.entry.said is None or found.entry.is_interval
        return is_drawn and quantity is not None and quantity.spread is not None

    def _is_new(self, found: Found) -> bool:
        """Whether it is the first of its path, in no group that another takes out, and of a policy that is swept."""
        path = found.entry.path
        for other, earlier in self._seen.items():
            if other == path:
                self._say(found, f"a factor already, on line {earlier.entry.place.line}")
                return False
            inner, outer = (path, earlier) if path.startswith(f"{other}.") else (other, found)
            if inner.startswith(f"{outer.entry.path}.") and _takes_out(outer):
                said = f"'{inner}' is below '{outer.entry.path}', which another factor takes out; keep one of the two"
                self._say(found, said)
                return False
        self._seen[path] = found
        if not self._is_swept(path):
            self._say(found, f"policy '{path.split('.')[1]}' is not among the policies of this sweep")
        return self._is_swept(path)

    # -- numbers

    def _number(self, found: Found) -> int | None:
        """How many given values there are, 0 for a number with a distribution."""
        said, unit = found.entry.said, found.shape.unit if isinstance(found.shape, Number) else ""
        if isinstance(said, Mapping) and VALUES in said.children:
            return self._values(found, said)
        quantity = self.reader.quantities.get(found.entry.path)
        if said is not None and not found.entry.is_interval:
            ways = f"{{values: [...], unit: {unit}}}, {{low: ..., high: ..., unit: {unit}, source: ...}}, or held"
            self._say_how(found, said, f"a number, so write {ways}")
            return None
        if found.node is None and quantity is None:
            self._say(found, "the scenario leaves this number out; set it first")
        elif said is None and quantity is not None and quantity.spread is None:
            ways = f"{{low: ..., high: ..., unit: {unit}, source: ...}} or {{values: [...], unit: {unit}}}"
            self._say(found, f"this number has no low and high in the scenario; give it {ways}")
        return 0

    def _values(self, found: Found, said: Mapping) -> int | None:
        node, before = said.children[VALUES], len(self.reader.desk.problems.found)
        for name in said.children:
            if name not in (VALUES, "unit", "note"):
                text = f"unknown name '{name}'; given values have values, unit and note"
                self._say(found, text, said.keys[name], closest(name, (VALUES, "unit", "note")))
        if not isinstance(node, Listing):
            self._say(found, "a list of values is expected here, like [1, 2, 4]", node.place)
            return None
        self._check_unit(found, said)
        read = [self._value(found, said, i, item) for i, item in enumerate(node.items)]
        self._check_different(found, node.items, read, node.place)
        if len(self.reader.desk.problems.found) > before:
            return None
        self.listed[found.entry.path] = Listed(tuple(value for value in read if value is not None))
        return len(read)

    def _check_unit(self, found: Found, said: Mapping) -> None:
        own, unit = found.node, found.shape.unit if isinstance(found.shape, Number) else ""
        written = unit_of(own) if isinstance(own, Mapping) else None
        if "unit" in said.children or unit == "date":
            return
        if not (written and isinstance(written[0], Scalar) and written[0].text == unit):
            self._say(found, f"unit missing; the values are in what unit? The usual one is {unit}", said.place)

    def _value(self, found: Found, said: Mapping, i: int, item: Node) -> float | None:
        assert isinstance(found.shape, Number)
        path, unit = found.entry.path, found.shape.unit
        self.places[path, i] = item.place
        source = Scalar(item.place, "definition", "definition")
        children: dict[str, Node] = {"value": item, "source": source}
        if unit != "date":
            children["unit"] = said.children.get("unit", Scalar(said.place, unit, unit))
        record = Mapping(item.place, children, dict.fromkeys(children, item.place))
        desk = replace(self.reader.desk, cutoff=None)  # a what-if needs to know nothing
        quantity = read_number(found.shape, record, f"{path}.{VALUES}.{i}", found.about, desk)
        return None if quantity is None else quantity.origin.value

    def _check_different(self, found: Found, items: Sequence[Node], read: Sequence[object], place: Place) -> None:
        """Note what is there twice, and a list that gives no choice."""
        for i, one in enumerate(read):
            if one is not None and any(one == other and type(one) is type(other) for other in read[:i]):
                self._say(found, f"{_text(items[i])} is here twice", items[i].place)
        if len(items) < 2:
            self._say(found, "a choice has two options at least; what is the same in all runs belongs under set", place)

    # -- words and groups

    def _switch(self, found: Found) -> int | None:
        """How many options there are."""
        said, path, before = found.entry.said, found.entry.path, len(self.reader.desk.problems.found)
        if not isinstance(said, Listing):
            self._say_how(found, said, _how_to_switch(found))
            return None
        steps, base, policies = self._target(found)
        own = at(self.plans[base], steps)
        options = [self._option(found, i, item, own) for i, item in enumerate(said.items)]
        words = [word_of(option) for option in options]
        if not isinstance(found.shape, Plain) and own is None:
            self._say(found, "the scenario leaves this out, so as_is and null are the same")
        elif len(self.reader.desk.problems.found) == before:
            self._check_different(found, said.items, words, said.place)
        if len(self.reader.desk.problems.found) > before:
            return None
        self.switches[path] = Switch(steps, tuple(options), tuple(words), word_of(own), frozenset(policies))
        return len(options)

    def _option(self, found: Found, i: int, item: Node, own: Plan) -> Plan:
        self.places[found.entry.path, i] = item.place
        if isinstance(item, Scalar) and item.text == AS_IS:
            return own
        if isinstance(item, Scalar) and item.value is None and found.can_be_left_out:
            return None
        if not isinstance(found.shape, Plain):
            self._say_how(found, item, _how_to_switch(found))
            return None
        said = why_not_plain(found.shape, item)
        if said is not None or not isinstance(item, Scalar):
            meant = closest(item.text, (*found.shape.words, AS_IS)) if isinstance(item, Scalar) else None
            self._say(found, said or "", item.place, meant)
            return None
        return item.text if found.shape.kind in ("text", "word") else item.value

    def _say_how(self, found: Found, said: Node | None, text: str) -> None:
        """Note what was expected, and the word that was perhaps meant."""
        meant = closest(said.text, ["held", AS_IS]) if isinstance(said, Scalar) else None
        self._say(found, text, None if said is None else said.place, meant)

    def _target(self, found: Found) -> tuple[tuple[str, ...], str, Iterable[str]]:
        """The place in the plan, a policy whose plan has it, and all policies whose plans it changes."""
        first, *rest = found.steps
        if first == "world":
            mine = [policy for policy in self.plans if not self._sets(policy, ".".join(rest))]
            return tuple(rest), next(iter(self.plans)), mine
        policy, part, *below = rest
        if part == "set":
            return tuple(below[0].split(".")), policy, [policy]
        n_before = len(at(self.plans[next(iter(self.plans))], ("levers",)) or ())
        return (part, str(n_before + int(below[0])), *below[1:]), policy, [policy]

    def _sets(self, policy: str, path: str) -> bool:
        """Whether a policy itself sets what stands at `path` below the world, something in it, or a group it is in."""
        own = self.paths_set.get(policy, ())
        return any(path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.") for other in own)


def _takes_out(found: Found) -> bool:
    return found.can_be_left_out and not isinstance(found.shape, Number) and not found.entry.is_held


def _how_to_switch(found: Found) -> str:
    """How options are written of what stands there."""
    shape = found.shape
    if isinstance(shape, Plain) and shape.words:
        return f"one of {', '.join(shape.words)}; list those to be tried, like [{', '.join(shape.words[:2])}]"
    if isinstance(shape, Plain):
        return "no number with low and high; list what is to be tried, like [a, b]"
    if found.can_be_left_out:
        return f"a group that may be left out; try it with and without: [{AS_IS}, null]"
    names = f" below it, like {next(iter(shape.fields))}" if isinstance(shape, Group) else " below it"
    return f"a group that is always there; name a number or a word{names}"


def _text(node: Node) -> str:
    return f"'{node.text}'" if isinstance(node, Scalar) else f"a list or a group ({WAYS})"
