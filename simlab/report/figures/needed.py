"""How many draws it takes to know what an alternative changes, paired and not."""

from html import escape
from textwrap import wrap
from typing import Any

import polars as pl

from simlab.report.figures.fan import ticks
from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.theme import ACCENT, INK, RULE, SOFT_INK, axis, spec
from simlab.report.words import exact, n_of, rough
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12
TICKS = (2, 10, 100, 1_000, 10_000, 100_000, 1_000_000)


def needed_figure(needed: pl.DataFrame, titles: dict[str, str]) -> Figure:
    """Draws for the half width asked for, from `simlab.analysis.precision.runs_needed`; `titles` of milestones."""
    differs = pl.col("saved_factor").is_not_null() | pl.col("n_draws").is_null()
    drawn = needed.filter(pl.col("is_milestone") & differs)
    names = drawn["policy"].unique(maintain_order=True).to_list()
    return Figure(
        key="needed",
        title="How many draws it takes",
        takeaway=_takeaway(needed),
        caption=f"Draws until the 90% interval of a milestone’s mean shift is {_asked(needed)} to either side: full "
        "dots with runs in pairs, hollow ones with as many draws of its own on each side. The line is what this study "
        "has. From the spread found so far, which few draws know but roughly. Milestones that no pair moves are left "
        "to the table, which also has the draws to tell the sign with 90% power if the shift is as large as found.",
        panels=[_panel(drawn.filter(pl.col("policy") == name), titles, name) for name in names],
        table=_table(needed, titles),
        swatches=[("in pairs", ACCENT), ("not in pairs", SOFT_INK)],
    )


def _asked(needed: pl.DataFrame) -> str:
    halves = needed.filter("is_milestone")["half_width"].to_list()
    months = round(halves[0] / MONTH_DAYS, 2) if halves else 0.0
    return "a month" if months == 1.0 else f"{months:g} months"


def _takeaway(needed: pl.DataFrame) -> str:
    known = needed.filter(pl.col("is_milestone") & pl.col("saved_factor").is_not_null())
    if known.is_empty():
        return "No milestone differs within pairs, so there is nothing that more draws could narrow."
    middle = known.sort("saved_factor")["saved_factor"][known.height // 2]
    enough = known.filter(pl.col("n_draws") <= pl.col("n_samples")).height
    told = f"The draws so far are enough for {enough} of {n_of(known.height, 'shift')} of milestones that differ."
    return f"{told} Pairs save a factor of {rough(middle)} in draws, the median of them."


def _panel(rows: pl.DataFrame, titles: dict[str, str], name: str) -> Panel:
    labels = [
        "<br>".join(escape(line) for line in wrap(titles[outcome], 44, max_lines=2, placeholder=" …"))
        for outcome in rows["outcome"]
    ]
    pairs, alone = rows["n_draws"].to_list(), rows["n_draws_unpaired"].to_list()
    n_samples = max(rows["n_samples"].to_list())
    data = [*(_between(a, b, label) for a, b, label in zip(pairs, alone, labels, strict=True))]
    hollow = {"color": "#ffffff", "line": {"color": SOFT_INK, "width": 2}, "size": 9}
    data += [
        _dots(alone, labels, hollow, "not in pairs"),
        _dots(pairs, labels, {"color": ACCENT, "size": 10}, "in pairs"),
    ]
    shown = spec(
        data,
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        xaxis=axis(type="log", **ticks(TICKS, lambda n: f"{n:,.0f}")),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"size": 12, "color": INK}),
        shapes=[
            {
                "type": "line",
                "x0": n_samples,
                "x1": n_samples,
                "y0": 0,
                "y1": 1,
                "yref": "paper",
                "line": {"color": INK, "width": 1, "dash": "dot"},
            }
        ],
    )
    return Panel(shown, 36 * rows.height + 50, name)


def _between(low: int | None, high: int | None, label: str) -> dict[str, Any]:
    line = {"color": RULE, "width": 3}
    return {"type": "scatter", "mode": "lines", "x": [low, high], "y": [label] * 2, "line": line, "hoverinfo": "skip"}


def _dots(draws: list[int | None], labels: list[str], marker: dict[str, Any], words: str) -> dict[str, Any]:
    said = f"%{{y}}: %{{x:,}} draws {words}<extra></extra>"
    return {"type": "scatter", "mode": "markers", "x": draws, "y": labels, "marker": marker, "hovertemplate": said}


def _table(needed: pl.DataFrame, titles: dict[str, str]) -> Table:
    columns = ["alternative", "outcome", "half width asked for", "draws in pairs", "draws not in pairs"]
    columns += [
        "to tell the sign, in pairs",
        "to tell the sign, not in pairs",
        "saved by pairs, factor",
        "draws so far",
    ]
    rows = [
        [row["policy"], titles.get(row["outcome"], row["outcome"]), exact(row["half_width"])]
        + [exact(row[name]) for name in ("n_draws", "n_draws_unpaired", "n_sign", "n_sign_unpaired", "saved_factor")]
        + [str(row["n_samples"])]
        for row in needed.iter_rows(named=True)
    ]
    return Table(columns, rows)
