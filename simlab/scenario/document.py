"""From YAML text to a tree of nodes; every syntax mistake becomes a problem with its place."""

import math
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from simlab.scenario.nodes import Listing, Mapping, Node, Place, Scalar
from simlab.scenario.problems import Problem

_INTEGER = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SPECIAL = re.compile(r"([-+]?)\.(inf|nan)", re.IGNORECASE)
_TAGS = ("str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(["true", "True", "TRUE"], True),
    **dict.fromkeys(["false", "False", "FALSE"], False),
    **dict.fromkeys(["null", "Null", "NULL", "~", ""], None),
}


@dataclass(frozen=True, slots=True)
class Document:
    """One file: its lines, its tree (an empty mapping where it could not be read), and what was wrong."""

    file: str
    lines: tuple[str, ...]
    root: Node
    problems: tuple[Problem, ...]


def read_document(path: Path, shown: str) -> Document:
    """The file at `path`, called `shown` in messages. Raises OSError or UnicodeDecodeError."""
    return parse(path.read_text(encoding="utf-8-sig"), shown)


@lru_cache(maxsize=16)
def parse(text: str, file: str) -> Document:
    """YAML 1.2 text as a tree."""
    lines = tuple(text.splitlines())
    root, problems = _compose(text, file)
    return Document(file, lines, root, tuple(problems))


def scalar_value(text: str) -> str | int | float | bool | date | None:
    """What an unquoted word means by the core rules of YAML 1.2; 2027-01-01 is a date."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text) if len(text) < 300 else float(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    if _DATE.fullmatch(text):
        return _date(text)
    special = _SPECIAL.fullmatch(text)
    return text if special is None else _special(*special.groups())


def _date(text: str) -> str | date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return text


def _special(sign: str, name: str) -> float:
    return math.nan if name.lower() == "nan" else float(f"{sign}inf")


def _compose(text: str, file: str) -> tuple[Node, list[Problem]]:
    from ruamel.yaml import YAML  # noqa: PLC0415 -- only where a file is read: `--help` must stay quick
    from ruamel.yaml.error import MarkedYAMLError, YAMLError  # noqa: PLC0415
    from ruamel.yaml.reader import ReaderError  # noqa: PLC0415

    nothing = Mapping(Place(file, 1, 1), {}, {})
    try:
        composed = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        return nothing, [_syntax_problem(error, len(text.splitlines()), file)]
    except ReaderError as error:
        return nothing, [_character_problem(error, text, file)]
    except YAMLError:
        return nothing, [Problem(Place(file, 1, 1), "", "this is not YAML")]
    builder = _Builder(file)
    return (nothing if composed is None else builder.build(composed)), builder.problems


def _character_problem(error: object, text: str, file: str) -> Problem:
    before = text[: getattr(error, "position", 0)]
    place = Place(file, before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    return Problem(place, "", "a character that cannot stand in a text file; delete it")


_EXPLANATIONS = (
    (r"character '\\t'", "a tab; indent with spaces"),
    (
        r"mapping values are not allowed",
        "a second ':' on this line; put text with a colon in quotes, or start a new line",
    ),
    (
        r"expected <block end>",
        "this line is indented differently from its neighbours, or a bracket was closed too early",
    ),
    (
        r"could not find expected ':'|did not find expected key",
        "a name without its ':', or a line that does not belong here",
    ),
    (r"expected ',' or", "a ',' or a closing bracket is missing before this"),
    (r"unexpected end of stream|found '<stream end>'", "the file ends inside a quotation or a bracket"),
    (
        r"expected a single document|but found another document",
        "a second document ('---'); a scenario file is one document",
    ),
    (r"undefined alias", "this refers to an anchor (&name) that is nowhere in the file"),
    (r"duplicate anchor", "this anchor's name is already taken"),
    (
        r"unknown escape character",
        "an unknown escape in double quotes; use single quotes, or write \\\\ for a backslash",
    ),
    (r"cannot start any token", "this character cannot begin a value; put the text in quotes"),
)


def _syntax_problem(error: object, n_lines: int, file: str) -> Problem:
    mark, opened = getattr(error, "problem_mark", None), getattr(error, "context_mark", None)
    said = f"{getattr(error, 'problem', '')} {getattr(error, 'context', '')}"
    if opened is not None and (mark is None or mark.line >= n_lines or "stream end" in said or "end of stream" in said):
        return Problem(Place(file, opened.line + 1, opened.column + 1), "", "what begins here never ends")
    line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
    text = next((ours for theirs, ours in _EXPLANATIONS if re.search(theirs, said)), "this cannot be read as YAML")
    return Problem(Place(file, line, column), "", text)


class _Builder:
    """Turns ruamel's nodes into ours."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self._open: set[int] = set()

    def build(self, node: object) -> Node:
        kind = getattr(node, "id", "")
        if str(getattr(node, "tag", "")).removeprefix("tag:yaml.org,2002:") not in _TAGS:
            self._add(self._place(node), "a tag (!...); scenario files use none")
        if kind == "scalar":
            return self._scalar(node)
        if id(node) in self._open:
            self._add(self._place(node), "an anchor that contains itself")
            return Scalar(self._place(node), "", None)
        self._open.add(id(node))
        built = self._mapping(node) if kind == "mapping" else self._listing(node)
        self._open.discard(id(node))
        return built

    def _place(self, node: object) -> Place:
        start, end = getattr(node, "start_mark", None), getattr(node, "end_mark", None)
        if start is None or end is None:
            return Place(self.file, 1, 1)
        is_word = getattr(node, "id", "") == "scalar" and start.line == end.line
        return Place(self.file, start.line + 1, start.column + 1, end.column - start.column if is_word else 1)

    def _scalar(self, node: object) -> Scalar:
        text, style = str(getattr(node, "value", "")), getattr(node, "style", None)
        quoted = style is not None and style in "'\"|>"
        return Scalar(self._place(node), text, text if quoted else scalar_value(text), quoted)

    def _listing(self, node: object) -> Listing:
        return Listing(self._place(node), tuple(self.build(item) for item in getattr(node, "value", ())))

    def _mapping(self, node: object) -> Mapping:
        children: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        below: list[Mapping] = []
        for key, value in getattr(node, "value", ()):
            name, place = str(getattr(key, "value", "")), self._place(key)
            if getattr(key, "id", "") != "scalar":
                self._add(place, "a name must be a word, not a list or a mapping")
            elif name == "<<":
                below += self._defaults(value)
            elif name in keys:
                self._add(place, f"'{name}' is written twice; first on line {keys[name].line}")
            else:
                keys[name], children[name] = place, self._value(value, place)
        return _over(Mapping(self._place(node), children, keys), below)

    def _value(self, value: object, key: Place) -> Node:
        """What stands under a name; nothing stands where the name does."""
        built = self.build(value)
        is_nothing = isinstance(built, Scalar) and not built.text and not built.quoted
        return replace(built, place=key) if is_nothing else built

    def _defaults(self, value: object) -> list[Mapping]:
        """What `<<: *anchor` or `<<: [*one, *two]` refers to."""
        built = self.build(value)
        mappings = built.items if isinstance(built, Listing) else (built,)
        if not all(isinstance(item, Mapping) for item in mappings):
            self._add(self._place(value), "'<<' takes a mapping, usually an alias (*name)")
        return [item for item in mappings if isinstance(item, Mapping)]

    def _add(self, place: Place, text: str) -> None:
        self.problems.append(Problem(place, "", text))


def _over(mapping: Mapping, below: list[Mapping]) -> Mapping:
    """The mapping with the names it does not have taken from those below it, the first that has them."""
    for default in below:
        children = {**default.children, **mapping.children}
        mapping = Mapping(mapping.place, children, {**default.keys, **mapping.keys})
    return mapping
