"""What a section of the page is."""

from collections.abc import Sequence
from dataclasses import dataclass

from simlab.report.figures.figure import Figure

COMES, WHY = "What comes", "Why"
PARTS = (COMES, WHY)
"""What is forecast first, then what it follows from."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, an introduction and its figures."""

    key: str
    title: str
    intro: str
    figures: Sequence[Figure]
    part: str = ""
    """The part of the page that it belongs to: one of PARTS."""
