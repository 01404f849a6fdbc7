"""The page of `simlab drivers`: what drives each outcome, by whatever the study's design can tell."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from simlab.analysis.drivers import MORRIS, ONE_AT_A_TIME, SALTELLI, Drivers
from simlab.report.driver_methods import cells, method_of
from simlab.report.driver_words import (
    MOST_WHOLE,
    SIDES,
    Facts,
    by_subject,
    is_quiet,
    luck_sentence,
    mean_sentence,
    sentence,
    silent,
)
from simlab.report.figures.driver_points import FIRST, GIVEN_FIRST, MU_STAR, SIGMA, TOTAL, Series, points_panel
from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.luck_shares import luck_figure
from simlab.report.figures.noise_floor import noise_floor_figure
from simlab.report.figures.theme import SOFT_INK
from simlab.report.figures.tornado import SWATCHES, tornado_panel
from simlab.report.pages import Page, write_page
from simlab.report.words import n_of


def write_drivers(path: Path, facts: Facts, found: Sequence[Drivers]) -> Path:
    """Write the page."""
    subjects = by_subject(found)
    loud = [sides for sides in subjects if not all(is_quiet(facts.kind, side) for side in sides)]
    drawn = subjects if len(subjects) <= MOST_WHOLE else loud
    overview = [figure for figure in (noise_floor_figure(found), luck_figure(found)) if figure]
    whose = f"policy “{facts.policy}”" if facts.against is None else f"“{facts.policy}” minus “{facts.against}”"
    about = (
        f"{n_of(facts.n_factors, 'factor')}, {whose}, by {method_of(facts.kind).name}. {method_of(facts.kind).about}"
    )
    quiet = _quiet(facts.kind, [sides[0] for sides in subjects if sides not in drawn])
    undefined = [("Not defined", f"{why}: {'; '.join(titles)}.") for why, titles in silent(found).items()]
    figures = [*(_figure(facts.kind, sides) for sides in drawn), *overview]
    reasons = [*quiet, *undefined, *facts.notes]
    return write_page(path, Page(facts.title, "What drives it", about, figures, reasons, _provenance(facts)))


def _quiet(kind: str, sides: Sequence[Drivers]) -> list[tuple[str, str]]:
    """What is said of outcomes that nothing can be said of; once where it is the same of several."""
    told: dict[str, list[str]] = {}
    for side in sides:
        told.setdefault(sentence(kind, side), []).append(side.response.title)
    return [
        ("; ".join(titles), words) if len(titles) == 1 else (words, "; ".join(titles)) for words, titles in told.items()
    ]


def _provenance(facts: Facts) -> list[tuple[str, str]]:
    left = f"; {n_of(facts.n_unfinished, 'run')} without results" if facts.n_unfinished else ""
    return [
        ("Study", f"{facts.title}; fingerprint {facts.fingerprint}"),
        (
            "Design",
            f"{facts.kind.replace('_', ' ')}: {n_of(facts.n_samples, 'point')}, {n_of(facts.n_runs, 'run')}{left}",
        ),
    ]


def _figure(kind: str, sides: Sequence[Drivers]) -> Figure:
    """A milestone’s date and whether it is reached, or one outcome."""
    first = sides[0].response
    told = [f"{_side(side)}{sentence(kind, side)}" for side in sides]
    more = [f"{_side(s)}{words}" for s in sides for words in (luck_sentence(s), mean_sentence(s)) if words]
    return Figure(
        key=f"of-{first.subject}",
        title=first.title.removesuffix(": whether reached"),
        takeaway=" ".join(told),
        caption=" ".join([*_censoring(sides), *more, *(side.missing + "." for side in sides[:1] if side.missing)]),
        panels=[_panel(kind, side) for side in sides],
        table=_cells(kind, sides),
        swatches=_swatches(kind),
    )


def _swatches(kind: str) -> Sequence[tuple[str, str]]:
    if kind == ONE_AT_A_TIME:
        return SWATCHES
    floor = [] if kind in (MORRIS, SALTELLI) else [("noise floor, dashed", SOFT_INK)]
    return [(one.words, one.colour) for one in _series(kind)] + floor


def _side(side: Drivers) -> str:
    name = SIDES.get(side.response.unit)
    return f"{name.capitalize()}: " if name else ""


def _censoring(sides: Sequence[Drivers]) -> list[str]:
    """What dates leave out."""
    if not any(side.response.unit == "days" for side in sides):
        return []
    return ["A run that does not reach it counts as reaching it at the horizon: what happens beyond is not seen."]


def _series(kind: str) -> list[Series]:
    return {MORRIS: [MU_STAR, SIGMA], SALTELLI: [TOTAL, FIRST]}.get(kind, [GIVEN_FIRST])


def _panel(kind: str, side: Drivers) -> Panel:
    unit = side.response.unit
    title = SIDES.get(unit, "")
    if kind == ONE_AT_A_TIME:
        return tornado_panel(side.table, unit, title)
    if kind == MORRIS:
        moving = side.table.filter(pl.col("mu_star") > 0.0)
        return points_panel(moving, _series(kind), unit or "in the outcome’s unit", title)
    floor = side.table["first_floor"].drop_nulls() if "first_floor" in side.table.columns else pl.Series()
    line = float(floor[0]) if floor.len() else None
    return points_panel(side.table, _series(kind), "share of the variance", title, floor=line)


def _cells(kind: str, sides: Sequence[Drivers]) -> Table:
    method = method_of(kind)
    rows = [
        [side.response.name, row["factor"], *cells(method, row), row["reason"] or ""]
        for side in sides
        for row in side.table.iter_rows(named=True)
    ]
    return Table(["outcome", "factor", *method.columns, "not defined, because"], rows)
