"""What is wrong with a file, said so that it can be put right: where, what, expected what, meant what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from simlab.errors import ScenarioError
from simlab.scenario.nodes import Place


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: its place, the dotted path of what is there, a sentence, perhaps a suggestion."""

    place: Place
    path: str
    text: str
    meant: str | None = None

    def render(self, lines: Sequence[str]) -> str:
        """The finished message: `file:line:col: path: text. Did you mean 'x'?`, the line, and a caret."""
        place = self.place
        where = f"{place.file}:{place.line}:{place.column}: " + (f"{self.path}: " if self.path else "")
        question = "" if self.meant is None else f". Did you mean '{self.meant}'?"
        return where + self.text + question + self._excerpt(lines)

    def _excerpt(self, lines: Sequence[str]) -> str:
        place = self.place
        if place.line > len(lines):
            return ""
        line = lines[place.line - 1].replace("\t", " ")
        start = max(0, place.column - 61)
        shown, column = line[start : start + 100].rstrip(), place.column - 1 - start
        carets = "^" * max(1, min(place.width, len(shown) - column))
        number = f"{place.line:>6} | "
        return f"\n{number}{shown}\n{' ' * (len(number) - 2)}| {' ' * column}{carets}"


class Problems:
    """The list under construction."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.lines: dict[str, Sequence[str]] = {}
        """The text of each file read so far, in the order of reading."""

    def add(self, place: Place, path: str, text: str, meant: str | None = None) -> None:
        """Take note of one mistake; the same words at the same place, met again by an alias, are told once."""
        if not any(known.place == place and known.text == text for known in self.found):
            self.found.append(Problem(place, path, text, meant))

    def stop_if_any(self) -> None:
        """Raise ScenarioError with everything found so far, in file order."""
        if self.found:
            raise ScenarioError(rendered(self.found, self.lines))


def rendered(found: Sequence[Problem], lines: Mapping[str, Sequence[str]]) -> list[str]:
    """Finished texts in the order of the files and of their lines."""
    order = {file: number for number, file in enumerate(lines)}
    ordered = sorted(found, key=lambda p: (order.get(p.place.file, len(order)), p.place.line, p.place.column))
    return [problem.render(lines.get(problem.place.file, ())) for problem in ordered]
