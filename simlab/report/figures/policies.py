"""What a policy changes: differences within pairs of runs that share every draw."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.theme import INK, LINES, PAPER, SOFT_INK, axis, bare_axis, note, spec
from simlab.report.words import cut, n_of, percent
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12
ROW_PX = 46


def policies_figure(differences: pl.DataFrame, dates: pl.DataFrame, reference: str) -> Figure:
    """How far each policy moves each milestone, from `simlab.analysis.policies.paired_differences`.

    `dates` are those of the reference policy (`simlab.analysis.milestones.milestone_dates`).
    """
    titles = {f"{name}_days": title for name, title in dates.select("milestone", "title").iter_rows()}
    moved = differences.filter(pl.col("is_milestone") & (pl.col("n_pairs") > 0))
    n_pairs = max(moved["n_pairs"].to_list(), default=0)
    return Figure(
        key="policies",
        title=f"What each policy changes against “{reference}”",
        takeaway=_takeaway(moved, titles, reference),
        caption=(
            "Mean shift of each milestone with its 90% interval, within pairs of runs that share luck and "
            f"parameters: {n_of(n_pairs, 'pair')} a policy. A milestone not reached "
            "counts as reached at the end: what a policy does to dates beyond that is not seen."
        ),
        panels=[
            _panel(moved.filter(pl.col("outcome") == outcome), title, _span(moved)) for outcome, title in titles.items()
        ],
        table=_table(differences, titles),
    )


def _takeaway(moved: pl.DataFrame, titles: Mapping[str, str], reference: str) -> str:
    if moved.is_empty():
        return "No pair of runs finished under two policies, so nothing can be compared."
    row = max(moved.iter_rows(named=True), key=lambda entry: abs(entry["mean_difference"]))
    if row["mean_difference"] == 0:
        return "No policy moves any milestone in any run."
    months = row["mean_difference"] / MONTH_DAYS
    low, high = (row[end] / MONTH_DAYS for end in ("low", "high"))
    return (
        f"The largest shift: under “{row['policy']}”, “{titles[row['outcome']]}” comes {abs(months):.1f} "
        f"months {'later' if months > 0 else 'earlier'} than under “{reference}” (90% interval of the mean "
        f"shift: {low:+.1f} to {high:+.1f} months; {percent(row['same_fraction'])} of the pairs do not move)."
    )


def _span(moved: pl.DataFrame) -> list[float]:
    """One axis for all milestones, months, so that lengths can be compared between them."""
    ends = [0.0, *moved["low"].to_list(), *moved["high"].to_list()]
    low, high = min(ends) / MONTH_DAYS, max(ends) / MONTH_DAYS
    room = 0.05 * (high - low) or 1.0
    return [low - room, high + room]


def _panel(rows: pl.DataFrame, title: str, span: list[float]) -> Panel:
    """A row a policy; its words above its line."""
    data, notes = [_zero(rows.height)], []
    for position, row in enumerate(rows.iter_rows(named=True)):
        y, colour = rows.height - 1 - position, LINES[(position + 1) % len(LINES)]
        data.append(_interval(row, y, colour))
        months = f"{row['mean_difference'] / MONTH_DAYS:+.1f} months"
        text = f"{escape(cut(row['policy'], 26))} <span style='color:{SOFT_INK}'>{months}</span>"
        notes.append(
            note(
                text,
                0,
                y,
                xref="paper",
                xanchor="left",
                yanchor="bottom",
                yshift=6,
                align="left",
                bgcolor=PAPER,
            )
        )
    drawn = spec(
        data,
        xaxis=axis(ticksuffix=" mo", range=span, nticks=5),
        yaxis=bare_axis(range=[-0.5, rows.height - 0.2]),
        annotations=notes,
    )
    return Panel(drawn, ROW_PX * rows.height + 50, title)


def _zero(n_rows: int) -> dict[str, Any]:
    line = {"color": INK, "width": 1, "dash": "dot"}
    ends = [-0.5, n_rows - 0.2]
    return {"type": "scatter", "mode": "lines", "x": [0, 0], "y": ends, "line": line, "hoverinfo": "skip"}


def _interval(row: Mapping[str, Any], y: int, colour: str) -> dict[str, Any]:
    mean = row["mean_difference"] / MONTH_DAYS
    reach = [(row["high"] - row["low"]) / 2 / MONTH_DAYS]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": [round(mean, 3)],
        "y": [y],
        "error_x": {"type": "data", "array": reach, "thickness": 2, "width": 0, "color": colour},
        "marker": {"size": 10, "color": colour},
        "hovertemplate": (
            f"{escape(row['policy'])}: {mean:+.1f} months; in {percent(row['lower_fraction'])} of pairs sooner, "
            f"in {percent(row['higher_fraction'])} later<extra></extra>"
        ),
    }


def _table(differences: pl.DataFrame, titles: Mapping[str, str]) -> Any:
    words = pl.col("outcome").replace(titles)
    percents = [pl.col(name) * 100 for name in ("lower_fraction", "same_fraction", "higher_fraction")]
    headings: Sequence[tuple[str, str]] = (
        ("policy", "policy"),
        ("outcome", "outcome (milestones: days to it)"),
        ("mean_difference", "mean difference"),
        ("low", "90% interval from"),
        ("high", "to"),
        ("lower_fraction", "lower, % of pairs"),
        ("same_fraction", "same, %"),
        ("higher_fraction", "higher, %"),
        ("paired_sd", "sd of paired differences"),
        ("unpaired_sd", "sd had the runs not been paired"),
        ("n_pairs", "pairs"),
    )
    return table_of(differences.with_columns(words, *percents), dict(headings))
