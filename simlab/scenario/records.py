"""One number: from the record in the file to a value in the canonical unit, its interval and its origin."""

import math
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import date

from simlab.scenario.conversion import UnitRefusedError, factor, in_words
from simlab.scenario.dates import Cited, Cutoff
from simlab.scenario.hints import describe, why_no_number
from simlab.scenario.moments import HOW_TO_WRITE, last_day
from simlab.scenario.nodes import Mapping, Node, Place, Scalar, unit_of
from simlab.scenario.origins import Origin, Written
from simlab.scenario.problems import Problems
from simlab.scenario.ranges import FAMILIES, Listed, Quantiles, RangeRefusedError, default_family, quantiles
from simlab.scenario.shapes import Limits, Number
from simlab.scenario.sources import SourceEntry, objection
from simlab.scenario.spelling import closest

FIELDS = ("value", "unit", "source", "low", "high", "dist", "note", "as_of", "known_since")
_ANYWHERE = Limits()


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number ready for use: its origin, and its distribution where it has an interval, or values to choose from."""

    origin: Origin
    spread: Quantiles | Listed | None


@dataclass(frozen=True, slots=True)
class Desk:
    """What reading a number needs besides the number."""

    problems: Problems
    sources: MappingOf[str, SourceEntry]
    start: date
    cutoff: Cutoff | None = None
    """What the scenario may know; None where that is not to be checked."""

    def quiet(self) -> "Desk":
        """The same desk with its own list of problems, for numbers that no longer count."""
        return replace(self, problems=Problems(), cutoff=None)


def read_number(shape: Number, node: Node, path: str, about: str, desk: Desk) -> Quantity | None:
    """The quantity at `node`; None, and problems noted, where it cannot be one."""
    record = _as_record(shape, node, path, desk.problems)
    if record is None:
        return None
    before = len(desk.problems.found)
    _check_names(record, path, desk.problems)
    reader = _Record(shape, record, path, desk)
    quantity = reader.read(about)
    if quantity is None or len(desk.problems.found) > before:
        return None
    return replace(quantity, origin=replace(quantity.origin, overrode=_overrode(shape, node, path, about, desk)))


def _overrode(shape: Number, node: Node, path: str, about: str, desk: Desk) -> tuple[Origin, ...]:
    read = (read_number(shape, earlier, path, about, desk.quiet()) for earlier in node.earlier)
    return tuple(quantity.origin for quantity in read if quantity is not None)


def _as_record(shape: Number, node: Node, path: str, problems: Problems) -> Mapping | None:
    if isinstance(node, Mapping):
        return node
    if isinstance(node, Scalar) and shape.unit == "date" and isinstance(node.value, date):
        return bare_record(node, node.place, "definition")
    recipe = f"write a record with value, unit ({shape.unit}) and source"
    if shape.unit == "date":
        recipe = "write a date like 2027-01-31, or a record with value, low, high and source"
    problems.add(node.place, path, f"{describe(node, shape)}; {recipe}")
    return None


def bare_record(value: Scalar, place: Place, source: str) -> Mapping:
    """A record made of one value."""
    children: dict[str, Node] = {"value": value, "source": Scalar(place, source, source)}
    return Mapping(place, children, dict.fromkeys(children, place))


def _check_names(record: Mapping, path: str, problems: Problems) -> None:
    for name in record.children:
        if name not in FIELDS:
            said = f"unknown name '{name}'; a record has {', '.join(FIELDS)}"
            problems.add(record.keys[name], f"{path}.{name}", said, closest(name, FIELDS))


class _Record:
    """One record being read."""

    def __init__(self, shape: Number, record: Mapping, path: str, desk: Desk) -> None:
        self.shape, self.record, self.path, self.desk = shape, record, path, desk
        self.problems = desk.problems

    def read(self, about: str) -> Quantity | None:
        self._name_missing()
        times = self._factor()
        cited = self._cited()
        numbers = {name: self._number(name) for name in ("value", "low", "high") if name in self.record.children}
        if times is None or "value" not in numbers or None in numbers.values():
            return None
        canonical = {name: self._canonical(number, times) for name, number in numbers.items()}
        if not self._inside(canonical) or not self._ordered(canonical):
            return None
        family, spread = self._spread(canonical)
        low, high = canonical.get("low"), canonical.get("high")
        where, written = self.record.children["value"].place, self._written(numbers)
        origin = Origin(
            self.path,
            canonical["value"],
            self.shape.unit,
            cited.source,
            low,
            high,
            family,
            cited.note,
            where.file,
            where.line,
            written,
            about,
            as_of=cited.as_of,
            known_since=cited.known_since,
        )
        return Quantity(origin, spread)

    def _add(self, name: str, text: str, meant: str | None = None) -> None:
        child = self.record.children.get(name)
        place = self.record.place if child is None else child.place
        self.problems.add(place, self.path if child is None else f"{self.path}.{name}", text, meant)

    def _word(self, name: str) -> str:
        child = self.record.children.get(name)
        if child is None:
            return ""
        if not isinstance(child, Scalar) or child.value is None:
            self._add(name, f"{name} is text")
            return ""
        return child.text.strip()

    def _name_missing(self) -> None:
        needs_unit = self.shape.unit != "date" and unit_of(self.record) is None
        needed = ("value", "unit", "source") if needs_unit else ("value", "source")
        missing = [name for name in needed if name not in self.record.children]
        if missing:
            unit = f" (the unit is {self.shape.unit})" if "unit" in missing else ""
            self._add("", f"{' and '.join(missing)} missing; a record has value, unit and source{unit}")

    def _factor(self) -> float | None:
        found = unit_of(self.record)
        if found is None:
            return 1.0 if self.shape.unit == "date" else None
        node, is_inherited = found
        written = node.text if isinstance(node, Scalar) else ""
        if self.shape.unit == "date":
            return self._date_unit(written)
        if is_inherited and written != self.shape.unit:
            self._add("value", f"unit missing; the number this replaces is in {written}, so say which unit is meant")
            return None
        try:
            return factor(written, self.shape.unit)
        except UnitRefusedError as error:
            needed = (
                "" if self.shape.unit in error.text else f"; {self.shape.unit} is needed ({in_words(self.shape.unit)})"
            )
            self._add("unit", error.text + needed, error.meant)
            return None

    def _date_unit(self, written: str) -> float | None:
        if written == "date":
            return 1.0
        self._add("unit", f"'{written}' for a moment; write a date like 2027-01-31 and leave the unit out")
        return None

    def _source(self) -> str:
        key = self._word("source")
        if not key:
            return key
        wrong = objection(key, self._word("note"), self.desk.sources)
        if wrong is not None:
            self._add("source", *wrong)
        return key

    def _cited(self) -> Cited:
        """Who says so, and of which day; what the scenario may not know is noted."""
        source, note = self._source(), self._word("note")
        cited = Cited(source, note, self._day("as_of"), self._day("known_since"), self.shape.state)
        if self.desk.cutoff is not None:
            for name, text in self.desk.cutoff.objections(cited):
                self._add(name, text)
        return cited

    def _day(self, name: str) -> date | None:
        text = self._word(name)
        day = last_day(text)
        if text and day is None:
            self._add(name, f"'{text}' is not a date; {HOW_TO_WRITE}")
        return day

    def _number(self, name: str) -> float | date | None:
        child = self.record.children[name]
        value = child.value if isinstance(child, Scalar) else None
        if self.shape.unit == "date":
            if isinstance(value, date):
                return value
            self._add(name, f"{describe(child, self.shape)}; write a date like 2027-01-31")
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self._add(name, why_no_number(child))
            return None
        if not math.isfinite(value):
            self._add(name, f"{child.text if isinstance(child, Scalar) else value} is not a finite number")
            return None
        return float(value)

    def _canonical(self, number: float | date | None, times: float) -> float:
        if isinstance(number, date):
            return float((number - self.desk.start).days)
        return (number or 0.0) * times

    def _inside(self, canonical: MappingOf[str, float]) -> bool:
        """Whether all three keep the field's limits, and are whole where the field counts."""
        limits, unit = self.shape.limits, {"1": "", "date": " days after the start"}.get(self.shape.unit)
        unit = f" {self.shape.unit}" if unit is None else unit
        bad = [name for name, x in canonical.items() if not limits.allow(x)]
        for name in bad:
            self._add(
                name, f"{name} is {canonical[name]:.12g}{unit}{self._as_written(name)}; it must be {limits.in_words()}"
            )
        fractions = [name for name, x in canonical.items() if self.shape.whole and not x.is_integer()]
        for name in fractions:
            self._add(name, f"{name} is {canonical[name]:.12g}; it must be a whole number")
        return not bad and not fractions

    def _as_written(self, name: str) -> str:
        """The number in its author's unit, where that is not the canonical one."""
        found = unit_of(self.record)
        unit = found[0].text if found is not None and isinstance(found[0], Scalar) else self.shape.unit
        return "" if unit == self.shape.unit else f" ({self._said(name)} {unit})"

    def _ordered(self, canonical: MappingOf[str, float]) -> bool:
        present = [name for name in ("low", "high") if name in canonical]
        if len(present) == 1:
            self._add(
                present[0],
                f"{present[0]} without {'high' if present == ['low'] else 'low'}; an interval has both",
            )
            return False
        if not present:
            return True
        if canonical["low"] >= canonical["high"]:
            self._add("low", f"low {self._said('low')} is not below high {self._said('high')}")
            return False
        for name, wrong in (
            ("low", canonical["low"] > canonical["value"]),
            ("high", canonical["high"] < canonical["value"]),
        ):
            if wrong:
                side = "above" if name == "low" else "below"
                self._add(name, f"{name} {self._said(name)} is {side} value {self._said('value')}")
                return False
        return True

    def _said(self, name: str) -> str:
        child = self.record.children[name]
        return child.text if isinstance(child, Scalar) else ""

    def _spread(self, canonical: MappingOf[str, float]) -> tuple[str | None, Quantiles | None]:
        family = self._word("dist")
        if family and family not in FAMILIES:
            self._add("dist", f"unknown dist '{family}'; one of {', '.join(FAMILIES)}", closest(family, FAMILIES))
            return None, None
        if "low" not in canonical:
            if family:
                self._add("dist", "dist without low and high")
            return None, None
        value, low, high = canonical["value"], canonical["low"], canonical["high"]
        usual = "normal" if self.shape.unit == "date" else default_family(value, low, self.shape.limits)
        try:
            spread = quantiles(family or usual, value, low, high, self.shape.limits, whole=self.shape.whole)
        except RangeRefusedError as error:
            self._add("low", str(error))
            return None, None
        return family or usual, spread

    def _written(self, numbers: MappingOf[str, float | date | None]) -> Written:
        found = unit_of(self.record)
        unit = found[0].text if found is not None and isinstance(found[0], Scalar) else self.shape.unit
        value = numbers["value"]
        return Written(0.0 if value is None else value, unit, numbers.get("low"), numbers.get("high"))
