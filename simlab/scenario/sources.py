"""What a `source:` key stands for: sources.yaml, one entry a citation."""

import datetime
import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import simlab
from simlab.scenario import nodes
from simlab.scenario.document import Document, read_document
from simlab.scenario.moments import HOW_TO_WRITE, last_day
from simlab.scenario.problems import Problems
from simlab.scenario.spelling import closest

KINDS = ("data", "paper", "talk", "judgement")
_DATES = ("date", "as_of", "announced")
_FIELDS = ("title", "author", "year", *_DATES, "url", "accessed", "kind", "note")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One citation. Fields that the file leaves out are empty.

    Dates are as written, a day, a month or a year, of which the last day counts.
    """

    key: str
    title: str
    kind: str
    author: str = ""
    year: str = ""
    url: str = ""
    accessed: str = ""
    note: str = ""
    date: str = ""
    """When it became public, in the version that is cited."""
    as_of: str = ""
    """The day that its numbers describe, where it is one."""
    announced: str = ""
    """When what it says was first told, where that was earlier."""

    def cite(self) -> str:
        """The citation as one line."""
        by = ", ".join(part for part in (self.author, self.date or self.year) if part)
        return ". ".join(part for part in (by, self.title, self.url) if part)

    def public(self) -> datetime.date | None:
        """The first day on which everybody could know what it says; None where it is not dated."""
        return last_day(self.announced or self.date or self.year)

    def describes(self) -> datetime.date | None:
        """The day its numbers are of, where it says so."""
        return last_day(self.as_of)


SPECIAL = {
    "assumption": "assumed here; the note says why",
    "choice": "chosen, not found out; the note says why",
    "command line": "set for this one invocation",
    "definition": "true by definition",
}
"""Keys that are always legal, with what they mean."""

NEEDS_NOTE = ("assumption", "choice")
"""Keys that mean nothing without a reason."""

SELF_EVIDENT = ("definition", "command line")
"""Keys that need neither a range nor a reason."""


def objection(key: str, note: str, known: Mapping[str, SourceEntry]) -> tuple[str, str | None] | None:
    """What is wrong with giving `key` as a source, and the key that was meant; None where nothing is."""
    if key not in SPECIAL and key not in known:
        return f"source '{key}' is not in sources.yaml", closest(key, [*SPECIAL, *known])
    if key in NEEDS_NOTE and not note:
        return f"source '{key}' needs a note that says why", None
    return None


def shipped_folder() -> Path:
    """Where scenarios/ and data/ of this simlab are: the repository, or share/simlab of an installation."""
    schemes = (sysconfig.get_default_scheme(), sysconfig.get_preferred_scheme("user"))
    installed = [Path(sysconfig.get_path("data", scheme)) / "share" / "simlab" for scheme in schemes]
    places = [Path(simlab.__file__).resolve().parents[1], *installed]
    return next((place for place in places if (place / "data" / "sources.yaml").is_file()), places[0])


def known_sources(scenario_files: Iterable[Path] = ()) -> dict[str, SourceEntry]:
    """The shipped citations, and those beside or above the given scenario files. Raises ScenarioError.

    For each file: the nearest data/sources.yaml in the folders above it, then sources.yaml beside it.
    """
    found: dict[str, SourceEntry] = {}
    for path in _places(scenario_files):
        found.update(read_sources(str(path), path.stat().st_mtime_ns))
    return found


def _places(scenario_files: Iterable[Path]) -> list[Path]:
    places = [shipped_folder() / "data" / "sources.yaml"]
    for file in scenario_files:
        above = (folder / "data" / "sources.yaml" for folder in file.resolve().parents)
        places += [next((path for path in above if path.is_file()), places[0]), file.parent / "sources.yaml"]
    return list({path.resolve(): path for path in places if path.is_file()}.values())


@lru_cache(maxsize=16)
def read_sources(path: str, _changed: int = 0) -> Mapping[str, SourceEntry]:
    """The entries of one file. Raises ScenarioError with everything that is wrong with it."""
    document = read_document(Path(path), path)
    problems = Problems()
    problems.lines[document.file] = document.lines
    problems.found.extend(document.problems)
    entries = _entries(document, problems)
    problems.stop_if_any()
    return entries


def _entries(document: Document, problems: Problems) -> dict[str, SourceEntry]:
    root = document.root
    if not isinstance(root, nodes.Mapping):
        problems.add(root.place, "", "a list of sources is a mapping: key, then title, kind, ...")
        return {}
    read = [_entry(key, node, root.keys[key], problems) for key, node in root.children.items()]
    return {entry.key: entry for entry in read if entry is not None}


def _entry(key: str, node: nodes.Node, place: nodes.Place, problems: Problems) -> SourceEntry | None:
    if not isinstance(node, nodes.Mapping):
        problems.add(place, key, "a source is a mapping with title and kind")
        return None
    for name in node.children:
        if name not in _FIELDS:
            problems.add(node.keys[name], f"{key}.{name}", f"unknown name '{name}'", closest(name, _FIELDS))
    words = {name: _word(child) for name, child in node.children.items() if name in _FIELDS}
    for name in ("title", "kind"):
        if not words.get(name):
            problems.add(place, key, f"'{name}' is missing")
    kind = words.get("kind", KINDS[0])
    if kind and kind not in KINDS:
        known = ", ".join(KINDS)
        problems.add(
            node.children["kind"].place,
            f"{key}.kind",
            f"unknown kind '{kind}'; one of {known}",
            closest(kind, KINDS),
        )
    _check_dates(key, node, words, problems)
    return SourceEntry(key, **{"title": "", "kind": "", **words})


def _check_dates(key: str, node: nodes.Mapping, words: Mapping[str, str], problems: Problems) -> None:
    """Dates can be read, agree with the year, and nothing is told before it was."""
    for name in _DATES:
        text = words.get(name, "")
        if text and last_day(text) is None:
            problems.add(node.children[name].place, f"{key}.{name}", f"'{text}' is not a date; {HOW_TO_WRITE}")
    public, year = words.get("date", ""), words.get("year", "")
    if public and year and not public.startswith(year):
        problems.add(node.children["year"].place, f"{key}.year", f"{year} is not the year of date {public}")
    told = last_day(public)
    for name in _DATES[1:]:
        day = last_day(words.get(name, ""))
        if day and told and day > told:
            said = f"{name} {words[name]} is after date {public}, on which the source became public"
            problems.add(node.children[name].place, f"{key}.{name}", said)


def _word(node: nodes.Node) -> str:
    return node.text.strip() if isinstance(node, nodes.Scalar) else ""
