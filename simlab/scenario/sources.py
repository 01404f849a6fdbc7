"""What a `source:` key stands for: sources.yaml, one entry a citation."""

import sysconfig
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import simlab
from simlab.scenario import nodes
from simlab.scenario.document import Document, read_document
from simlab.scenario.problems import Problems
from simlab.scenario.spelling import closest

KINDS = ("data", "paper", "talk", "judgement")
_FIELDS = ("title", "author", "year", "url", "accessed", "kind", "note")


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """One citation. Fields that the file leaves out are empty."""

    key: str
    title: str
    kind: str
    author: str = ""
    year: str = ""
    url: str = ""
    accessed: str = ""
    note: str = ""

    def cite(self) -> str:
        """The citation as one line."""
        by = ", ".join(part for part in (self.author, self.year) if part)
        return ". ".join(part for part in (by, self.title, self.url) if part)


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
    return SourceEntry(key, **{"title": "", "kind": "", **words})


def _word(node: nodes.Node) -> str:
    return node.text.strip() if isinstance(node, nodes.Scalar) else ""
