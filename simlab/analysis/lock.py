"""The lock file of a study: the resolved scenario and where each number came from, as a frozen record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from ruamel.yaml import YAML

from simlab.errors import StudyError

DRAWN = ("latin_hypercube", "sobol")
"""Designs whose points are drawn from what is uncertain: only their shares of runs are probabilities."""


class Milestone(NamedTuple):
    """A threshold somebody wants the date of."""

    name: str
    """Its column in the outcomes is `<name>_days`."""
    title: str
    measure: str
    """The monthly series it is a threshold of."""
    threshold: float


class Origin(NamedTuple):
    """Where one number of the scenario came from."""

    path: str
    value: object
    unit: str
    source: str
    """A key of the sources, or the word of what needs no citation (assumption, choice, definition)."""
    low: object
    high: object
    """The 80% interval, None where the number is held fixed."""
    dist: str
    note: str
    file: str
    line: int | None
    as_of: str
    """The day it describes, where its record says so."""
    known_since: str
    """The day it was announced, where its record says so."""


class Source(NamedTuple):
    """A citation."""

    key: str
    title: str
    author: str
    year: str
    url: str
    note: str
    date: str
    """When it became public: a day, a month or a year."""


@dataclass(frozen=True, slots=True)
class Lock:
    """What the study was asked to do."""

    name: str
    title: str
    about: str
    start: date
    end: date
    seed: int
    fingerprint: str
    versions: Mapping[str, str]
    """Program to version, simlab's own code hash included."""
    policies: tuple[str, ...]
    """All that the scenario names, the one without levers first."""
    milestones: tuple[Milestone, ...]
    origins: tuple[Origin, ...]
    sources: Mapping[str, Source]
    scenario: Mapping[str, Any]
    """The resolved scenario, numbers opened."""
    design: Mapping[str, Any] = field(default_factory=dict)
    """What was varied and how: kind, factors (path, n_options, is_held), n_levels."""

    @property
    def is_drawn(self) -> bool:
        """Whether the points of the design are drawn, and not chosen."""
        return self.design.get("kind", DRAWN[0]) in DRAWN


def read_lock(path: Path) -> Lock:
    """The lock file at `path`.

    Raises:
        StudyError: there is none, or it lacks something that every lock has.
    """
    if not path.is_file():
        raise StudyError(f"{path.parent}: no {path.name} here, so this is not a study folder")
    tree = YAML(typ="safe", pure=True).load(path)
    try:
        return _lock(tree)
    except (KeyError, TypeError) as error:
        raise StudyError(f"{path}: {error} is missing or malformed") from error


def _lock(tree: Mapping[str, Any]) -> Lock:
    return Lock(
        name=str(tree["name"]),
        title=str(tree.get("title") or tree["name"]),
        about=_text(tree.get("about")),
        start=_date(tree["start"]),
        end=_date(tree["end"]),
        seed=int(tree["seed"]),
        fingerprint=str(tree["fingerprint"]),
        versions=_versions(tree),
        policies=tuple(tree["policies"]),
        milestones=tuple(_milestone(name, entry) for name, entry in tree["milestones"].items()),
        origins=tuple(_origin(entry) for entry in tree["origins"]),
        sources={key: _source(key, entry) for key, entry in tree["sources"].items()},
        scenario=tree["scenario"],
        design=tree.get("design") or _plain_design(tree),
    )


def _plain_design(tree: Mapping[str, Any]) -> Mapping[str, Any]:
    """A plain scenario's: all that is uncertain."""
    return {"kind": "latin_hypercube", "factors": [{"path": path} for path in tree.get("uncertain", ())]}


def _versions(tree: Mapping[str, Any]) -> dict[str, str]:
    versions = {str(name): str(version) for name, version in tree["versions"].items()}
    return versions | {"simlab’s code, hash": str(tree["code"])}


def _milestone(name: str, entry: Mapping[str, Any]) -> Milestone:
    return Milestone(name, str(entry.get("title") or name), str(entry["measure"]), float(entry["threshold"]))


def _origin(entry: Mapping[str, Any]) -> Origin:
    unit, source, dist, note, file = (_text(entry.get(key)) for key in ("unit", "source", "dist", "note", "file"))
    low, high, line = entry.get("low"), entry.get("high"), entry.get("line")
    days = (_text(entry.get(key)) for key in ("as_of", "known_since"))
    return Origin(str(entry["path"]), entry["value"], unit, source, low, high, dist, note, file, line, *days)


def _source(key: str, entry: Mapping[str, Any]) -> Source:
    words = {field: _text(entry.get(field)) for field in ("title", "author", "year", "url", "note", "date")}
    return Source(key, **words)


def _date(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)


def _text(value: object) -> str:
    return "" if value is None else str(value).strip()
