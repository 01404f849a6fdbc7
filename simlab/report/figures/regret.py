"""Regret: how far each alternative falls behind the best one there is in the same future."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.theme import ACCENT, ACCENT_BAND, INK, axis, spec
from simlab.report.words import cut, exact, n_of, percent, rough
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12
Row = Mapping[str, Any]


def regret_figure(table: pl.DataFrame, titles: Mapping[str, str]) -> Figure:
    """From `simlab.analysis.regret.regret_table`; `titles` of the outcomes that are milestones."""
    told = table.filter(pl.col("n_futures") > 0)
    groups = told.group_by("outcome", "world", maintain_order=True)
    return Figure(
        key="regret",
        title="What each alternative may be sorry for",
        takeaway=_takeaway(told, titles),
        caption=f"{_counted(table)} In each the best alternative has no regret, the others what they fall behind it. "
        "Bar: the mean; line: from there to what nine futures in ten do not exceed; diamond: the most.",
        panels=[_panel(rows, _heading(rows.row(0, named=True), titles, table)) for _, rows in groups],
        table=_table(table, titles),
    )


def _heading(row: Row, titles: Mapping[str, str], table: pl.DataFrame) -> str:
    words, unit = _words(row, titles), "months" if row["outcome"] in titles else "in its unit"
    world = f", {row['world']}" if table["world"].n_unique() > 1 else ""
    return f"{words}{world} ({unit})"


def _words(row: Row, titles: Mapping[str, str]) -> str:
    milestone = row["outcome"] in titles
    better = ("sooner" if milestone else "lower") if row["is_less"] else ("later" if milestone else "higher")
    return f"{cut(titles.get(row['outcome'], row['outcome']), 60)}: {better} is better"


def _counted(table: pl.DataFrame) -> str:
    n, left = max(table["n_futures"].to_list()), max(table["n_left_out"].to_list())
    lost = f" {n_of(left, 'future')} at most left out, because not all alternatives finished them." if left else ""
    return f"Up to {n_of(n, 'future')} in which all alternatives finished.{lost}" if n else f"No future counts.{lost}"


def _takeaway(told: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """For each outcome, over everything, the alternative whose largest regret is least."""
    said = []
    for (outcome,), rows in told.group_by("outcome", maintain_order=True):
        last = rows.filter(pl.col("world") == rows["world"][-1])
        best = last.sort("max_regret", "mean_regret", maintain_order=True).row(0, named=True)
        most = amount(best["max_regret"], is_days=outcome in titles)
        said.append(f"{_words(best, titles)}. “{best['alternative']}” falls behind least: at most {most}.")
    return " ".join(said) or "No future was finished under all alternatives."


def amount(value: float, *, is_days: bool) -> str:
    """A regret in words.

    >>> amount(61.0, is_days=True), amount(0.0123, is_days=False)
    ('2.0 months', '0.012')
    """
    return f"{value / MONTH_DAYS:.1f} months" if is_days else rough(value)


def _panel(rows: pl.DataFrame, title: str) -> Panel:
    scale = MONTH_DAYS if "(months)" in title else 1.0
    names = [escape(cut(name, 30)) for name in rows["alternative"]]
    mean, most, high = (_scaled(rows[name], scale) for name in ("mean_regret", "max_regret", "p90_regret"))
    upper = [max(0.0, end - middle) for end, middle in zip(high, mean, strict=True)]
    reach = {"type": "data", "array": upper, "arrayminus": [0.0] * len(upper), "symmetric": False}
    reach |= {"color": ACCENT, "thickness": 2, "width": 4}
    said = [
        f"best in {percent(row['best_fraction'])} of {n_of(row['n_futures'], 'future')}"
        for row in rows.iter_rows(named=True)
    ]
    drawn = spec(
        [
            {
                "type": "bar",
                "orientation": "h",
                "x": mean,
                "y": names,
                "error_x": reach,
                "marker": {"color": ACCENT_BAND},
            }
            | {"text": said, "textposition": "none", "hovertemplate": "%{y}: mean %{x:.3g}; %{text}<extra></extra>"},
            {"type": "scatter", "mode": "markers", "x": most, "y": names}
            | {"marker": {"symbol": "diamond", "size": 9, "color": INK}}
            | {"hovertemplate": "%{y}: at most %{x:.3g}<extra></extra>"},
        ],
        bargap=0.45,
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        xaxis=axis(rangemode="tozero", nticks=6),
        yaxis=axis(autorange="reversed", showgrid=False, ticks="", tickfont={"size": 13, "color": INK}),
    )
    return Panel(drawn, 40 * rows.height + 50, title)


def _scaled(values: pl.Series, scale: float) -> list[float]:
    return [float(f"{value / scale:.5g}") for value in values]


def _table(table: pl.DataFrame, titles: Mapping[str, str]) -> Table:
    columns = ["outcome", "better", "alternative", "world", "futures", "left out"]
    columns += ["mean regret", "90% of futures do not exceed", "largest", "best in, % of futures"]
    return Table(columns, [_cells(row, titles, exact) for row in table.iter_rows(named=True)])


def _cells(row: Row, titles: Mapping[str, str], say: Callable[[object], str]) -> list[str]:
    outcome = f"{titles[row['outcome']]} (days)" if row["outcome"] in titles else row["outcome"]
    share = None if row["best_fraction"] is None else 100 * row["best_fraction"]
    head = [
        outcome,
        _words(row, titles).rpartition(": ")[2].removesuffix(" is better"),
        row["alternative"],
        row["world"],
    ]
    numbers = [row[name] for name in ("mean_regret", "p90_regret", "max_regret")]
    return [*head, str(row["n_futures"]), str(row["n_left_out"]), *map(say, [*numbers, share])]
