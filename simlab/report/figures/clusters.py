"""The machines: how large, how busy, and how long the queue in front of them."""

import math
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.fan import fan_panel, in_percent, lab_line, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.theme import DASHES, LINES, axis, end_labels, extent, spec, years
from simlab.report.words import month, n_of, percent, power_of_ten, rough


def use_figure(bands: pl.DataFrame, use: pl.DataFrame) -> Figure:
    """Utilisation by lab, from `simlab.analysis.clusters.cluster_bands` and `mean_use`."""
    told = [
        f"{row['lab']} {percent(row['utilisation_fraction'])} (frontier runs "
        f"{percent(row['frontier_fraction'])}, experiments {percent(row['experiments_fraction'])})"
        for row in use.iter_rows(named=True)
    ]
    percents = in_percent(bands)
    return Figure(
        key="use",
        title="How busy the clusters are",
        takeaway=f"Share of the accelerators held by jobs, mean over the whole time: {'; '.join(told)}.",
        caption=f"Share of each lab’s research cluster held by any job, by month. {_bands_words(use)}",
        panels=_lab_panels(percents, lambda value: f"{value:.0f}%", range=[0, 104], ticksuffix="%"),
        table=_table(percents, "%"),
    )


def queue_figure(bands: pl.DataFrame, use: pl.DataFrame) -> Figure:
    """Waiting jobs by lab."""
    told = [f"{row['lab']} {rough(row['mean_queue_jobs'])}" for row in use.iter_rows(named=True)]
    return Figure(
        key="queue",
        title="The queue in front of them",
        takeaway=f"Jobs that wait at a moment, mean over the whole time: {', '.join(told)}.",
        caption=f"Mean number of waiting jobs by month; each lab has its own scale. {_bands_words(use)}",
        panels=_lab_panels(bands, lambda value: f"{rough(value)} jobs", rangemode="tozero"),
        table=_table(bands, "jobs"),
    )


def capacity_figure(bands: pl.DataFrame) -> Figure:
    """Size of the clusters by lab, medians."""
    last = bands.group_by("lab", maintain_order=True).last().sort("p50", descending=True)
    told = [f"{row['lab']} {rough(row['p50'])}" for row in last.iter_rows(named=True)]
    return Figure(
        key="capacity",
        title="Size of the research clusters",
        takeaway=f"H100 equivalents in {month(last['date'][0])}, median: {', '.join(told)}.",
        caption=f"H100 equivalents of each research cluster: median over {n_of(last['n_runs'][0], 'run')}.",
        panels=[Panel(_sizes(bands, last["lab"].to_list()), 300)],
        table=_table(bands, "H100e"),
    )


def _bands_words(use: pl.DataFrame) -> str:
    return f"Line: median over {n_of(use['n_runs'][0], 'run')}; bands: the middle half and the middle 80%."


def _lab_panels(bands: pl.DataFrame, say: Any, **y: Any) -> list[Panel]:
    labs = bands["lab"].unique(maintain_order=True)
    fans = [bands.filter(pl.col("lab") == lab) for lab in labs]
    return [
        fan_panel(fan, say, log=False, title=lab, height_px=220, labelled=False, **y)
        for lab, fan in zip(labs, fans, strict=True)
    ]


def _sizes(bands: pl.DataFrame, labs: list[str]) -> Any:
    known = bands.filter(pl.col("p50") > 0)
    low, high = (math.log10(end) for end in extent(known["p50"], known["p50"]))
    lines, ends = [], []
    for number, lab in enumerate(labs):
        fan, colour = known.filter(pl.col("lab") == lab), LINES[number % len(LINES)]
        if fan.height:
            lines.append(lab_line(fan, lab, colour, DASHES[number % len(DASHES)], _h100e))
            ends.append((escape(lab), math.log10(fan["p50"][-1]), colour))
    powers = range(math.floor(low), math.ceil(high) + 1)
    room = 0.06 * (high - low) or 0.3
    return spec(
        lines,
        margin={"l": 8, "r": 82, "t": 10, "b": 8},
        xaxis=years(bands["date"], 6),
        yaxis=axis(type="log", range=[low - room, high + room], **ticks([10.0**p for p in powers], _decade)),
        annotations=end_labels(ends, (low, high)),
    )


def _h100e(value: float) -> str:
    return f"{rough(value)} H100e"


def _decade(value: float) -> str:
    return rough(value) if value < 1e9 else power_of_ten(value)


def _table(bands: pl.DataFrame, unit: str) -> Table:
    """A row a lab and quarter: the months between are in the Parquet."""
    quarterly = bands.filter(pl.int_range(pl.len()).over("lab") % 3 == 2)
    headings = {band: f"{band[1:]}% of runs below, {unit}" for band in ("p10", "p25", "p50", "p75", "p90")}
    return table_of(quarterly, {"lab": "lab", "date": "date", **headings, "n_runs": "runs"})
