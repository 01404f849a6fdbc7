"""Every run by the two factors that a region depends on most, stacked by whether its other conditions hold."""

import math
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.discover import Answered
from simlab.analysis.discover_words import name_in
from simlab.analysis.lock import Lock
from simlab.analysis.prim import Box, Restriction
from simlab.report.figures.box_axes import Along, along, lanes
from simlab.report.figures.fan import short
from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.theme import ACCENT, LINES, spec
from simlab.report.words import exact, n_of

MOST_POINTS = 2000
"""More runs than this are thinned: more points than eyes can see."""

YES, NO = LINES[1], "#9aa5b1"


def scatter_figure(found: Answered, lock: Lock) -> Figure:
    """The runs of the first region's search by its two strongest factors."""
    box = found.discovery.boxes[0]
    shown, rest = box.restrictions[:2], box.restrictions[2:]
    others = np.ones(found.n_runs, np.bool_)
    for each in rest:
        others &= each.holds(found.factors[each.factor]).to_numpy()
    parts = [("where the other conditions hold", others), ("where they do not", ~others)] if rest else [("", others)]
    is_case = found.answers.table["is_case"].to_numpy()
    return Figure(
        key="runs",
        title="The runs themselves",
        takeaway=_told(box, is_case, others, found, has_rest=bool(rest)),
        caption=_caption(len(shown), found.n_runs, has_rest=bool(rest)),
        panels=[_panel(found, lock, shown, keep, title) for title, keep in parts],
        table=_cells(found, lock, shown, others, has_rest=bool(rest)),
        swatches=[("yes", YES), ("no", NO), ("the region", ACCENT)],
    )


def _caption(n_shown: int, n_runs: int, *, has_rest: bool) -> str:
    what = (
        "A point a run, by the only factor of the region; runs that answer yes above those that answer no. "
        if n_shown == 1
        else "A point a run, by the two factors that chance could least stand for. "
    )
    stacked = "Side by side: where the other conditions of the region hold, and where they do not. "
    thinned = f" {n_of(MOST_POINTS, 'run')} of {n_runs:,} at most are drawn." if n_runs > MOST_POINTS else ""
    spread = "The frame is the region. Points that would hide one another are spread a little."
    return f"{what}{stacked if has_rest else ''}{spread}{thinned}"


def _told(box: Box, is_case: NDArray[np.bool_], others: NDArray[np.bool_], found: Answered, *, has_rest: bool) -> str:
    inside = box.inside(found.factors)
    missed = int(is_case[others & ~inside].sum())
    where = " though the other conditions hold" if has_rest else ""
    return (
        f"{int(is_case[inside].sum()):,} of the {n_of(int(inside.sum()), 'run')} in the frame answer yes; {missed:,} "
        f"answer yes outside it{where}."
    )


def _panel(found: Answered, lock: Lock, shown: tuple[Restriction, ...], keep: NDArray[np.bool_], title: str) -> Panel:
    x, y = _axes(found, lock, shown)
    is_case = found.answers.table["is_case"].to_numpy()
    some = np.zeros(found.n_runs, np.bool_)
    some[:: math.ceil(found.n_runs / MOST_POINTS)] = True
    drawn = spec(
        [
            _points(x, y, keep & some & ~is_case, NO, "no"),
            _points(x, y, keep & some & is_case, YES, "yes"),
        ],
        margin={"l": 8, "r": 14, "t": 8, "b": 8},
        xaxis=x.drawn(),
        yaxis=y.drawn(),
        shapes=[_frame(across, up) for across in x.inside for up in y.inside],
    )
    return Panel(drawn, 420, title)


def _axes(found: Answered, lock: Lock, shown: tuple[Restriction, ...]) -> tuple[Along, Along]:
    first = along(found, shown[0], lock)
    return first, along(found, shown[1], lock) if len(shown) > 1 else lanes(found)


def _points(x: Along, y: Along, rows: NDArray[np.bool_], colour: str, said: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "markers",
        "x": short(pl.Series(x.places[rows])),
        "y": short(pl.Series(y.places[rows])),
        "marker": {"color": colour, "size": 5.5, "opacity": 0.75},
        "customdata": [f"{across}<br>{up}" for across, up in zip(x.said[rows], y.said[rows], strict=True)],
        "hovertemplate": f"<b>{said}</b><br>%{{customdata}}<extra></extra>",
    }


def _frame(across: tuple[float, float], up: tuple[float, float]) -> dict[str, Any]:
    line = {"color": ACCENT, "width": 2}
    return {"type": "rect", "x0": across[0], "x1": across[1], "y0": up[0], "y1": up[1], "line": line}


def _cells(
    found: Answered, lock: Lock, shown: tuple[Restriction, ...], others: NDArray[np.bool_], *, has_rest: bool
) -> Table:
    names = [name_in(lock, each.factor) for each in shown]
    columns = ["run", *names, *(["other conditions hold"] if has_rest else []), "answer"]
    said = {True: "yes", False: "no"}
    values = [found.factors[each.factor].to_list() for each in shown]
    answers = found.answers.table["is_case"].to_list()
    rows = [
        [
            run_id,
            *(exact(column[i]) for column in values),
            *([said[bool(others[i])]] if has_rest else []),
            said[answers[i]],
        ]
        for i, run_id in enumerate(found.answers.table["run_id"])
    ]
    return Table(columns, rows[:: math.ceil(len(rows) / MOST_POINTS)])
