"""Luck or parameters: whose the variance of each outcome is."""

from collections.abc import Sequence
from statistics import median
from typing import Any

import polars as pl

from simlab.analysis.drivers import Drivers
from simlab.report.figures.driver_points import Series, points_panel
from simlab.report.figures.figure import Figure, table_of
from simlab.report.figures.theme import ACCENT
from simlab.report.words import cut, n_of, percent

SHARE = Series("luck", "luck_fraction", "luck", ACCENT, "circle")
_COLUMNS = {
    "outcome": "outcome",
    "unit": "unit",
    "luck_fraction": "share of luck",
    "luck_low": "from",
    "luck_high": "to",
    "luck_variance": "variance by luck",
    "parameter_variance": "variance by parameters",
    "n_samples": "samples",
    "n_runs": "runs",
    "reason": "not defined, because",
}


def luck_figure(found: Sequence[Drivers]) -> Figure | None:
    """A row an outcome whose share of luck is known; None where none is."""
    rows = [_row(driven) for driven in found if driven.luck]
    shares = [(row["luck_fraction"], row["factor"]) for row in rows if row["luck_fraction"] is not None]
    if not shares:
        return None
    table = pl.DataFrame(rows, infer_schema_length=None).sort("luck_fraction", descending=True, nulls_last=True)
    most, title = max(shares)
    return Figure(
        key="luck",
        title="Parameters or luck",
        takeaway=f"Luck is {percent(most)} of the variance of a run in “{title}”, the most; the median of "
        f"{n_of(len(shares), 'outcome')} is {percent(median(share for share, _ in shares))}.",
        caption="Share of a run’s variance that is luck; the rest is what the sample drew. Law of total variance over "
        "samples and their replicates, with 90% intervals by the jackknife over samples. What is luck cannot be "
        "narrowed by knowing parameters better.",
        panels=[points_panel(table, [SHARE], "share of the variance", "", most=table.height, letters=48)],
        table=table_of(table, _COLUMNS),
    )


def _row(driven: Drivers) -> dict[str, Any]:
    assert driven.luck is not None  # for the type checker
    split = driven.luck._asdict()
    ends = {"luck_low": split.pop("low"), "luck_high": split.pop("high")}
    named = {"outcome": driven.response.name, "unit": driven.response.unit}
    return {"factor": cut(driven.response.title, 90)} | named | split | ends
