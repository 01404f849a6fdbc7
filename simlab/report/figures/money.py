"""Money: what labs earn and raise, what the world spends on AI, and what labs charge over cost."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.report.figures.fan import Say, fan_panel, in_percent, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.lines import lines_panel, marks, with_line
from simlab.report.figures.theme import ACCENT, LINES
from simlab.report.words import listed, month, n_of, percent, rough, usd

NAMES = {
    "revenue_usd2025_per_year": "revenue",
    "raised_usd2025_per_year": "raised from investors",
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
    return fan.filter(pl.col("p50") > 0).height > 1


def _money_panel(fan: pl.DataFrame, title: str) -> Panel:
    """On a log axis where nine runs in ten always have some, else from zero."""
    known = fan.filter(pl.col("p10") > 0)
    if known.height > 0.8 * fan.height:
        scale = ticks(marks(known["p10"], known["p90"]), usd)
        return fan_panel(known, usd, log=True, title=title, **SMALL, **scale)
    return fan_panel(fan, usd, log=False, title=title, **SMALL, nticks=5, **_dollars(fan))


def _dollars(fan: pl.DataFrame) -> dict[str, Any]:
    """Round marks from zero to the top."""
    top = max(fan["p90"].to_list())
    step = 10 ** (len(f"{top / 4:.0f}") - 1)
    step *= max(round(top / 4 / step), 1)
    return ticks([step * n for n in range(6) if step * n <= 1.1 * top], usd)


def _money_takeaway(fans: Mapping[str, pl.DataFrame]) -> str:
    earned, raised, rent, wages = (fans[name].row(-1, named=True) for name in NAMES)
    low, high = usd(earned["p10"]), usd(earned["p90"])
    return (
        f"In the year to {month(earned['date'])} the labs of the median run earn {usd(earned['p50'])} (80% of the "
        f"runs: {low} to {high}) and raise {usd(raised['p50'])}; they pay {usd(rent['p50'])} for accelerators and "
        f"{usd(wages['p50'])} to people."
    )


def spending_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """Spending of the world on AI and its ceiling, from `simlab.analysis.economy.world_bands`."""
    shares = {name: in_percent(fan) for name, fan in fans.items()}
    spent, ceiling = shares["spending_fraction"], shares["ceiling_fraction"]
    top = max(*spent["p90"].to_list(), *ceiling["p50"].to_list())
    panel = fan_panel(spent, _share, log=False, height_px=300, range=[0, 1.06 * top], ticksuffix="%")
    return Figure(
        key="spending",
        title="What the world spends on AI",
        takeaway=_spending_takeaway(fans),
        caption=(
            "Spending on AI compute and people as a share of world product, by quarter. Dashed: the most that "
            "investors and customers would spend, as things stand; median. Where the two meet, money stops growing "
            f"faster than the world does. Line: median over {n_of(spent['n_runs'][-1], 'run')}; {RANGES}."
        ),
        panels=[with_line(panel, ceiling, "ceiling", _share)],
        table=_table({"spending": spent, "ceiling": ceiling}, "% of world product"),
        swatches=(("spending", ACCENT), ("ceiling", LINES[1])),
    )


def _share(share: float) -> str:
    return f"{share:.2g}%"


def _spending_takeaway(fans: Mapping[str, pl.DataFrame]) -> str:
    first, last = (fans["spending_fraction"].row(end, named=True) for end in (0, -1))
    ceiling = fans["ceiling_fraction"].row(-1, named=True)
    return (
        f"Spending goes from {percent(first['p50'])} of world product in {month(first['date'])} to "
        f"{percent(last['p50'])} in {month(last['date'])} in the median run (80% of the runs: {percent(last['p10'])} "
        f"to {percent(last['p90'])}), where the ceiling is {percent(ceiling['p50'])}."
    )


def prices_figure(markups: pl.DataFrame, shares: pl.DataFrame) -> Figure:
    """Price over cost and share of the customers, lab by lab, from `simlab.analysis.fans.lab_fans`."""
    last = markups.group_by("lab", maintain_order=True).last()
    told = [f"{row['lab']} {rough(row['p50'])}" for row in last.iter_rows(named=True)]
    percents = in_percent(shares)
    return Figure(
        key="prices",
        title="What labs charge over cost, and who gets the customers",
        takeaway=f"Price over the rent of a full replica in {month(last['date'][0])}, median: {listed(told)}.",
        caption=(
            "Left: price of a token over the rent of the accelerators that make it at full load. Right: share of all "
            f"customers’ demand that comes to each lab. Medians over {n_of(last['n_runs'][0], 'run')}."
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
