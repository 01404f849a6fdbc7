"""What binds: a heat table of what a tenth more of each resource gains, year by year, beside where ideas wait."""

from html import escape

import polars as pl

from simlab.report.figures.figure import Figure, Panel, Table
from simlab.report.figures.theme import ACCENT, INK, PAPER, axis, spec
from simlab.report.words import percent

WARM = "#c2571a"
ROW_PX = 46


def gains_figure(gains: pl.DataFrame) -> Figure:
    """From `simlab.probes.tables.gain_table`."""
    half = (pl.col("half") ** 2).sum().sqrt() / pl.len()
    best = gains.group_by("resource", maintain_order=True).agg(pl.col("nats").mean(), half.alias("half"))
    first, second = (
        (name, f"{1e3 * nats:+.0f} ± {1e3 * about:.0f}")
        for name, nats, about in best.sort("nats", descending=True).head(2).iter_rows()
    )
    waits = gains.filter(pl.col("wait_fraction").is_not_null())
    return Figure(
        key="gains",
        title="What a tenth more would gain",
        takeaway=f"Over all years a tenth more {first[0]} gains most, {first[1]} millinats; next come {second[0]}, "
        f"{second[1]}. Where intervals overlap, luck alone may have made the order.",
        caption="Left: thousandths of a nat of effective compute two years after the start of the year, mean over "
        "paired runs with its 90% interval. Right: share of the leader’s idea-days of that year spent waiting for it; "
        "what no idea waits for is not there.",
        panels=[
            _heat(gains, "nats", "gain, millinats", [f"{1e3 * n:+.0f} ± {1e3 * h:.0f}" for n, h in _pairs(gains)]),
            _heat(waits, "wait_fraction", "share of an idea’s life spent waiting", _percents(waits)),
        ],
        table=_table(gains),
    )


def _pairs(gains: pl.DataFrame) -> list[tuple[float, float]]:
    return list(gains.select("nats", "half").iter_rows())


def _percents(waits: pl.DataFrame) -> list[str]:
    return [percent(share) for share in waits["wait_fraction"]]


def _heat(rows: pl.DataFrame, value: str, title: str, said: list[str]) -> Panel:
    most = max((abs(number) for number in rows[value]), default=0.0) or 1.0
    resources = rows["resource"].unique(maintain_order=True).to_list()
    data = {
        "type": "heatmap",
        "x": [str(year) for year in rows["year"]],
        "y": [escape(name) for name in rows["resource"]],
        "z": [float(f"{number:.4g}") for number in rows[value]],
        "text": said,
        "texttemplate": "%{text}",
        "textfont": {"size": 12, "color": INK},
        "zmin": -most,
        "zmax": most,
        "colorscale": [[0.0, WARM], [0.5, PAPER], [1.0, ACCENT]],
        "showscale": False,
        "opacity": 0.75,
        "xgap": 2,
        "ygap": 2,
        "hovertemplate": "<b>%{y}</b>, %{x}: %{text}<extra></extra>",
    }
    drawn = spec(
        [data],
        margin={"l": 8, "r": 8, "t": 4, "b": 8},
        xaxis=axis(type="category", showgrid=False, side="top"),
        yaxis=axis(autorange="reversed", showgrid=False, tickfont={"size": 12, "color": INK}),
    )
    return Panel(drawn, ROW_PX * len(resources) + 40, title)


def _table(gains: pl.DataFrame) -> Table:
    columns = ["resource", "year", "gain, nats", "90% interval, ±", "share of idea-days waiting"]
    rows = [
        [
            row["resource"],
            str(row["year"]),
            f"{row['nats']:.4f}",
            f"{row['half']:.4f}",
            "" if row["wait_fraction"] is None else f"{row['wait_fraction']:.3f}",
        ]
        for row in gains.iter_rows(named=True)
    ]
    return Table(columns, rows)
