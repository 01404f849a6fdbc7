"""The three fans: task horizon, effective compute and algorithmic gain; and the labs side by side."""

import math
from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.report.figures.fan import Say, fan_panel, lab_line, thinned, ticks
from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.theme import DASHES, LINES, axis, end_labels, extent, spec, years
from simlab.report.words import (
    WORK_DAY_MINUTES,
    WORK_MONTH_MINUTES,
    WORK_WEEK_MINUTES,
    WORK_YEAR_MINUTES,
    factor,
    flop,
    month,
    n_of,
    percent,
    power_of_ten,
    rough,
    work,
)

WORK_TICKS = (
    1 / 60,
    0.1,
    1.0,
    10.0,
    60.0,
    WORK_DAY_MINUTES,
    WORK_WEEK_MINUTES,
    WORK_MONTH_MINUTES,
    WORK_YEAR_MINUTES,
)
WORK_TICKS += tuple(WORK_YEAR_MINUTES * 10.0**power for power in range(1, 13))


def horizon_figure(fan: pl.DataFrame) -> Figure:
    """The frontier's 50% task horizon."""
    return _figure(
        fan,
        key="horizon",
        title="Task horizon",
        what="The length of tasks, in a skilled person’s working time, that the best model does half of the time",
        panel=fan_panel(fan, work, log=True, **ticks(thinned(WORK_TICKS, fan["p10"], fan["p90"]), _tick_work)),
        say=work,
        unit="minutes of work",
    )


def effective_compute_figure(fan: pl.DataFrame) -> Figure:
    """The frontier's effective compute."""
    decades = [10.0**power for power in range(10, 80)]
    return _figure(
        fan,
        key="effective-compute",
        title="Effective compute of the frontier",
        what="Training compute of the best model, counted in that of the algorithms of the scenario’s start",
        panel=fan_panel(fan, flop, log=True, **ticks(thinned(decades, fan["p10"], fan["p90"]), power_of_ten)),
        say=flop,
        unit="FLOP",
    )


def algorithms_figure(fan: pl.DataFrame) -> Figure:
    """What algorithms alone add at the frontier."""
    _, highest = extent(fan["p90"], fan["p90"])
    step = max(1, math.ceil(highest / math.log(10) / 6))
    nats = [
        0.0,
        *(power * math.log(10) for power in range(step, 40, step) if power * math.log(10) < 1.1 * highest),
    ]
    nats = nats if len(nats) > 2 else [math.log(times) for times in (1, 2, 3, 5, 10) if math.log(times) < 1.1 * highest]
    return _figure(
        fan,
        key="algorithms",
        title="Algorithmic gain",
        what=(
            "How much less compute the best model’s algorithms need than those of the scenario’s start for "
            "the same result"
        ),
        panel=fan_panel(fan, factor, log=False, **ticks(nats, factor)),
        say=factor,
        unit="nats (a nat is a factor of 2.718)",
    )


def _figure(fan: pl.DataFrame, key: str, title: str, what: str, panel: Panel, say: Say, unit: str) -> Figure:
    last = fan.row(-1, named=True)
    headings = {band: f"{band[1:]}% of runs below, {unit}" for band in BANDS}
    return Figure(
        key=key,
        title=title,
        takeaway=(
            f"In {month(last['date'])} the median run stands at {say(last['p50'])}; 80% of the runs lie "
            f"between {say(last['p10'])} and {say(last['p90'])}."
        ),
        caption=(
            f"{what}. Line: median over {n_of(last['n_runs'], 'run')} at each date; dark band: the middle "
            "half; light band: the middle 80%. No single run follows the median: each one climbs in steps, "
            "a step a release."
        ),
        panels=[panel],
        table=table_of(fan, {"date": "date", **headings, "n_runs": "runs"}),
    )


def _tick_work(minutes: float) -> str:
    """Short enough for an axis on a phone."""
    years = minutes / WORK_YEAR_MINUTES
    return f"{rough(years)} years" if years >= 2 else work(minutes).replace("work-", "")


def labs_figure(fans: pl.DataFrame) -> Figure:
    """The labs' median effective compute, from `simlab.analysis.fans.lab_fans`."""
    labs = fans["lab"].unique(maintain_order=True).to_list()
    last = fans.group_by("lab", maintain_order=True).last().sort("p50", descending=True)
    first, second = last.row(0, named=True), last.row(min(1, last.height - 1), named=True)
    return Figure(
        key="labs",
        title="The labs side by side",
        takeaway=_gap(first, second),
        caption=f"Effective compute of each lab’s best model: median over {n_of(first['n_runs'], 'run')}.",
        panels=[Panel(_lab_lines(fans, labs), 320)],
        table=table_of(
            fans.gather_every(3),
            {"lab": "lab", "date": "date", "p10": "10% of runs below, FLOP", "p50": "median, FLOP"}
            | {"p90": "90% of runs below, FLOP", "n_runs": "runs"},
        ),
    )


def _gap(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The second lab's model at the end beside the first's."""
    if first["lab"] == second["lab"]:
        return f"{first['lab']} is the only lab of this scenario."
    share = percent(second["p50"] / first["p50"])
    return (
        f"In {month(first['date'])} the best model of {second['lab']} has {share} of the effective compute of that of "
        f"{first['lab']} (medians)."
    )


def _lab_lines(fans: pl.DataFrame, labs: list[str]) -> Mapping[str, Any]:
    lines, ends = [], []
    low, high = (math.log10(end) for end in extent(fans["p50"], fans["p50"]))
    for number, lab in enumerate(labs):
        fan = fans.filter(pl.col("lab") == lab)
        colour = LINES[number % len(LINES)]
        lines.append(lab_line(fan, lab, colour, DASHES[number % len(DASHES)], flop))
        ends.append((escape(lab), math.log10(fan["p50"][-1]), colour))
    powers = range(math.floor(low), math.ceil(high) + 1, max(1, math.ceil((high - low) / 7)))
    room = 0.05 * (high - low)
    return spec(
        lines,
        margin={"l": 8, "r": 82, "t": 10, "b": 8},
        xaxis=years(fans["date"], 6),
        yaxis=axis(type="log", range=[low - room, high + room], **ticks([10.0**p for p in powers], power_of_ten)),
        annotations=end_labels(ends, (low, high)),
    )
