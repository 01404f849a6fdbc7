"""Customers: what they do not get, what they pay, and what their tokens cost."""

import math
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from simlab.analysis.customers import MEASURES
from simlab.analysis.fans import BANDS
from simlab.report.figures.fan import fan_panel, in_percent, lab_line, thinned, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.theme import DASHES, LINES, axis, end_labels, extent, spec, years
from simlab.report.words import month, n_of, percent, usd

POWERS = [10.0**power for power in range(-12, 18)]

UNITS = dict(zip(MEASURES, ("%", "USD", "USD", "USD a year"), strict=True))
NAMES = dict(
    zip(MEASURES, ("not served", "price of a million tokens", "cost of a million tokens", "revenue"), strict=True)
)
LINE = {
    name: (LINES[number], DASHES[number], words)
    for number, (name, words) in enumerate({"price_usd2025": "price", "cost_usd2025": "cost"}.items())
}


def customers_figure(fans: Mapping[str, pl.DataFrame], whole: Mapping[str, float]) -> Figure:
    """All labs together, from `simlab.analysis.customers.market_bands` and `whole_unserved`."""
    unserved = in_percent(fans["unserved_fraction"])
    return Figure(
        key="customers",
        title="What customers get, and what they pay",
        takeaway=_takeaway(fans, whole),
        caption=(
            "All labs that have customers together, by month. Not served: tokens of those who gave up waiting or were "
            "turned away. Price and cost: of a million output tokens, in US dollars of 2025, medians; the cost is the "
            "rent of the accelerators that it takes. Lines: medians over "
            f"{n_of(unserved['n_runs'][-1], 'run')}; bands: the middle half and the middle 80%."
        ),
        panels=[
            fan_panel(
                unserved,
                lambda share: f"{share:.1f}%",
                log=False,
                title="Tokens asked for and not served",
                **SMALL,
                ticksuffix="%",
                rangemode="tozero",
            ),
            Panel(_price_and_cost(fans), 240, "Price and cost of a million tokens"),
            *_revenue(fans["revenue_usd2025_per_year"]),
        ],
        table=_table({**fans, "unserved_fraction": unserved}),
    )


SMALL: dict[str, Any] = {"height_px": 240, "labelled": False}


def _takeaway(fans: Mapping[str, pl.DataFrame], whole: Mapping[str, float]) -> str:
    price, cost, revenue = (fans[name].row(-1, named=True) for name in MEASURES[1:])
    low, high = usd(revenue["p10"]), usd(revenue["p90"])
    return (
        f"Of all tokens that customers ask for, the median run does not serve {percent(whole['p50'])} (80% of the "
        f"runs: {percent(whole['p10'])} to {percent(whole['p90'])}). In {month(price['date'])} a million output tokens "
        f"sells for {usd(price['p50'])} and costs {usd(cost['p50'])} (medians), and revenue runs at "
        f"{usd(revenue['p50'])} a year in the median run (80% of the runs: {low} to {high})."
    )


def _price_and_cost(fans: Mapping[str, pl.DataFrame]) -> Mapping[str, Any]:
    known = {name: fans[name].filter(pl.col("p50") > 0) for name in LINE}
    both = pl.concat(known.values())
    low, high = (math.log10(end) for end in extent(both["p50"], both["p50"]))
    room = 0.06 * (high - low) or 0.3
    marks = thinned(POWERS, both["p50"], both["p50"], 5)
    ends = [(words, math.log10(known[name]["p50"][-1]), colour) for name, (colour, _, words) in LINE.items()]
    return spec(
        [lab_line(known[name], words, colour, dash, usd) for name, (colour, dash, words) in LINE.items()],
        margin={"l": 8, "r": 44, "t": 10, "b": 8},
        annotations=end_labels(ends, (low, high)),
        xaxis=years(both["date"], 4),
        yaxis=axis(type="log", range=[low - room, high + room], **ticks(marks, usd)),
    )


def _revenue(fan: pl.DataFrame) -> Iterator[Panel]:
    """On a log axis; the months in which nine runs in ten have any, if there are such months."""
    known = fan.filter(pl.col("p10") > 0)
    if known.height:
        marks = thinned(POWERS, known["p10"], known["p90"], 5)
        yield fan_panel(known, usd, log=True, title="Revenue a year", **SMALL, **ticks(marks, usd))


def _table(fans: Mapping[str, pl.DataFrame]) -> Table:
    """A row a measure and quarter of a year."""
    rows = [
        fans[name].gather_every(3, offset=2).with_columns(what=pl.lit(NAMES[name]), unit=pl.lit(UNITS[name]))
        for name in MEASURES
    ]
    headings = {band: f"{band[1:]}% of runs below" for band in BANDS}
    return table_of(pl.concat(rows), {"what": "what", "unit": "unit", "date": "date", **headings, "n_runs": "runs"})
