"""What a section of the page is."""

from collections.abc import Sequence
from dataclasses import dataclass

from simlab.report.figures.figure import Figure


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, an introduction and its figures."""

    key: str
    title: str
    intro: str
    figures: Sequence[Figure]
