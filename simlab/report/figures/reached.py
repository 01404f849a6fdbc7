"""How likely the milestones are by when: the share of runs that are there by each date."""

from collections.abc import Mapping
from datetime import date, timedelta
from html import escape
from typing import Any

import polars as pl

from simlab.analysis.lock import Lock
from simlab.report.figures.fan import ticks
from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.milestone_kinds import ORDER, kind_of
from simlab.report.figures.theme import DASHES, LINES, axis, end_labels, spec, years
from simlab.report.words import day_of, month, n_of, percent

FEW, FAINT = 3, 0.06
"""Of more curves than these the intervals are so faint that where several overlap the lines stay readable."""


def reached_figures(curves: pl.DataFrame, lock: Lock, n_runs: int) -> list[Figure]:
    """How likely by when, from `simlab.analysis.milestones.reached_curves`: a figure a kind of milestone."""
    known = {milestone.name: milestone for milestone in lock.milestones}
    shown = [milestone for name, milestone in known.items() if name in set(curves["milestone"])]
    kinds = [kind for kind in ORDER if any(kind_of(milestone) == kind for milestone in shown)]
    figures = []
    for kind in kinds:
        titles = {milestone.name: milestone.title for milestone in shown if kind_of(milestone) == kind}
        heading = f"How likely by when: {kind.lower()}" if len(kinds) > 1 else "How likely by when"
        key = f"reached-{kind.lower().replace(' ', '-')}" if figures else "reached"
        figures.append(
            _reached(key, heading, curves.filter(pl.col("milestone").is_in(list(titles))), titles, lock, n_runs)
        )
    return figures


def _reached(
    key: str, heading: str, curves: pl.DataFrame, titles: Mapping[str, str], lock: Lock, n_runs: int
) -> Figure:
    colours = dict(zip(titles, LINES * len(titles), strict=False))
    return Figure(
        key=key,
        title=heading,
        takeaway=_reached_takeaway(curves, titles, lock),
        caption=f"Share of {n_of(n_runs, 'run')} that have reached the milestone by each date. Around it, from the "
        "first arrival on, what the share may be as far as so many draws can tell: its 90% interval.",
        panels=[Panel(_curves(curves, titles, lock), 340)],
        table=_reached_table(curves, titles, lock.start),
        swatches=[(titles[name], colours[name]) for name in titles],
    )


def _curves(curves: pl.DataFrame, titles: Mapping[str, str], lock: Lock) -> Mapping[str, Any]:
    data, ends = [], []
    for number, (name, title) in enumerate(titles.items()):
        curve = curves.filter(pl.col("milestone") == name)
        colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
        opacity = FAINT if len(titles) > FEW else 0.1
        data += [*band(curve, colour, lock.start, opacity), curve_line(curve, title, colour, dash, lock.start)]
        share = 100 * curve["reached_fraction"][-1]
        ends.append((f"{share:.0f}%", share, colour))
    return spec(
        data,
        margin={"l": 8, "r": 48, "t": 10, "b": 8},
        xaxis=years(pl.Series([lock.start, lock.end]), 6),
        yaxis=axis(range=[-2, 104], **ticks([0, 25, 50, 75, 100], lambda share: f"{share:.0f}%")),
        annotations=end_labels(list({end[0]: end for end in ends}.values()), (-2, 104)),
    )


def band(curve: pl.DataFrame, colour: str, start: date, opacity: float = 0.1) -> list[dict[str, Any]]:
    """The 90% interval of a curve from the first arrival on: two invisible lines, a breath of its colour between."""
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    line = _steps(curve, start) | {"line": {"shape": "hv", "width": 0}, "hoverinfo": "skip"}
    begun = pl.when(pl.col("reached_fraction") > 0)
    ends = curve.select(
        begun.then(pl.col(name)).otherwise(0.0).alias(name) for name in ("low_fraction", "high_fraction")
    )
    low, high = (_percents(end) for end in ends)
    return [
        line | {"y": low},
        line | {"y": high, "fill": "tonexty", "fillcolor": f"rgba({red},{green},{blue},{opacity})"},
    ]


def curve_line(curve: pl.DataFrame, title: str, colour: str, dash: str, start: date) -> dict[str, Any]:
    """The share that is there by each date, in steps."""
    ends = zip(curve["low_fraction"], curve["high_fraction"], strict=True)
    return _steps(curve, start) | {
        "y": _percents(curve["reached_fraction"]),
        "line": {"shape": "hv", "color": colour, "width": 2.25, "dash": dash},
        "text": [f"{percent(low)} to {percent(high)}" for low, high in ends],
        "hovertemplate": f"<b>%{{x|%b %Y}}</b>: %{{y:.0f}}% of runs (90%: %{{text}})<br>{escape(title)}<extra></extra>",
    }


def _steps(curve: pl.DataFrame, start: date) -> dict[str, Any]:
    days = [(start + timedelta(days=days)).isoformat() for days in curve["time_days"]]
    return {"type": "scatter", "mode": "lines", "x": days}


def _percents(shares: pl.Series) -> list[float]:
    return [round(100 * share, 2) for share in shares]


def _reached_takeaway(curves: pl.DataFrame, titles: Mapping[str, str], lock: Lock) -> str:
    """The state of the most undecided milestone half-way, or at the end where all are still decided half-way."""
    for part in (0.5, 1.0):
        moment = lock.start + (lock.end - lock.start) * part
        near = curves.filter(pl.col("time_days") <= (moment - lock.start).days)
        shares = near.select("milestone", "reached_fraction").group_by("milestone", maintain_order=True).last()
        name, share = shares.sort((pl.col("reached_fraction") - 0.5).abs(), maintain_order=True).row(0)
        if 0 < share < 1:
            break
    return f"By {month(moment)}, {percent(share)} of the runs have reached “{titles[name]}”."


def _reached_table(curves: pl.DataFrame, titles: Mapping[str, str], start: date) -> Table:
    """A row a quarter of a year, counted back from the end, and a column a milestone."""
    wide = curves.pivot("milestone", index="time_days", values=SHARES).reverse().gather_every(3).reverse()
    rows = [
        [day_of(start, row["time_days"]).isoformat(), *(_interval(row, name) for name in titles)]
        for row in wide.iter_rows(named=True)
    ]
    return Table(["date", *(f"{title}, % of runs (90% interval)" for title in titles.values())], rows)


SHARES = ("reached_fraction", "low_fraction", "high_fraction")


def _interval(row: Mapping[str, float], milestone: str) -> str:
    share, low, high = (f"{100 * row[f'{name}_{milestone}']:.1f}" for name in SHARES)
    return f"{share} ({low} to {high})"
