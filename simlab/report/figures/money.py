"""Money: what labs earn and raise, what the world spends on AI, and what labs charge over cost."""

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from simlab.analysis.economy import SPENDING
from simlab.analysis.fans import BANDS
from simlab.report.figures.fan import Say, fan_panel, in_percent, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.lines import lines_panel, marks, with_line
from simlab.report.figures.theme import ACCENT, LINES, extent
from simlab.report.words import listed, month, n_of, percent, rough, usd

NAMES = {
    "revenue_usd2025_per_year": "revenue",
    "raised_usd2025_per_year": "raised from investors, net",
    "rent_usd2025_per_year": "rent of accelerators",
    "wages_usd2025_per_year": "wages",
}
SMALL: dict[str, Any] = {"height_px": 230, "labelled": False}
RANGES = "bands: the middle half and the middle 80%"


def money_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """Income and costs of all labs, from `simlab.analysis.economy.money_bands`."""
    n_runs = fans["revenue_usd2025_per_year"]["n_runs"][-1]
    return Figure(
        key="money",
        title="What labs earn, raise and pay",
        takeaway=_money_takeaway(fans),
        caption=(
            "All labs that have books of their own together, over the twelve months before each date, in US dollars "
            f"of 2025. Line: median over {n_of(n_runs, 'run')}; {RANGES}."
        ),
        panels=[_money_panel(fans[name], words.capitalize()) for name, words in NAMES.items() if _ever(fans[name])],
        table=_table({words: fans[name] for name, words in NAMES.items()}, "USD a year"),
    )


def _ever(fan: pl.DataFrame) -> bool:
    """Whether the median run ever has any."""
    return fan.filter(pl.col("p50") != 0).height > 1


def _money_panel(fan: pl.DataFrame, title: str) -> Panel:
    """On a log axis where nine runs in ten always have some, else from zero."""
    known = fan.filter(pl.col("p10") > 0)
    if known.height > 0.8 * fan.height:
        scale = ticks(marks(known["p10"], known["p90"]), usd)
        return fan_panel(known, usd, log=True, title=title, **SMALL, **scale)
    return fan_panel(fan, usd, log=False, title=title, **SMALL, **_dollars(fan))


def _dollars(fan: pl.DataFrame) -> dict[str, Any]:
    """Round marks around zero."""
    low, high = extent(fan["p10"], fan["p90"])
    step = 10.0 ** math.floor(math.log10((max(high, 0.0) - min(low, 0.0)) / 4))
    step *= max(round((max(high, 0.0) - min(low, 0.0)) / 4 / step), 1)
    places = range(math.ceil(min(low, 0.0) / step), math.floor(max(high, 0.0) / step) + 1)
    return ticks([step * n for n in places], usd)


def _money_takeaway(fans: Mapping[str, pl.DataFrame]) -> str:
    earned, raised, rent, wages = (fans[name].row(-1, named=True) for name in NAMES)
    low, high = usd(earned["p10"]), usd(earned["p90"])
    funding = f"raise {usd(raised['p50'])}" if raised["p50"] >= 0 else f"hand {usd(-raised['p50'])} back to investors"
    return (
        f"In the year to {month(earned['date'])} all labs together earn {usd(earned['p50'])} (80% of the runs: {low} "
        f"to {high}) and {funding}; they pay {usd(rent['p50'])} for accelerators and {usd(wages['p50'])} to people "
        "(medians)."
    )


def spending_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """Spending of the world on AI and its ceiling, from `simlab.analysis.economy.world_bands`."""
    shares = {name: in_percent(fan) for name, fan in fans.items()}
    spent, ceiling, filled = (shares[name] for name in SPENDING)
    panel = fan_panel(spent, _share, log=False, title="Spending, of world product", **SMALL, ticksuffix="%")
    most = {"range": [0, max(104.0, 1.04 * max(filled["p90"].to_list()))], "ticksuffix": "%"}
    return Figure(
        key="spending",
        title="What the world spends on AI",
        takeaway=_spending_takeaway(fans),
        caption=(
            "Spending on AI compute and people, by quarter. Dashed: the ceiling, the most that investors and customers "
            "would spend as things stand; median, for it differs from run to run. Right: what is spent of each run’s "
            "own ceiling; the nearer to it, the slower spending grows. Line: median over "
            f"{n_of(spent['n_runs'][-1], 'run')}; {RANGES}."
        ),
        panels=[
            with_line(panel, ceiling, "ceiling", _share),
            fan_panel(filled, _share, log=False, title="Spending, of the ceiling", **SMALL, **most),
        ],
        table=_table(
            {"spending, of world product": spent, "ceiling, of world product": ceiling, "spending, of ceiling": filled},
            "%",
        ),
        swatches=(("spending", ACCENT), ("ceiling", LINES[1])),
    )


def _share(share: float) -> str:
    return f"{share:.2g}%"


def _spending_takeaway(fans: Mapping[str, pl.DataFrame]) -> str:
    first, last = (fans["spending_fraction"].row(end, named=True) for end in (0, -1))
    filled = fans["filled_fraction"].row(-1, named=True)
    return (
        f"Spending goes from {percent(first['p50'])} of world product in {month(first['date'])} to "
        f"{percent(last['p50'])} in {month(last['date'])} in the median run (80% of the runs: {percent(last['p10'])} "
        f"to {percent(last['p90'])}); that is {percent(filled['p50'])} of what it would spend at most."
    )


def prices_figure(markups: pl.DataFrame, shares: pl.DataFrame) -> Figure:
    """Price over cost and share of the customers, lab by lab, from `simlab.analysis.fans.lab_fans`."""
    last = markups.group_by("lab", maintain_order=True).last()
    told = [f"{row['lab']} {rough(row['p50'])}" for row in last.iter_rows(named=True)]
    percents = in_percent(shares)
    return Figure(
        key="prices",
        title="What labs charge over cost, and who gets the customers",
        takeaway=f"A token sells in {month(last['date'][0])} for this many times what it costs to make: {listed(told)} "
        "(medians).",
        caption=(
            "Left: price of a token over its cost, the rent of the accelerators that make it at full load. Right: "
            f"share of all customers’ demand that comes to each lab. Medians over {n_of(last['n_runs'][0], 'run')}."
        ),
        panels=[
            _lab_panel(markups, lambda value: f"{value:.2g}", "Price over cost"),
            _lab_panel(percents, _share, "Share of customers’ demand", ticksuffix="%", range=[0, 104]),
        ],
        table=table_of(
            pl.concat([_quarterly(markups, "price over cost"), _quarterly(percents, "share of customers, %")]),
            {"what": "what", "lab": "lab", "date": "date", "p10": "10% of runs below", "p50": "median"}
            | {"p90": "90% of runs below", "n_runs": "runs"},
        ),
    )


def _lab_panel(fans: pl.DataFrame, say: Say, title: str, **y: Any) -> Panel:
    labs = {lab: fans.filter(pl.col("lab") == lab) for lab in fans["lab"].unique(maintain_order=True)}
    return lines_panel(labs, say, log=False, height_px=240, title=title, **y)


def _quarterly(fans: pl.DataFrame, what: str) -> pl.DataFrame:
    return fans.filter(pl.int_range(pl.len()).over("lab") % 3 == 2).with_columns(what=pl.lit(what))


def _table(fans: Mapping[str, pl.DataFrame], unit: str) -> Table:
    """A row a thing and reading; of monthly ones every third, the last among them."""
    thin = [fan.reverse().gather_every(3).reverse() if fan.height > 60 else fan for fan in fans.values()]
    rows = [fan.with_columns(what=pl.lit(words)) for words, fan in zip(fans, thin, strict=True)]
    headings = {band: f"{band[1:]}% of runs below, {unit}" for band in BANDS}
    return table_of(pl.concat(rows), {"what": "what", "date": "date", **headings, "n_runs": "runs"})
