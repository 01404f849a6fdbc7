"""Labs beside one another: the follower's lag, and where the ideas in their models came from."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.analysis.labs import WAYS
from simlab.report.figures.fan import fan_panel, ticks
from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.money import RANGES
from simlab.report.figures.theme import INK, PAPER, axis, spec
from simlab.report.words import listed, month, n_of, percent, rough
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12

WAY_WORDS = {"alone": "found alone", "twice": "found by another lab as well", "read": "read from another lab"}
WAY_COLOURS = {"alone": ("#2f6ca5", PAPER), "twice": ("#a9c7e2", INK), "read": ("#d9742b", INK)}


def lag_figure(fan: pl.DataFrame) -> Figure:
    """How far the second lab is behind, from `simlab.analysis.labs.lag_bands`."""
    months = _in_months(fan)
    return Figure(
        key="lag",
        title="How far the second lab is behind",
        takeaway=_lag_takeaway(months),
        caption=(
            "Time since any lab first had the effective compute that the second-best lab has. Months in which the "
            "frontier stood there from the start on are left out, because nobody knows since when. Line: median over "
            f"{n_of(max(months['n_runs'].to_list()), 'run')}; {RANGES}."
        ),
        panels=[fan_panel(months, _say, log=False, height_px=280, ticksuffix=" mo", rangemode="tozero")],
        table=table_of(
            months.gather_every(3),
            {"date": "date"} | {band: f"{band[1:]}% of runs below, months" for band in BANDS} | {"n_runs": "runs"},
        ),
    )


def _in_months(fan: pl.DataFrame) -> pl.DataFrame:
    return fan.with_columns(pl.col(*BANDS) / MONTH_DAYS)


def lag_words(fan: pl.DataFrame) -> str:
    """The lag over the last year in a sentence, from `simlab.analysis.labs.lag_bands`."""
    return _lag_takeaway(_in_months(fan))


def _lag_takeaway(months: pl.DataFrame) -> str:
    """Over the last year, because a lag jumps with each release."""
    year = months.tail(12)
    mean, low, high = (_say(float(year[band].to_numpy().mean())) for band in ("p50", "p10", "p90"))
    return (
        f"In the last year, to {month(year['date'][-1])}, the second-best lab stands where the frontier stood {mean} "
        f"earlier in the median run (80% of the runs: {low} to {high})."
    )


def _say(months: float) -> str:
    return f"{rough(round(months, 1))} months"


def origins_figure(shares: pl.DataFrame, codiscovered: Mapping[str, float] | None) -> Figure:
    """Where the ideas came from, from `simlab.analysis.labs.origin_shares` and quantiles of the outcomes."""
    labs = list(shares.iter_rows(named=True))
    percents = shares.with_columns(pl.col(*(f"{way}_fraction" for way in WAYS)) * 100)
    return Figure(
        key="origins",
        title="Where the ideas in their models came from",
        takeaway=_origins_takeaway(labs, codiscovered),
        caption=(
            "Of the ideas that each lab kept in its frontier models, the share that it alone found, that another lab "
            "found on its own as well, and that it took up after another lab had made it known; what was known before "
            f"the start counts as found. Mean over {n_of(max(row['n_runs'] for row in labs), 'run')}."
        ),
        panels=[Panel(_bars(percents), 44 * len(labs) + 40)],
        table=table_of(
            percents,
            {"lab": "lab", "n_landed": "ideas kept, mean a run"}
            | {f"{way}_fraction": f"{WAY_WORDS[way]}, %" for way in WAYS}
            | {"n_runs": "runs"},
        ),
        swatches=[(WAY_WORDS[way], WAY_COLOURS[way][0]) for way in WAYS],
    )


def _origins_takeaway(labs: list[dict[str, Any]], codiscovered: Mapping[str, float] | None) -> str:
    told = listed([f"{row['lab']} {percent(row['read_fraction'])}" for row in labs])
    read = f"Share of the ideas in their models that labs read from others: {told}."
    if codiscovered is None:
        return read
    low, high = percent(codiscovered["p10"]), percent(codiscovered["p90"])
    return (
        f"{read} Of the ideas that became known outside, {percent(codiscovered['p50'])} had been found by several labs "
        f"on their own in the median run (80% of the runs: {low} to {high})."
    )


def _bars(percents: pl.DataFrame) -> Mapping[str, Any]:
    labs = [escape(lab) for lab in percents["lab"].cast(pl.String)]
    return spec(
        [_bar(percents, labs, way) for way in WAYS],
        barmode="stack",
        bargap=0.35,
        margin={"l": 8, "r": 12, "t": 4, "b": 8},
        xaxis=axis(range=[0, 100.5], **ticks([0, 25, 50, 75, 100], lambda share: f"{share:.0f}%")),
        yaxis=axis(autorange="reversed", showgrid=False, ticks="", tickfont={"size": 13, "color": INK}),
    )


def _bar(percents: pl.DataFrame, labs: list[str], way: str) -> dict[str, Any]:
    colour, ink = WAY_COLOURS[way]
    values = [round(value, 2) for value in percents[f"{way}_fraction"]]
    return {
        "type": "bar",
        "orientation": "h",
        "x": values,
        "y": labs,
        "marker": {"color": colour},
        "text": [f"{value:.0f}%" if value >= 6 else "" for value in values],
        "textposition": "inside",
        "insidetextanchor": "middle",
        "textfont": {"size": 12, "color": ink},
        "hovertemplate": f"%{{y}}: %{{x:.1f}}% {WAY_WORDS[way]}<extra></extra>",
    }
