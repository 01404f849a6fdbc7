"""The numbers at the end of the runs that differ most between alternatives."""

from collections.abc import Mapping
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.theme import ACCENT, INK, axis, spec
from simlab.report.words import exact, n_of, plain

SHOWN = 15
Row = Mapping[str, Any]


def differing(differences: pl.DataFrame) -> pl.DataFrame:
    """The rows of numbers that are sure to differ, those first that differ by the most spreads.

    `simlab.analysis.policies.paired_differences` with a column spreads: the mean difference by the standard deviation
    of one side between draws (both sides’ together, divided by the root of two).
    """
    sure = (pl.col("low") > 0) | (pl.col("high") < 0)
    spreads = pl.col("mean_difference") / (pl.col("unpaired_sd") / 2**0.5)
    table = differences.filter(~pl.col("is_milestone") & sure & (pl.col("unpaired_sd") > 0)).with_columns(
        spreads=spreads
    )
    return table.sort(pl.col("spreads").abs(), descending=True, maintain_order=True)


def numbers_figure(differences: pl.DataFrame, means: pl.DataFrame) -> Figure:
    """What differs most at the end, from `differing`, which must have rows; `means` are those of the first."""
    names = differences["policy"].unique(maintain_order=True).to_list()
    known = dict(means.iter_rows())
    shown = {name: differences.filter(pl.col("policy") == name).head(SHOWN) for name in names}
    return Figure(
        key="numbers",
        title="The numbers that differ most",
        takeaway=_takeaway(differences, known),
        caption="Mean difference and its 90% interval, in standard deviations between draws: how much that is "
        "beside what uncertainty and luck do. Only numbers whose interval leaves out zero, the first "
        f"{SHOWN} of each alternative; one interval in ten misses the true difference by luck.",
        panels=[_panel(rows, name) for name, rows in shown.items()],
        table=_table(differences, known),
    )


def _takeaway(differences: pl.DataFrame, known: Mapping[str, float]) -> str:
    row = differences.row(0, named=True)
    n = differences["outcome"].n_unique()
    told = f"{outcome_words(row['outcome'])} under “{row['policy']}”, {change_words(row, known)}"
    return f"{n_of(n, 'number')} at the end {'is' if n == 1 else 'are'} sure to differ; most of all {told}."


def outcome_words(name: str) -> str:
    """The name of an outcome as words.

    >>> outcome_words("n_releases"), outcome_words("frontier_fraction")
    ('number of releases', 'frontier fraction')
    """
    return f"number of {plain(name[2:])}" if name.startswith("n_") else plain(name)


def change_words(row: Row, known: Mapping[str, float]) -> str:
    """From which mean to which."""
    before = known[row["outcome"]]
    return f"from {exact(before)} to {exact(before + row['mean_difference'])} on average"


def _panel(rows: pl.DataFrame, name: str) -> Panel:
    labels, by = [escape(outcome_words(outcome)) for outcome in rows["outcome"]], rows["unpaired_sd"] / 2**0.5
    reach = ((rows["high"] - rows["low"]) / 2 / by).to_list()
    dots = {
        "type": "scatter",
        "mode": "markers",
        "x": [float(f"{value:.4g}") for value in rows["spreads"]],
        "y": labels,
        "error_x": {"type": "data", "array": reach, "thickness": 2, "width": 0, "color": ACCENT},
        "marker": {"size": 9, "color": ACCENT},
        "hovertemplate": "%{y}: %{x:.2f} standard deviations<extra></extra>",
    }
    zero = {"type": "line", "x0": 0, "x1": 0, "y0": 0, "y1": 1, "yref": "paper"}
    drawn = spec(
        [dots],
        margin={"l": 8, "r": 12, "t": 6, "b": 8},
        xaxis=axis(nticks=6),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"size": 12, "color": INK}),
        shapes=[zero | {"line": {"color": INK, "width": 1, "dash": "dot"}}],
    )
    return Panel(drawn, 28 * rows.height + 50, name)


def _table(differences: pl.DataFrame, known: Mapping[str, float]) -> Table:
    columns = ["alternative", "number", "mean under the first", "mean difference", "90% interval from", "to"]
    rows = [
        [row["policy"], row["outcome"], exact(known[row["outcome"]])]
        + [exact(row[name]) for name in ("mean_difference", "low", "high", "spreads")]
        for row in differences.iter_rows(named=True)
    ]
    return Table([*columns, "in standard deviations"], rows)
