"""What binds: the shares of an idea's life over time, all labs together and lab by lab."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from simlab.analysis.binding import STAGES
from simlab.analysis.study import TOTAL
from simlab.report.figures.fan import ticks
from simlab.report.figures.figure import Figure, Panel, table_of
from simlab.report.figures.theme import INK, PAPER, axis, note, spec, years
from simlab.report.words import n_of, percent

STAGE_WORDS = {
    "thinking": "thinking",
    "building": "building",
    "reading": "reading results",
    "waiting_people": "waiting for people",
    "waiting_compute": "waiting for compute",
    "running": "running",
    "waiting_run": "waiting for the next frontier run",
}
SHORT_WORDS = STAGE_WORDS | {"waiting_run": "waiting for the next run"}

STAGE_COLOURS = {
    "thinking": "#c6dbee",
    "building": "#7fb0d8",
    "reading": "#2f6ca5",
    "waiting_people": "#b8a9cf",
    "waiting_compute": "#d9742b",
    "running": "#f3c08f",
    "waiting_run": "#c9cbc8",
}
"""Blue: people at work. Orange: machines and the wait for them. Violet and grey: the other waits."""
DARK = {"reading", "waiting_compute"}

SWATCHES = tuple((STAGE_WORDS[stage], STAGE_COLOURS[stage]) for stage in STAGES)


def binding_figure(shares: pl.DataFrame, lives: pl.DataFrame) -> Figure:
    """All labs together, from `simlab.analysis.binding.stage_shares` and `life_shares`."""
    total = shares.filter(pl.col("lab") == TOTAL)
    whole = lives.filter(pl.col("lab") == TOTAL).row(0, named=True)
    return Figure(
        key="binding",
        title="Where an idea’s life goes",
        takeaway=_takeaway(whole, total),
        caption=(
            f"Of all the days that ideas spend alive, the share in each stage, by quarter: mean over "
            f"{n_of(whole['n_runs'], 'run')}, all labs together. What is scarce shows where ideas wait; only adopted "
            "ideas wait for the next frontier run."
        ),
        panels=[Panel(_areas(total, labelled=True), 360)],
        table=_table(total, ()),
        swatches=SWATCHES,
    )


def binding_labs_figure(shares: pl.DataFrame, lives: pl.DataFrame) -> Figure:
    """The same lab by lab, in small."""
    labs = [lab for lab in lives["lab"].to_list() if lab != TOTAL]
    rows = {row["lab"]: row for row in lives.iter_rows(named=True)}
    return Figure(
        key="binding-labs",
        title="The same, lab by lab",
        takeaway=f"The largest part by lab: {'; '.join(_lab_words(lab, rows[lab]) for lab in labs)}.",
        caption=f"As above, for each lab alone: mean over {n_of(rows[labs[0]]['n_runs'], 'run')}.",
        panels=[Panel(_areas(shares.filter(pl.col("lab") == lab), labelled=False), 220, lab) for lab in labs],
        table=_table(shares.filter(pl.col("lab") != TOTAL), ("lab",)),
        swatches=SWATCHES,
    )


def _takeaway(whole: Mapping[str, Any], total: pl.DataFrame) -> str:
    stage, second = sorted(STAGES, key=lambda name: -whole[f"{name}_fraction"])[:2]
    first, last = (total[f"{stage}_fraction"][end] for end in (0, -1))
    moved = "steady" if abs(last - first) < 0.02 else f"{percent(first)} at the start, {percent(last)} at the end"
    share, rest = percent(whole[f"{stage}_fraction"]), percent(whole[f"{second}_fraction"])
    return (
        f"The largest part of an idea’s life is {STAGE_WORDS[stage]}: {share} over the whole time ({moved}). "
        f"{STAGE_WORDS[second].capitalize()} is next with {rest}."
    )


def _lab_words(lab: str, row: Mapping[str, Any]) -> str:
    stage = max(STAGES, key=lambda name: row[f"{name}_fraction"])
    return f"{lab}, {STAGE_WORDS[stage]} ({percent(row[f'{stage}_fraction'])})"


def _areas(shares: pl.DataFrame, *, labelled: bool) -> Mapping[str, Any]:
    quarters = shares["quarter"].cast(pl.String).to_list()
    return spec(
        [_area(shares, stage, quarters) for stage in STAGES],
        margin={"l": 8, "r": 10, "t": 6, "b": 8},
        xaxis=years(shares["quarter"], 6 if labelled else 4),
        yaxis=axis(range=[0, 100.5], **ticks([0, 25, 50, 75, 100], lambda share: f"{share:.0f}%")),
        annotations=_labels(shares, quarters) if labelled else [],
    )


def _area(shares: pl.DataFrame, stage: str, quarters: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "stackgroup": "life",
        "x": quarters,
        "y": [round(100 * share, 2) for share in shares[f"{stage}_fraction"]],
        "line": {"width": 0.75, "color": PAPER},
        "fillcolor": STAGE_COLOURS[stage],
        "hovertemplate": f"<b>%{{x|%b %Y}}</b>: %{{y:.0f}}% {STAGE_WORDS[stage]}<extra></extra>",
    }


def _labels(shares: pl.DataFrame, quarters: Sequence[str]) -> list[dict[str, Any]]:
    """The stage's name where its area is thickest for the width of a word; thin areas have the key only."""
    reach = max(1, len(quarters) // 12)
    inner = range(2 * reach, len(quarters) - 2 * reach)
    base, labels = [0.0] * len(quarters), []
    for stage in STAGES:
        top = [low + 100 * share for low, share in zip(base, shares[f"{stage}_fraction"], strict=True)]
        rooms = [(*_room(base, top, n, reach), n) for n in inner]
        thickness, middle, best = max(rooms, default=(0.0, 0.0, 0))
        if thickness > 4.5:
            font = {"size": 12, "color": PAPER if stage in DARK else INK}
            labels.append(note(SHORT_WORDS[stage], quarters[best], middle, font=font))
        base = top
    return labels


def _room(base: Sequence[float], top: Sequence[float], n: int, reach: int) -> tuple[float, float]:
    """Thickness and middle of the level strip that fits between two lines from `reach` before `n` to `reach` after."""
    near = slice(n - reach, n + reach + 1)
    low, high = max(base[near]), min(top[near])
    return high - low, round((low + high) / 2, 2)


def _table(shares: pl.DataFrame, keys: Sequence[str]) -> Any:
    percents = [(pl.col(f"{stage}_fraction") * 100).round(2) for stage in STAGES]
    headings = {f"{stage}_fraction": f"{STAGE_WORDS[stage]}, %" for stage in STAGES}
    columns = {key: key for key in keys} | {"quarter": "quarter from"} | headings | {"n_runs": "runs"}
    return table_of(shares.with_columns(percents), columns)
