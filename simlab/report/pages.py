"""Pages of figures with reasons and provenance: what the verbs beside `simlab run` write."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from simlab.report.figures.figure import Figure
from simlab.report.write import render, write_whole


class Page(NamedTuple):
    """What a page says."""

    title: str
    eyebrow: str
    about: str
    figures: Sequence[Figure]
    reasons: Sequence[tuple[str, str]]
    """Term and explanation."""
    provenance: Sequence[tuple[str, str]]


def write_page(path: Path, page: Page) -> Path:
    """Write `page` as one HTML file that asks no network for anything."""
    return write_whole(path, render(page._asdict(), "figures.html.j2"))
