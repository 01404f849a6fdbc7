"""What a scenario may know: the days of its sources, and the days that its numbers are of.

A number that describes the state of the first day (`simlab.parameters.State`: a stock, staff, a price, capability,
capacity) is of that day or an earlier one, whoever counted it later. The day it is of is its own `as_of`, else that of
its source, else the day the source became public. Everything else (shapes, elasticities, paces, lags, ratios) may rest
on a source of any day.

A hindcast is a forecast that could have been made on its first day. It refuses every source that became public then or
later, whatever it describes, but for what was announced before: the source says `announced`, or the record
`known_since`, with a note that says by whom. Assumptions, choices and definitions have no date; in a hindcast their
notes may not name what came later.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from simlab.scenario.sources import SourceEntry

HINDCAST = "history_"
"""How the names of hindcasts begin."""


class Cited(NamedTuple):
    """What one number says of where it comes from."""

    source: str
    note: str = ""
    as_of: date | None = None
    known_since: date | None = None
    is_state: bool = False


class Objection(NamedTuple):
    """What is wrong, and with which name of the record."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Cutoff:
    """The first day of a scenario, and whether nothing later may be known at all."""

    start: date
    hindcast: bool
    sources: Mapping[str, SourceEntry]

    def objections(self, cited: Cited) -> Iterator[Objection]:
        """Everything about the dates of a number that its scenario may not know."""
        entry = self.sources.get(cited.source)
        if cited.as_of is not None:
            yield from self._told_too_early(cited.as_of, entry)
        if cited.is_state or self.hindcast:
            yield from self._too_young(cited, entry)
        if self.hindcast:
            yield from self._unknown(cited, entry)
            yield from self._smuggled(cited)

    def _told_too_early(self, as_of: date, entry: SourceEntry | None) -> Iterator[Objection]:
        public = entry and entry.public()
        if public is not None and entry is not None and as_of > public:
            said = f"as_of {as_of} is after {public}, when '{entry.key}' became public"
            yield Objection("as_of", f"{said}; write the day that it describes")

    def _too_young(self, cited: Cited, entry: SourceEntry | None) -> Iterator[Objection]:
        """The state of the first day is not that of a later one."""
        if cited.as_of is not None:
            if cited.as_of > self.start:
                said = f"as_of {cited.as_of} is after the start, {self.start}; {_STATE}"
                yield Objection("as_of", f"{said}. Take an older number")
            return
        if entry is None or not cited.is_state:
            return
        described = entry.describes()
        if described is not None and described > self.start:
            said = f"'{entry.key}' describes {described}, after the start, {self.start}; {_STATE}"
            yield Objection(
                "source", f"{said}. Take an older source, or say as_of: where this number is of another day"
            )
        elif described is None and not self.hindcast:
            yield from self._of_another_day(_known(cited, entry), entry.key)

    def _of_another_day(self, known: date | None, key: str) -> Iterator[Objection]:
        if known is None:
            yield Objection("source", f"'{key}' has no date in sources.yaml; {_STATE}, so it needs one")
        elif known > self.start:
            said = f"'{key}' became public on {known}, after the start, {self.start}; {_STATE}"
            before = self.start - timedelta(days=1)
            yield Objection("source", f"{said}. Say of which (as_of: {before}), or take an older source")

    def _unknown(self, cited: Cited, entry: SourceEntry | None) -> Iterator[Objection]:
        """A hindcast has no source of its first day or later, and says who announced what it knows without one."""
        if cited.known_since is not None and cited.known_since >= self.start:
            yield Objection("known_since", f"known_since {cited.known_since} is not before {self.start}, the start")
        elif cited.known_since is not None and not cited.note:
            yield Objection("known_since", "known_since needs a note that says who announced it")
        if entry is None or cited.known_since is not None:
            return
        known = _known(cited, entry)
        if known is None:
            yield Objection("source", f"'{entry.key}' has no date in sources.yaml; a hindcast needs one")
        elif known >= self.start:
            yield Objection("source", f"'{entry.key}' became public on {known}; {self._hindcast()}. {_OTHERWISE}")

    def _smuggled(self, cited: Cited) -> Iterator[Objection]:
        """A note does not argue from what the number itself could not cite."""
        for word in dict.fromkeys(re.findall(r"[\w-]+", cited.note)):
            entry = self.sources.get(word)
            known = None if entry is None or word == cited.source else entry.public()
            if known is not None and known >= self.start:
                yield Objection("note", f"the note names '{word}', public since {known}; {self._hindcast()}")

    def _hindcast(self) -> str:
        return f"this is a hindcast and knows nothing of {self.start} or later"


_STATE = "a number that describes the state of the first day is of that day or an earlier one"
_OTHERWISE = (
    "Take an older source; or, if it was announced before, write known_since: and its day, and in the note who did; "
    "or write source: assumption and argue in the note from what was known"
)


def _known(cited: Cited, entry: SourceEntry) -> date | None:
    """The first day on which everybody could know the number."""
    days = [day for day in (cited.known_since, entry.public()) if day is not None]
    return min(days, default=None)


def undeclared(name: str, *, hindcast: bool) -> str | None:
    """What is wrong with a file or scenario called `name`; None where nothing is."""
    if hindcast or not name.startswith(HINDCAST):
        return None
    return f"'{name}': what is called {HINDCAST}* is a hindcast; write 'hindcast: true' in the head of the file"
