"""Chips and power: what is made, what can be run, what it rents for, what held it back, and where it stands."""

from collections.abc import Mapping, Sequence

import polars as pl

from simlab.analysis.economy import SCARCE
from simlab.analysis.fans import BANDS
from simlab.report.figures.areas import Part, areas_panel, areas_table, swatches
from simlab.report.figures.fan import Say, fan_panel, in_percent, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.lines import marks, with_line
from simlab.report.figures.money import RANGES
from simlab.report.figures.theme import ACCENT, LINES
from simlab.report.words import listed, month, n_of, percent, proper, rough

MW_PER_GW = 1000.0

SCARCE_PARTS = {
    part.column.removesuffix("_fraction"): part
    for part in (
        Part("orders_fraction", "nothing: all that was ordered was made", "#c9cbc8", "nothing"),
        Part("wafers_fraction", "wafers", "#7fb0d8"),
        Part("packaging_fraction", "packaging", "#2f6ca5", is_dark=True),
        Part("memory_fraction", "memory", "#d9742b"),
    )
}
NATION_COLOURS = (("#2f6ca5", True), ("#d9742b", False), ("#c9cbc8", False), ("#3d8b78", True), ("#b8a9cf", False))


def stock_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """Accelerators and power of the world, from `simlab.analysis.economy.supply_bands`."""
    stock, installed = fans["stock_h100e"], fans["installed_h100e"]
    power, used = (_in_gw(fans[name]) for name in ("power_mw", "used_mw"))
    return Figure(
        key="stock",
        title="Accelerators and the power to run them",
        takeaway=f"{_stock_takeaway(installed, power, used)} {_unpowered(fans['unpowered_fraction'])}",
        caption=(
            "The world’s accelerators in H100 equivalents and the power for them, cooling and losses included, by "
            "quarter. Solid: installed, that is delivered and powered, and the power there is; median over "
            f"{n_of(installed['n_runs'][-1], 'run')}; {RANGES}. Dashed: delivered, and power in use by what is "
            "let; medians. Where delivered lies above installed, accelerators have no power; what is installed and not "
            "let idles."
        ),
        panels=[
            with_line(_log_panel(installed, _h100e, "Accelerators"), stock, "delivered", _h100e),
            with_line(_log_panel(power, _gw, "Power"), used, "in use", _gw),
        ],
        table=_stock_table(
            {"installed, H100e": installed, "delivered, H100e": stock, "power, GW": power, "power in use, GW": used}
            | {"delivered without power, %": in_percent(fans["unpowered_fraction"])}
        ),
        swatches=(("installed; power there is", ACCENT), ("delivered; power in use", LINES[1])),
    )


def _stock_table(fans: Mapping[str, pl.DataFrame]) -> Table:
    rows = [fan.with_columns(what=pl.lit(words)) for words, fan in fans.items()]
    headings = {band: f"{band[1:]}% of runs below" for band in BANDS}
    return table_of(pl.concat(rows), {"what": "what", "date": "date", **headings, "n_runs": "runs"})


def _in_gw(fan: pl.DataFrame) -> pl.DataFrame:
    return fan.with_columns(pl.col(*BANDS) / MW_PER_GW)


def _h100e(value: float) -> str:
    return f"{rough(value)} H100e"


def _gw(value: float) -> str:
    return f"{rough(value)} GW"


def _log_panel(fan: pl.DataFrame, say: Say, title: str) -> Panel:
    scale = ticks(marks(fan["p10"], fan["p90"]), lambda value: say(value).removesuffix(" H100e"))
    return fan_panel(fan, say, log=True, title=title, height_px=280, labelled=False, **scale)


def _stock_takeaway(installed: pl.DataFrame, power: pl.DataFrame, used: pl.DataFrame) -> str:
    first, last = (installed.row(end, named=True) for end in (0, -1))
    return (
        f"Installed accelerators grow from {rough(first['p50'])} H100e in {month(first['date'])} to "
        f"{rough(last['p50'])} in {month(last['date'])} (80% of the runs: {rough(last['p10'])} to "
        f"{rough(last['p90'])}); they use {rough(used['p50'][-1])} of {rough(power['p50'][-1])} GW (medians)."
    )


def _unpowered(fan: pl.DataFrame) -> str:
    """What has no power at the end, and what it comes to in the worst tenth of the runs, told as a range."""
    last = fan.row(-1, named=True)
    middle, low, high = (percent(last[band]) for band in ("p50", "p10", "p90"))
    return f"Delivered and without power are then {middle} in the median run (80% of the runs: {low} to {high})."


def rents_figure(fans: pl.DataFrame) -> Figure:
    """Rent by nation, from `simlab.analysis.economy.nation_bands`."""
    nations = fans["nation"].cast(pl.String).unique(maintain_order=True).to_list()
    rows = {nation: fans.filter(pl.col("nation") == nation) for nation in nations}
    top = max(fans["p90"].to_list())
    return Figure(
        key="rents",
        title="What an accelerator rents for",
        takeaway=_rents_takeaway(rows),
        caption=(
            "Rent of an H100 equivalent for an hour in US dollars of 2025, as it clears each quarter; one scale for "
            f"all nations. Line: median over {n_of(fans['n_runs'][-1], 'run')}; {RANGES}."
        ),
        panels=[
            fan_panel(
                fan,
                lambda rent: f"${rent:.2f}",
                log=False,
                title=proper(nation),
                height_px=220,
                labelled=False,
                range=[0, 1.05 * top],
                tickprefix="$",
                nticks=5,
            )
            for nation, fan in rows.items()
        ],
        table=table_of(
            fans,
            {"nation": "nation", "date": "date"}
            | {band: f"{band[1:]}% of runs below, USD an hour" for band in BANDS}
            | {"n_runs": "runs"},
        ),
    )


def _rents_takeaway(rows: Mapping[str, pl.DataFrame]) -> str:
    told = [
        f"{proper(nation)} ${fan['p50'][0]:.2f} to ${fan['p50'][-1]:.2f} (80% of the runs: ${fan['p10'][-1]:.2f} to "
        f"${fan['p90'][-1]:.2f})"
        for nation, fan in rows.items()
    ]
    return f"Median rent of an accelerator hour, from the first quarter to the last: {'; '.join(told)}."


def scarce_figure(shares: pl.DataFrame) -> Figure:
    """What held chip making back, from `simlab.analysis.economy.scarce_shares`."""
    parts = [SCARCE_PARTS[what] for what in SCARCE if shares[f"{what}_fraction"].sum() > 0]
    return Figure(
        key="scarce",
        title="What held the making of accelerators back",
        takeaway=_scarce_takeaway(shares),
        caption=(
            "Share of the runs in which wafers, packaging or memory held chip makers back in the quarter before each "
            f"date, or nothing but the want of orders: {n_of(shares['n_runs'][-1], 'run')}."
        ),
        panels=[areas_panel(shares, parts, labelled=True, height_px=260)],
        table=areas_table(shares, parts, when="quarter to"),
        swatches=swatches(parts),
    )


def _scarce_takeaway(shares: pl.DataFrame) -> str:
    means = {what: shares[f"{what}_fraction"].to_numpy().mean() for what in SCARCE}
    short = sorted((what for what in SCARCE[1:] if means[what] > 0), key=lambda what: -means[what])
    if not short:
        return "In no quarter of any run was anything short: all that was ordered was made."
    told = listed([f"{SCARCE_PARTS[what].words} in {percent(means[what])}" for what in short])
    return f"Of all quarters of all runs, {told} held chip makers back; in {percent(means['orders'])} nothing did."


def nations_figure(shares: pl.DataFrame, nations: Sequence[str]) -> Figure:
    """Where the accelerators stand, from `simlab.analysis.economy.nation_shares`."""
    parts = [
        Part(f"{name}_fraction", proper(name), colour, is_dark=is_dark)
        for name, (colour, is_dark) in zip(nations, _colours(len(nations)), strict=True)
    ]
    shares = shares.with_columns(pl.col("^.*_fraction$").fill_null(0.0))
    first, last = shares.row(0, named=True), shares.row(-1, named=True)
    told = [f"{part.words} {percent(first[part.column])} to {percent(last[part.column])}" for part in parts]
    return Figure(
        key="nations",
        title="Where the accelerators stand",
        takeaway=f"Share of the world’s installed accelerators, first quarter to last: {listed(told)}.",
        caption=f"Share of installed accelerators by nation, mean over {n_of(last['n_runs'], 'run')}.",
        panels=[areas_panel(shares, parts, labelled=True, height_px=260)],
        table=areas_table(shares, parts, when="date"),
        swatches=swatches(parts),
    )


def _colours(n: int) -> list[tuple[str, bool]]:
    return [NATION_COLOURS[number % len(NATION_COLOURS)] for number in range(n)]
