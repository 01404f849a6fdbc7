"""A file and the files it extends, read once each and laid over one another."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from simlab.scenario.document import Document, read_document
from simlab.scenario.file_shape import FORMAT, HEAD_ONLY
from simlab.scenario.nodes import Mapping, Node, Place, Scalar, merge
from simlab.scenario.problems import Problems
from simlab.scenario.spelling import closest
from simlab.scenario.sweep_shape import HEAD, SWEEPS, is_sweep


@dataclass(frozen=True, slots=True)
class Stack:
    """The merged tree, and the files it was made of: the one that was asked for first."""

    tree: Mapping
    files: tuple[Path, ...]
    own: Mapping
    """The first file's own tree, for what is never inherited."""
    sweep: Mapping | None = None
    """The first file where it is a sweep; the tree is then that of the scenario it sweeps, under the sweep's name."""


def read_stack(path: Path, problems: Problems) -> Stack:
    """The file at `path` over everything it extends. Raises ScenarioError where a file cannot be read."""
    chain = _Chain(problems)
    chain.follow(path, str(path), None)
    problems.stop_if_any()
    own = chain.roots[0]
    sweep = own if is_sweep(own) else None
    roots = chain.roots if sweep is None else [_only(own, HEAD), *chain.roots[1:]]
    tree: Node = roots[-1]
    for above in reversed(roots[:-1]):
        tree = merge(_without_head(tree), above)
    return Stack(_mapping(tree), tuple(chain.files), own, sweep)


def _without_head(tree: Node) -> Mapping:
    tree = _mapping(tree)
    return _only(tree, [name for name in tree.children if name not in HEAD_ONLY])


def _only(tree: Mapping, names: Collection[str]) -> Mapping:
    kept = {name: child for name, child in tree.children.items() if name in names}
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
        root = self.roots[-1]
        if is_sweep(root):
            self._follow_sweep(path, shown, root, asked)
        elif "extends" in root.children:
            self._follow_link(path, shown, "extends", root.children["extends"])

    def _follow_sweep(self, path: Path, shown: str, root: Mapping, asked: Scalar | None) -> None:
        below = root.children.get(SWEEPS)
        if "extends" in root.children:
            said = f"a sweep extends nothing; write '{SWEEPS}:' and the scenario it sweeps"
            self.problems.add(root.keys["extends"], "extends", said)
        elif asked is not None:
            self.problems.add(asked.place, "", f"{shown} is a sweep; a scenario is expected here")
        elif below is None:
            said = f"missing; this is a sweep, which says the scenario it sweeps: '{SWEEPS}: ../baseline.yaml'"
            self.problems.add(Place(shown, 1, 1), SWEEPS, said)
        elif isinstance(below, Mapping):  # a scenario written out, as `simlab resolve` does
            self.roots.append(below)
        else:
            self._follow_link(path, shown, SWEEPS, below)

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

    def _follow_link(self, path: Path, shown: str, name: str, below: Node) -> None:
        if not isinstance(below, Scalar) or not isinstance(below.value, str):
            self.problems.add(below.place, name, "the name of a file is expected here")
            return
        place = below.place
        self.links.append(f"{place.file}:{place.line}")
        target = path.parent / below.value
        if any(target.resolve() == file.resolve() for file in self.files):
            chain = " -> ".join([*self.links, os.path.normpath(target)])
            self.problems.add(place, name, f"the files extend one another in a circle: {chain}")
            return
        self.follow(target, os.path.normpath(Path(shown).parent / below.value), below)

    def _read(self, path: Path, shown: str, asked: Scalar | None) -> Document | None:
        place = Place(shown, 1, 1) if asked is None else asked.place
        name = "" if asked is None else SWEEPS if is_sweep(self.roots[-1]) else "extends"
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
