"""A replica under load: how long requests take, how much it writes, what that costs; exact points, fluid lines."""

import math
from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.fan import short, ticks
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.theme import ACCENT, LINES, RULE, SOFT_INK, axis, spec
from simlab.report.words import listed, percent, plain, rough, seconds

TAIL, FIRST = LINES[1], LINES[2]
HEIGHT_PX = 270
EXACT, FLUID = ("exact, mean", ACCENT), ("fluid form", SOFT_INK)
INTERVALS = "Bars: 90% intervals over the runs, often smaller than the points."


def latency_figure(table: pl.DataFrame, curve: pl.DataFrame) -> Figure:
    """Load against the time of a request, a panel a kind."""
    return Figure(
        key="latency",
        title="How long a request takes",
        takeaway=_latency_words(table),
        caption="From asking to the last token (mean, and what 95% of requests stay below) and to the first token, on "
        "a logarithmic scale. Load: the share asked of what a replica can do by the fluid form. "
        f"{INTERVALS}"
        f"{_beyond_words(table)}",
        panels=[_latency_panel(*pair) for pair in _kinds(table, curve)],
        table=_table(table),
        swatches=(EXACT, ("exact, 95% of requests", TAIL), ("exact, first token", FIRST), FLUID),
    )


def throughput_figure(table: pl.DataFrame, curve: pl.DataFrame) -> Figure:
    """Load against tokens a second and accelerator."""
    best = table.group_by("kind", maintain_order=True).agg(pl.col("tokens_per_h100e_s").max())
    told = [f"{plain(kind)} {rough(speed)}" for kind, speed in best.iter_rows()]
    return Figure(
        key="throughput",
        title="Tokens a second from an accelerator",
        takeaway=f"Output tokens a second from one H100 equivalent, at the most: {', '.join(told)}.",
        caption=f"Output tokens only; what is read is paid for in time. {INTERVALS}{_beyond_words(table)}",
        panels=[
            _value_panel(pair, "tokens_per_h100e_s", lambda value: f"{rough(value)} tokens/s", rangemode="tozero")
            for pair in _kinds(table, curve)
        ],
        table=_table(table),
        swatches=(("exact", ACCENT), FLUID),
    )


def cost_figure(table: pl.DataFrame, curve: pl.DataFrame) -> Figure:
    """Load against the rent of a million tokens."""
    last = table.filter(pl.col("is_sustained")).group_by("kind", maintain_order=True).last()
    told = [
        f"{plain(row['kind'])} ${rough(row['usd2025_per_million'])} at {percent(row['load'])} load"
        for row in last.iter_rows(named=True)
    ]
    return Figure(
        key="cost",
        title="What a million output tokens cost",
        takeaway=f"Rent of the accelerators: {'; '.join(told)}." if told else "No load was sustained.",
        caption="Dollars of 2025 for a million output tokens, reading of the input included, on a logarithmic scale: "
        f"an idle accelerator costs as much as a busy one. {INTERVALS}{_beyond_words(table)}",
        panels=[
            _value_panel(pair, "usd2025_per_million", lambda value: f"${rough(value)}", type="log")
            for pair in _kinds(table, curve)
        ],
        table=_table(table),
        swatches=(("exact", ACCENT), FLUID),
    )


def _latency_words(table: pl.DataFrame) -> str:
    last = table.filter(pl.col("is_sustained")).group_by("kind", maintain_order=True).last()
    told = [
        f"{plain(row['kind'])} {seconds(row['request_s'])} at {percent(row['load'])} load "
        f"(fluid form {seconds(row['fluid_request_s'])})"
        for row in last.iter_rows(named=True)
    ]
    return f"Mean time at the highest load that a replica sustained: {'; '.join(told)}." if told else "None sustained."


def _beyond_words(table: pl.DataFrame) -> str:
    limits = table.group_by("kind", maintain_order=True).agg(pl.col("capacity_load").first())
    told = listed([f"{plain(kind)} {percent(load)}" for kind, load in limits.iter_rows()])
    return (
        f" Flat out, a replica serves of what the fluid form says: {told}; where that is less, its memory is full "
        "of context earlier. At loads beyond (shaded, open points) the queue grows for as long as one looks."
    )


def _kinds(table: pl.DataFrame, curve: pl.DataFrame) -> list[tuple[pl.DataFrame, pl.DataFrame]]:
    names = table["kind"].unique(maintain_order=True)
    return [(table.filter(pl.col("kind") == name), curve.filter(pl.col("kind") == name)) for name in names]


def _latency_panel(found: pl.DataFrame, curve: pl.DataFrame) -> Panel:
    # Waits that grow without end are no points to measure an axis by: they are shown where they fit.
    steady = found.filter(pl.col("is_sustained"))
    shown = steady if steady.height else found
    high = max(_most(shown["request_p95_s"]), _most(curve["fluid_request_s"]))
    low = min(float(shown["first_token_s"].to_numpy().min()), float(curve["fluid_request_s"].to_numpy().min()))
    lines = [
        _line(curve, "fluid_request_s", seconds),
        _points(steady, "first_token_s", FIRST, seconds, "first token"),
        _points(steady, "request_p95_s", TAIL, seconds, "95% of requests below"),
        _points(found, "request_s", ACCENT, seconds, "mean"),
    ]
    span = [math.log10(low) - 0.15, math.log10(high) + 0.15]
    y = axis(type="log", range=span, **ticks(_time_ticks(span), seconds))
    return _panel(lines, found, y)


def _value_panel(pair: tuple[pl.DataFrame, pl.DataFrame], measure: str, say: Callable[[float], str], **y: Any) -> Panel:
    found, curve = pair
    lines = [_line(curve, f"fluid_{measure}", say), _points(found, measure, ACCENT, say, "exact")]
    if y.get("type") != "log":
        return _panel(lines, found, axis(**y))
    ends = [*found[measure].to_list(), *curve[f"fluid_{measure}"].to_list()]
    span = [math.log10(min(ends)) - 0.1, math.log10(max(ends)) + 0.1]
    return _panel(lines, found, axis(range=span, **ticks(_money_ticks(span), say), **y))


def _panel(lines: Sequence[Any], found: pl.DataFrame, y: Mapping[str, Any]) -> Panel:
    edge = float(found["capacity_load"][0])
    band = {"type": "rect", "xref": "x", "yref": "paper", "x0": edge, "x1": 1.02, "y0": 0, "y1": 1}
    shapes = [band | {"fillcolor": RULE, "opacity": 0.5, "line": {"width": 0}, "layer": "below"}] if edge < 1.0 else []
    x = axis(range=[0, 1.02], tickvals=[0, 0.25, 0.5, 0.75, 1], tickformat=".0%", showgrid=False)
    drawn = spec(lines, margin={"l": 8, "r": 14, "t": 10, "b": 8}, xaxis=x, yaxis=dict(y), shapes=shapes)
    return Panel(drawn, HEIGHT_PX, plain(str(found["kind"][0])))


def _line(curve: pl.DataFrame, measure: str, say: Callable[[float], str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "x": curve["load"].to_list(),
        "y": short(curve[measure]),
        "line": {"color": SOFT_INK, "width": 1.5, "dash": "dash"},
        "text": [say(value) for value in curve[measure]],
        "hovertemplate": "fluid form at %{x:.0%}: %{text}<extra></extra>",
    }


def _points(found: pl.DataFrame, measure: str, colour: str, say: Callable[[float], str], words: str) -> dict[str, Any]:
    """Points with their intervals: filled where the load is sustained, open where it is not."""
    open_ones = ["circle" if steady else "circle-open" for steady in found["is_sustained"]]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": found["load"].to_list(),
        "y": short(found[measure]),
        "error_y": {"array": short(found[f"{measure}_half"]), "color": colour, "thickness": 1.25, "width": 3},
        "marker": {"color": colour, "size": 7, "symbol": open_ones},
        "text": [
            f"{escape(words)} {say(value)} ± {say(half)}"
            for value, half in found.select(measure, f"{measure}_half").iter_rows()
        ],
        "hovertemplate": "<b>%{x:.0%} load</b><br>%{text}<extra></extra>",
    }


def _money_ticks(span: Sequence[float]) -> list[float]:
    """1, 10, 100 and so on; 3 between them where that leaves few."""
    powers = range(math.floor(span[0]), math.ceil(span[1]) + 1)
    tens = _inside([10.0**power for power in powers], span)
    return tens if len(tens) > 2 else _inside([s * 10.0**power for power in powers for s in (1, 3)], span)


def _time_ticks(span: Sequence[float]) -> list[float]:
    """Round times: powers of ten of a second, then minutes, hours and days; every other one where they are many."""
    round_s = [1e-3, 1e-2, 0.1, 1.0, 10.0, 60.0, 600.0, 3_600.0, 36_000.0, 86_400.0, 864_000.0, 8_640_000.0]
    marks = _inside(round_s, span)
    return marks if len(marks) < 7 else marks[::2]


def _inside(marks: Sequence[float], span: Sequence[float]) -> list[float]:
    return [mark for mark in marks if span[0] <= math.log10(mark) <= span[1]]


def _most(values: pl.Series) -> float:
    return float(values.to_numpy().max())


_COLUMNS = {
    "kind": "requests",
    "load": "load",
    "tokens_per_h100e_s": "output tokens/s per accelerator",
    "tokens_per_h100e_s_half": "±",
    "fluid_tokens_per_h100e_s": "fluid form",
    "first_token_s": "first token, mean, s",
    "first_token_s_half": "± ",
    "first_token_p95_s": "first token, 95%, s",
    "per_token_s": "between tokens, mean, s",
    "per_token_p95_s": "between tokens, 95%, s",
    "request_s": "request, mean, s",
    "request_s_half": "±  ",
    "request_p95_s": "request, 95%, s",
    "fluid_request_s": "fluid form, mean, s",
    "n_running": "requests in the batch",
    "held_fraction": "share of the memory given away",
    "usd2025_per_million": "$ of 2025 a million output tokens",
    "fluid_usd2025_per_million": "fluid form ",
    "capacity_load": "load that it can sustain",
}


def _table(table: pl.DataFrame) -> Table:
    return table_of(table, _COLUMNS)
