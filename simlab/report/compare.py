"""The page of `simlab compare`: alternatives beside one another, in one HTML file that asks no network for anything."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from simlab.analysis.comparison import Found
from simlab.analysis.lock import Lock
from simlab.report.figures.compared import chances_figure, curves_figure
from simlab.report.figures.figure import Figure
from simlab.report.figures.needed import needed_figure
from simlab.report.figures.numbers import differing, numbers_figure
from simlab.report.figures.policies import policies_figure
from simlab.report.figures.regret import regret_figure
from simlab.report.pages import Page, write_page


class Facts(NamedTuple):
    """What the page says of how its numbers came about."""

    lock: Lock
    """Of the first alternative, up to the common end."""
    studies: Sequence[tuple[str, str]]
    """Name of each study, and its runs, folder and fingerprint in words."""


def write_comparison(path: Path, facts: Facts, found: Found) -> Path:
    """Write the page, from `simlab.analysis.comparison.found`."""
    title = f"{facts.lock.title}: what differs from “{found.names[0]}”"
    about = (
        f"{len(found.names)} alternatives, {facts.lock.start} to {facts.lock.end}. Runs of one sample and replicate "
        "share luck and the draws of what they have in common, so what differs between the two of a pair is the "
        "alternative’s doing. All intervals are 90%."
    )
    notes = [("Keep in mind", note) for note in found.notes]
    return write_page(path, Page(title, "Comparison", about, figures(found, facts.lock), notes, facts.studies))


def figures(found: Found, lock: Lock) -> list[Figure]:
    """The figures, those left out of which there is nothing to show."""
    titles = {f"{milestone.name}_days": milestone.title for milestone in lock.milestones}
    made: list[Figure] = []
    if titles:
        order = pl.DataFrame({"milestone": [m.name for m in lock.milestones], "title": list(titles.values())})
        made += [
            policies_figure(found.differences, order, found.names[0], "alternative"),
            curves_figure(found.curves, lock, found.names),
            chances_figure(found.differences, titles, found.names[0]),
        ]
    if found.regrets.height:
        made.append(regret_figure(found.regrets, titles))
    numbers = differing(found.differences)
    made += [numbers_figure(numbers, found.means)] if numbers.height else []
    return [*made, needed_figure(found.needed, titles)] if found.needed.height else made
