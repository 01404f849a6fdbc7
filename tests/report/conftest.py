"""A made-up study, and a page read back as a reader's program would read it."""

import importlib.util
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from types import ModuleType

import pytest

from simlab.report import write_report


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SYNTHETIC = _load("synthetic")
ECONOMY = _load("synthetic_economy")
LEVERS = (("cap", "compute_cap", 730.0, 1461.0), ("cap", "pause", 900.0, 1000.0))


@dataclass
class ReadFigure:
    """What a figure says without its drawing."""

    takeaway: str = ""
    caption: str = ""
    rows: list[list[str]] = field(default_factory=list)

    def column(self, heading: str) -> list[str]:
        place = self.rows[0].index(heading)
        return [row[place] for row in self.rows[1:]]


class PageReader(HTMLParser):
    """The figures of a page by their key, and every tag with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.figures: dict[str, ReadFigure] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self._figure: ReadFigure | None = None
        self._into = ""

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag == "figure":
            self._figure = self.figures.setdefault(str(known["id"]).removeprefix("fig-"), ReadFigure())
        if self._figure is None:
            return
        if tag == "tr":
            self._figure.rows.append([])
        if tag in {"td", "th"}:
            self._figure.rows[-1].append("")
        self._into = {"td": "cell", "th": "cell", "figcaption": "caption"}.get(tag, "")
        if tag == "p" and known.get("class") == "takeaway":
            self._into = "takeaway"

    def handle_endtag(self, tag):
        self._into = ""
        if tag == "figure":
            self._figure = None

    def handle_data(self, data):
        if self._figure is None or not self._into:
            return
        if self._into == "cell":
            self._figure.rows[-1][-1] += data
        else:
            setattr(self._figure, self._into, getattr(self._figure, self._into) + data)


def read_page(path: Path) -> PageReader:
    reader = PageReader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader


@pytest.fixture(scope="session")
def synthetic():
    """The module that writes made-up studies."""
    return SYNTHETIC


@pytest.fixture(scope="session")
def read():
    """A function path -> PageReader."""
    return read_page


@pytest.fixture(scope="session")
def study_folder(tmp_path_factory):
    """A made-up study of two policies with its report written."""
    folder = SYNTHETIC.write_synthetic_study(tmp_path_factory.mktemp("made-up") / "study", 16, ("baseline", "cap"))
    ECONOMY.add_economy(folder, LEVERS)
    write_report(folder)
    return folder
