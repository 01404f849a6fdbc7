"""Alternatives beside one another: how likely each milestone is by when, and in which worlds it comes earlier."""

from collections.abc import Mapping, Sequence
from html import escape
from textwrap import wrap
from typing import Any

import polars as pl

from simlab.analysis.lock import Lock
from simlab.report.figures.fan import ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.reached import band, curve_line
from simlab.report.figures.theme import DASHES, INK, LINES, axis, spec, years
from simlab.report.words import day_of, month, n_of, percent

EARLIER, SAME, LATER = "#1f5a91", "#dfe3e6", "#c2571a"
CHANCES = (
    ("lower_fraction", "earlier", EARLIER),
    ("same_fraction", "same day", SAME),
    ("higher_fraction", "later", LATER),
)


def curves_figure(curves: pl.DataFrame, lock: Lock, names: Sequence[str]) -> Figure:
    """By when each alternative is how likely there: a panel a milestone, a curve an alternative.

    `curves`: an `alternative` and what `simlab.analysis.milestones.reached_curves` has. Milestones on which all
    curves agree all the time are left to the table.
    """
    titles = {milestone.name: milestone.title for milestone in lock.milestones}
    apart = _apart(curves)
    shown = [name for name in titles if apart.get(name, 0.0) > 0.0]
    told = " Milestones on which all agree at all times are left to the table." if len(shown) < len(titles) else ""
    return Figure(
        key="reached",
        title="How likely by when",
        takeaway=_widest(curves, titles, lock, names),
        caption="Share of the runs that have reached the milestone by each date, and around it the 90% interval of "
        f"that share. Intervals may overlap although pairs of runs tell the alternatives apart.{told}",
        panels=[_panel(curves.filter(pl.col("milestone") == name), titles[name], lock, names) for name in shown],
        table=_curve_table(curves, titles, lock),
        swatches=[(name, LINES[number % len(LINES)]) for number, name in enumerate(names)],
    )


def _apart(curves: pl.DataFrame) -> dict[str, float]:
    """For each milestone how far its curves ever are from one another."""
    share = pl.col("reached_fraction")
    by_day = curves.group_by("milestone", "time_days").agg(gap=share.max() - share.min())
    return dict(by_day.group_by("milestone").agg(pl.col("gap").max()).iter_rows())


def _widest(curves: pl.DataFrame, titles: Mapping[str, str], lock: Lock, names: Sequence[str]) -> str:
    """Where the curves of the first and another alternative are farthest apart."""
    first = curves.filter(pl.col("alternative") == names[0]).select(
        "milestone", "time_days", of_first="reached_fraction"
    )
    gaps = curves.filter(pl.col("alternative") != names[0]).join(
        first, on=("milestone", "time_days"), maintain_order="left"
    )
    gap = (pl.col("reached_fraction") - pl.col("of_first")).abs()
    row = gaps.sort(gap, descending=True, maintain_order=True).row(0, named=True)
    if row["reached_fraction"] == row["of_first"]:
        return "Every milestone is as likely by each date under one alternative as under another."
    shares = f"{percent(row['reached_fraction'])} of the runs of “{row['alternative']}” and {percent(row['of_first'])}"
    when = month(day_of(lock.start, row["time_days"]))
    return f"Farthest apart: by {when}, {shares} of those of “{names[0]}” have reached “{titles[row['milestone']]}”."


def _panel(curves: pl.DataFrame, title: str, lock: Lock, names: Sequence[str]) -> Panel:
    data: list[dict[str, Any]] = []
    for number, name in enumerate(names):
        curve = curves.filter(pl.col("alternative") == name)
        colour, dash = LINES[number % len(LINES)], DASHES[number % len(DASHES)]
        data += [*band(curve, colour, lock.start), curve_line(curve, name, colour, dash, lock.start)]
    drawn = spec(
        data,
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        xaxis=years(pl.Series([lock.start, lock.end]), 4),
        yaxis=axis(range=[-2, 104], **ticks([0, 25, 50, 75, 100], lambda share: f"{share:.0f}%")),
    )
    return Panel(drawn, 250, title)


def _curve_table(curves: pl.DataFrame, titles: Mapping[str, str], lock: Lock) -> Table:
    """A row a milestone, alternative and half year, counted back from the end."""
    rows = [
        [titles[milestone], alternative, day_of(lock.start, row["time_days"]).isoformat()]
        + [f"{100 * row[name]:.1f}" for name in ("reached_fraction", "low_fraction", "high_fraction")]
        for (milestone, alternative), curve in curves.group_by("milestone", "alternative", maintain_order=True)
        for row in curve.reverse().gather_every(6).reverse().iter_rows(named=True)
    ]
    return Table(["milestone", "alternative", "by", "% of runs", "90% interval from", "to"], rows)


def chances_figure(differences: pl.DataFrame, titles: Mapping[str, str], reference: str) -> Figure:
    """In how many pairs of runs a milestone comes earlier, on the same day, later; `titles` by outcome."""
    moved = differences.filter(pl.col("is_milestone") & (pl.col("n_pairs") > 0))
    names = moved["policy"].unique(maintain_order=True).to_list()
    shown = moved.filter((pl.col("same_fraction") < 1).any().over("outcome"))
    return Figure(
        key="chances",
        title=f"Earlier or later than under “{reference}”",
        takeaway=_surest(moved, titles),
        caption="Share of the pairs in which the milestone comes earlier, on the same day, or later, by however "
        "little; where neither run reaches it, the same. Of alternatives that are not paired: of any run beside any "
        "other. Milestones that no pair moves are left to the table.",
        panels=[_bars(shown.filter(pl.col("policy") == name), titles, name) for name in names if shown.height],
        table=_chance_table(moved, titles),
        swatches=[(words, colour) for _, words, colour in CHANCES],
    )


def _surest(moved: pl.DataFrame, titles: Mapping[str, str]) -> str:
    lead = (pl.col("lower_fraction") - pl.col("higher_fraction")).abs()
    if moved.is_empty() or moved.select(lead.max()).item() == 0:
        return "No milestone comes more often earlier than later anywhere."
    row = moved.sort(lead, descending=True, maintain_order=True).row(0, named=True)
    share, word = max((row["lower_fraction"], "earlier"), (row["higher_fraction"], "later"))
    pairs = f"{percent(share)} of {n_of(row['n_pairs'], 'pair')}"
    return f"Most one-sided: under “{row['policy']}”, “{titles[row['outcome']]}” comes {word} in {pairs}."


def _bars(rows: pl.DataFrame, titles: Mapping[str, str], name: str) -> Panel:
    labels = [
        "<br>".join(escape(line) for line in wrap(titles[outcome], 44, max_lines=2, placeholder=" …"))
        for outcome in rows["outcome"]
    ]
    data = [
        {
            "type": "bar",
            "orientation": "h",
            "y": labels,
            "x": [round(100 * share, 2) for share in rows[column]],
            "marker": {"color": colour},
            "text": [percent(share) if share >= 0.12 else "" for share in rows[column]],
            "textposition": "inside",
            "insidetextanchor": "middle",
            "textangle": 0,
            "textfont": {"size": 12, "color": INK if colour == SAME else "#ffffff"},
            "hovertemplate": f"%{{y}}: {words} in %{{x:.0f}}% of pairs<extra></extra>",
        }
        for column, words, colour in CHANCES
    ]
    drawn = spec(
        data,
        barmode="stack",
        bargap=0.3,
        margin={"l": 8, "r": 12, "t": 4, "b": 4},
        xaxis=axis(visible=False, range=[0, 100]),
        yaxis=axis(autorange="reversed", showgrid=False, ticks="", tickfont={"size": 12, "color": INK}),
    )
    return Panel(drawn, 36 * rows.height + 16, name)


def _chance_table(moved: pl.DataFrame, titles: Mapping[str, str]) -> Table:
    shares = [*(name for name, *_ in CHANCES), "reached_difference", "reached_low", "reached_high"]
    table = moved.with_columns(pl.col("outcome").replace(titles), *(pl.col(name) * 100 for name in shares))
    headings = (
        "earlier, % of pairs",
        "same, %",
        "later, %",
        "likelier by the end, percentage points",
        "90% interval from",
        "to",
    )
    columns = {"policy": "alternative", "outcome": "milestone"} | dict(zip(shares, headings, strict=True))
    return table_of(table, columns | {"n_pairs": "pairs", "n_samples": "draws"})
