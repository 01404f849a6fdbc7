"""AI workers: what they do of each step of research, and what part of a lab's compute is theirs."""

from collections.abc import Mapping, Sequence

import polars as pl

from simlab.analysis.automation import AUTOMATED, PARTS
from simlab.analysis.fans import BANDS
from simlab.report.figures.areas import Part, areas_panel, areas_table, swatches
from simlab.report.figures.fan import fan_panel, in_percent
from simlab.report.figures.figure import Figure, Table, table_of
from simlab.report.words import listed, month, n_of, percent

STEP_TITLES = dict(
    zip(AUTOMATED, ("Thinking ideas through", "Building them", "Reading results", "All work on ideas"), strict=True)
)
ALL_WORK = AUTOMATED[-1]

PLAN = {
    part.column.removesuffix("_fraction"): part
    for part in (
        Part("frontier_fraction", "frontier runs", "#2f6ca5", is_dark=True),
        Part("experiments_fraction", "experiments", "#a9c7e2"),
        Part("oversight_fraction", "oversight", "#8a5a9e", is_dark=True),
        Part("workers_fraction", "AI workers", "#3d8b78", is_dark=True),
        Part("customers_fraction", "customers", "#c9cbc8"),
    )
}
"""Blue: research. Green: the lab's own AI workers. Grey: customers."""


def automation_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """The leading lab's steps, from `simlab.analysis.automation.automation_bands`."""
    shown = {measure: in_percent(fans[measure]) for measure in AUTOMATED}
    return Figure(
        key="automation",
        title="What AI workers do of research",
        takeaway=_automation_takeaway(fans),
        caption=(
            "Share of the human work of each step that AI workers do in the leading lab, and their share of all work "
            "on ideas that was done in three months, in days of a person. The leading lab is the one with the best "
            f"model at the time; months in which it has nothing of the kind to do are left out. Line: median over "
            f"{n_of(max(fans[ALL_WORK]['n_runs']), 'run')} at most; bands: the middle half and the middle 80%."
        ),
        panels=[
            fan_panel(fan, _say, log=False, title=STEP_TITLES[measure], height_px=200, labelled=False, **PERCENT)
            for measure, fan in shown.items()
        ],
        table=_automation_table(shown),
    )


PERCENT = {"range": [0, 104], "ticksuffix": "%"}


def _say(share: float) -> str:
    return f"{share:.0f}%"


def _automation_takeaway(fans: Mapping[str, pl.DataFrame]) -> str:
    thinking, building, reading, work = (fans[measure].row(-1, named=True) for measure in AUTOMATED)
    steps = [
        f"{percent(row['p50'])} of {step}"
        for row, step in ((building, "building"), (thinking, "thinking"), (reading, "reading results"))
    ]
    low, high = percent(work["p10"]), percent(work["p90"])
    return (
        f"In {month(work['date'])} AI workers do {listed(steps)} in the median run; of all work on ideas, "
        f"{percent(work['p50'])} (80% of the runs: {low} to {high}). {_half(fans[ALL_WORK])}"
    )


def _half(fan: pl.DataFrame) -> str:
    """When the median run first has half of the work done by AI workers."""
    there = fan.filter(pl.col("p50") >= 0.5)
    if there.is_empty():
        return "The median run never has half of it done by them."
    return f"The median run has half of it done by them first in {month(there['date'][0])}."


def _automation_table(shown: Mapping[str, pl.DataFrame]) -> Table:
    """A row a step and quarter of a year."""
    rows = [
        fan.gather_every(3, offset=2).with_columns(step=pl.lit(STEP_TITLES[name].lower()))
        for name, fan in shown.items()
    ]
    headings = {band: f"{band[1:]}% of runs below, %" for band in BANDS}
    return table_of(pl.concat(rows), {"step": "step", "date": "date", **headings, "n_runs": "runs"})


def plan_figure(shares: pl.DataFrame) -> Figure:
    """How labs divide their accelerators, from `simlab.analysis.automation.plan_shares`."""
    labs = shares["lab"].unique(maintain_order=True).to_list()
    rows = {lab: shares.filter(pl.col("lab") == lab) for lab in labs}
    parts = [PLAN[part] for part in PARTS]
    alone = len(labs) == 1
    return Figure(
        key="plan",
        title="How labs divide their compute",
        takeaway=_plan_takeaway(rows),
        caption=(
            "Share of each lab’s accelerators by its plan, by quarter: mean over "
            f"{n_of(shares['n_runs'][-1], 'run')}. What is idle may be lent: what is kept for frontier runs to "
            "experiments, what serves models to both."
        ),
        panels=[
            areas_panel(table, parts, labelled=alone, height_px=320 if alone else 240, title="" if alone else lab)
            for lab, table in rows.items()
        ],
        table=areas_table(shares, parts, ("lab",)),
        swatches=swatches(parts),
    )


def _plan_takeaway(rows: Mapping[str, pl.DataFrame]) -> str:
    """The part that grows most and the one that shrinks most, lab by lab."""
    told = [f"{lab}, {_moved(table)}" for lab, table in rows.items()]
    return f"From the first quarter to the last, by lab: {'; '.join(told)}."


def _moved(table: pl.DataFrame) -> str:
    ends = {part: (table[PLAN[part].column][0], table[PLAN[part].column][-1]) for part in PARTS}
    order: Sequence[str] = sorted(PARTS, key=lambda part: ends[part][1] - ends[part][0])
    if ends[order[-1]][1] - ends[order[-1]][0] < 0.005:
        return "the shares of day 0 stay"
    shrunk, grown = (
        f"{PLAN[part].words} ({percent(ends[part][0])} to {percent(ends[part][1])})" for part in (order[0], order[-1])
    )
    return f"the share of {grown} grows most and that of {shrunk} shrinks most"
