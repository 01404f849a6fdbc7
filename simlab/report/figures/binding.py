"""What binds: the shares of an idea's life over time, all labs together and lab by lab."""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from simlab.analysis.binding import STAGES
from simlab.analysis.study import TOTAL
from simlab.report.figures.areas import Part, areas_panel, areas_table, swatches
from simlab.report.figures.figure import Figure
from simlab.report.words import n_of, percent

STAGE_WORDS = {
    "thinking": "thinking",
    "building": "building",
    "reading": "reading results",
    "waiting_people": "waiting for people",
    "waiting_verifier": "waiting for a verifier",
    "waiting_compute": "waiting for compute",
    "running": "running",
    "waiting_run": "waiting for the next frontier run",
}
SHORT_WORDS = {"waiting_run": "waiting for the next run"}

STAGE_COLOURS = {
    "thinking": "#c6dbee",
    "building": "#7fb0d8",
    "reading": "#2f6ca5",
    "waiting_people": "#b8a9cf",
    "waiting_verifier": "#8a5a9e",
    "waiting_compute": "#d9742b",
    "running": "#f3c08f",
    "waiting_run": "#c9cbc8",
}
"""Blue: people at work. Orange: machines and the wait for them. Violet and grey: the other waits."""
DARK = {"reading", "waiting_compute", "waiting_verifier"}


def binding_figure(shares: pl.DataFrame, lives: pl.DataFrame) -> Figure:
    """All labs together, from `simlab.analysis.binding.stage_shares` and `life_shares`."""
    total = shares.filter(pl.col("lab") == TOTAL)
    whole = lives.filter(pl.col("lab") == TOTAL).row(0, named=True)
    parts = _parts(lives)
    return Figure(
        key="binding",
        title="Where an idea’s life goes",
        takeaway=_takeaway(whole, total),
        caption=(
            f"Of all the days that ideas spend alive, the share in each stage, by quarter: mean over "
            f"{n_of(whole['n_runs'], 'run')}, all labs together. What is scarce shows where ideas wait; only adopted "
            "ideas wait for the next frontier run."
        ),
        panels=[areas_panel(total, parts, labelled=True, height_px=360)],
        table=areas_table(total, parts),
        swatches=swatches(parts),
    )


def binding_labs_figure(shares: pl.DataFrame, lives: pl.DataFrame) -> Figure:
    """The same lab by lab, in small."""
    labs = [lab for lab in lives["lab"].to_list() if lab != TOTAL]
    rows = {row["lab"]: row for row in lives.iter_rows(named=True)}
    parts = _parts(lives)
    return Figure(
        key="binding-labs",
        title="The same, lab by lab",
        takeaway=f"The largest part by lab: {'; '.join(_lab_words(lab, rows[lab]) for lab in labs)}.",
        caption=f"As above, for each lab alone: mean over {n_of(rows[labs[0]]['n_runs'], 'run')}.",
        panels=[
            areas_panel(shares.filter(pl.col("lab") == lab), parts, labelled=False, height_px=220, title=lab)
            for lab in labs
        ],
        table=areas_table(shares.filter(pl.col("lab") != TOTAL), parts, ("lab",)),
        swatches=swatches(parts),
    )


def _parts(lives: pl.DataFrame) -> Sequence[Part]:
    """The stages that any idea was ever in."""
    return [
        Part(f"{stage}_fraction", STAGE_WORDS[stage], STAGE_COLOURS[stage], SHORT_WORDS.get(stage, ""), stage in DARK)
        for stage in STAGES
        if any(lives[f"{stage}_fraction"])
    ]


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
