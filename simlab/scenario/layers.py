"""A file and the files it extends, read once each and laid over one another."""

import os
from dataclasses import dataclass
from pathlib import Path

from simlab.scenario.document import Document, read_document
from simlab.scenario.file_shape import FORMAT, HEAD_ONLY
from simlab.scenario.nodes import Mapping, Node, Place, Scalar, merge
from simlab.scenario.problems import Problems
from simlab.scenario.spelling import closest


@dataclass(frozen=True, slots=True)
class Stack:
    """The merged tree, and the files it was made of: the one that was asked for first."""

    tree: Mapping
    files: tuple[Path, ...]
    own: Mapping
    """The first file's own tree, for what is never inherited."""


def read_stack(path: Path, problems: Problems) -> Stack:
    """The file at `path` over everything it extends. Raises ScenarioError where a file cannot be read."""
    chain = _Chain(problems)
    chain.follow(path, str(path), None)
    problems.stop_if_any()
    tree: Node = chain.roots[-1]
    for above in reversed(chain.roots[:-1]):
        tree = merge(_without_head(tree), above)
    return Stack(_mapping(tree), tuple(chain.files), chain.roots[0])


def _without_head(tree: Node) -> Mapping:
    tree = _mapping(tree)
    kept = {name: child for name, child in tree.children.items() if name not in HEAD_ONLY}
    return Mapping(tree.place, kept, tree.keys)


def _mapping(node: Node) -> Mapping:
    return node if isinstance(node, Mapping) else Mapping(node.place, {}, {})


class _Chain:
    """The files found so far, from the one that was asked for downwards."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems
        self.files: list[Path] = []
        self.roots: list[Mapping] = []
        self.links: list[str] = []

    def follow(self, path: Path, shown: str, asked: Scalar | None) -> None:
        document = self._read(path, shown, asked)
        if document is None:
            return
        self.problems.lines[shown] = document.lines
        self.problems.found.extend(document.problems)
        self.files.append(path)
        self.roots.append(_mapping(document.root))
        if document.problems or not self._is_ours(document):
            return
        below = self.roots[-1].children.get("extends")
        if below is not None:
            self._follow_extends(path, shown, below)

    def _is_ours(self, document: Document) -> bool:
        root = document.root
        if not isinstance(root, Mapping):
            self.problems.add(root.place, "", "a scenario is names with values below them, beginning with 'format: 1'")
            return False
        child = root.children.get("format")
        if child is None:
            self.problems.add(Place(document.file, 1, 1), "format", f"missing; the file begins with 'format: {FORMAT}'")
        elif not isinstance(child, Scalar) or child.value != FORMAT or isinstance(child.value, bool):
            said = f"'{child.text}'" if isinstance(child, Scalar) else "this"
            self.problems.add(
                child.place,
                "format",
                f"{said} is not a format this version of simlab reads; it reads {FORMAT}",
            )
        return child is not None

    def _follow_extends(self, path: Path, shown: str, below: Node) -> None:
        if not isinstance(below, Scalar) or not isinstance(below.value, str):
            self.problems.add(below.place, "extends", "the name of a file is expected here")
            return
        place = below.place
        self.links.append(f"{place.file}:{place.line}")
        target = path.parent / below.value
        if any(target.resolve() == file.resolve() for file in self.files):
            chain = " -> ".join([*self.links, os.path.normpath(target)])
            self.problems.add(place, "extends", f"the files extend one another in a circle: {chain}")
            return
        self.follow(target, os.path.normpath(Path(shown).parent / below.value), below)

    def _read(self, path: Path, shown: str, asked: Scalar | None) -> Document | None:
        place = Place(shown, 1, 1) if asked is None else asked.place
        name = "" if asked is None else "extends"
        try:
            return read_document(path, shown)
        except UnicodeDecodeError:
            self.problems.add(place, name, f"{shown} is not a text file in UTF-8")
        except IsADirectoryError:
            self.problems.add(place, name, f"{shown} is a folder, not a file")
        except FileNotFoundError:
            self.problems.add(place, name, f"there is no file {shown}", _neighbour(path))
        except OSError as error:
            self.problems.add(place, name, f"{shown} cannot be read: {error.strerror}")
        return None


def _neighbour(path: Path) -> str | None:
    if not path.parent.is_dir():
        return None
    return closest(path.name, sorted(file.name for file in path.parent.glob("*.yaml")))
