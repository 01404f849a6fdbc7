"""What a policy changes: differences within pairs of runs that share every draw."""

from collections.abc import Collection, Mapping, Sequence
from html import escape
from typing import Any

import polars as pl

from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.theme import INK, LINES, PAPER, SOFT_INK, axis, bare_axis, note, spec
from simlab.report.words import cut, listed, n_of, percent
from simlab.units import DAYS_PER_YEAR

MONTH_DAYS = DAYS_PER_YEAR / 12
ROW_PX = 46
PERCENTS = ("lower_fraction", "same_fraction", "higher_fraction", "reached_difference", "reached_low", "reached_high")


def policies_figure(differences: pl.DataFrame, dates: pl.DataFrame, reference: str, noun: str = "policy") -> Figure:
    """How far each policy (or whatever `noun` says) moves each milestone, from `paired_differences`.

    `dates` are those of the reference policy (`simlab.analysis.milestones.milestone_dates`).
    """
    titles = {f"{name}_days": title for name, title in dates.select("milestone", "title").iter_rows()}
    moved = differences.filter(pl.col("is_milestone") & (pl.col("n_pairs") > 0))
    n_pairs = max(moved["n_pairs"].to_list(), default=0)
    still = _still(moved)
    return Figure(
        key="policies",
        title=f"What each {noun} changes against “{reference}”",
        takeaway=largest_shift(differences, titles),
        caption=(
            "Mean shift of each milestone with its 90% interval (Student’s, between draws), within pairs of runs that "
            f"share luck and parameters: {n_of(n_pairs, 'pair')} each. A milestone not reached counts as reached "
            "at the end: what it does to dates beyond that is not seen. One interval in ten misses the true "
            "shift by luck."
            f"{_left_out(still, titles, noun)}"
        ),
        panels=[
            _panel(moved.filter(pl.col("outcome") == outcome), titles[outcome], _span(moved))
            for outcome in titles
            if outcome not in still
        ],
        table=_table(differences, titles),
    )


def largest_shift(differences: pl.DataFrame, titles: Mapping[str, str]) -> str:
    """The largest shift of a milestone whose 90% interval leaves out zero, or that none does; `titles` by outcome."""
    moved = differences.filter(pl.col("outcome").is_in(list(titles)) & (pl.col("n_pairs") > 0))
    if moved.is_empty():
        return "No pair of runs finished under two policies, so nothing can be compared."
    if (moved["same_fraction"] == 1).all():
        return "No policy moves any milestone in any run."
    sure = moved.filter((pl.col("low") > 0) | (pl.col("high") < 0))
    row = max((sure if sure.height else moved).iter_rows(named=True), key=lambda entry: abs(entry["mean_difference"]))
    told = (
        f"under “{row['policy']}”, “{titles[row['outcome']]}” comes {shift_words(row)}; "
        f"{percent(row['same_fraction'])} of the pairs do not move."
    )
    return f"The largest shift: {told}" if sure.height else f"No shift is sure in so few runs. The largest: {told}"


def shift_words(row: Mapping[str, Any]) -> str:
    """The mean shift of a milestone and how sure it is: a row of `paired_differences`.

    >>> shift_words({"mean_difference": -61.0, "low": -122.0, "high": 0.0})
    '2.0 months earlier on average (90% interval: −4.0 to 0.0)'
    """
    mean, ends = row["mean_difference"] / MONTH_DAYS, [row[name] for name in ("low", "high")]
    told = " to ".join(_signed(end / MONTH_DAYS) for end in ends if end is not None)
    interval = f"on average (90% interval: {told or 'unknown, from one draw'})"
    if abs(mean) < 0.05:
        return f"neither sooner nor later {interval}"
    return f"{abs(mean):.1f} months {'later' if mean > 0 else 'earlier'} {interval}"


def _signed(months: float) -> str:
    """With its sign, and none where it rounds to nothing."""
    text = f"{months:+.1f}".replace("-", "−")
    return "0.0" if text in {"+0.0", "−0.0"} else text


def _still(moved: pl.DataFrame) -> set[str]:
    """Milestones that no policy moves in any run."""
    moves = moved.group_by("outcome").agg((pl.col("same_fraction") < 1).any().alias("moves"))
    return set(moves.filter(~pl.col("moves"))["outcome"])


def _left_out(still: Collection[str], titles: Mapping[str, str], noun: str) -> str:
    told = [f"“{title}”" for outcome, title in titles.items() if outcome in still]
    return f" Left out, because no {noun} moves them in any run: {listed(told)}." if told else ""


def _span(moved: pl.DataFrame) -> list[float]:
    """One axis for all milestones, months, so that lengths can be compared between them."""
    ends = [0.0, *(end for name in ("mean_difference", "low", "high") for end in moved[name].drop_nulls())]
    low, high = min(ends) / MONTH_DAYS, max(ends) / MONTH_DAYS
    room = 0.05 * (high - low) or 1.0
    return [low - room, high + room]


def _panel(rows: pl.DataFrame, title: str, span: list[float]) -> Panel:
    """A row a policy; its words above its line."""
    data, notes = [_zero(rows.height)], []
    for position, row in enumerate(rows.iter_rows(named=True)):
        y, colour = rows.height - 1 - position, LINES[(position + 1) % len(LINES)]
        data.append(_interval(row, y, colour))
        months = f"{_signed(row['mean_difference'] / MONTH_DAYS)} months"
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
    reach = [0.0 if row["low"] is None else (row["high"] - row["low"]) / 2 / MONTH_DAYS]
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
    percents = [pl.col(name) * 100 for name in PERCENTS if name in differences.columns]
    headings: Sequence[tuple[str, str]] = (
        ("policy", "policy"),
        ("outcome", "outcome (milestones: days to it)"),
        ("mean_difference", "mean difference"),
        ("low", "90% interval from"),
        ("high", "to"),
        ("reached_difference", "likelier by the end, percentage points"),
        ("reached_low", "its 90% interval from"),
        ("reached_high", "likelihood to"),
        ("lower_fraction", "lower, % of pairs"),
        ("same_fraction", "same, %"),
        ("higher_fraction", "higher, %"),
        ("paired_sd", "sd of paired differences"),
        ("unpaired_sd", "sd had the runs not been paired"),
        ("n_pairs", "pairs"),
        ("n_samples", "draws"),
    )
    known = {name: words for name, words in headings if name in differences.columns}
    return table_of(differences.with_columns(words, *percents), known)
