"""Of which outcomes anything can be said: the strongest factor of each beside what noise alone would show."""

from collections.abc import Sequence

import polars as pl

from simlab.analysis.drivers import Drivers
from simlab.report.figures.driver_points import Series, points_panel
from simlab.report.figures.figure import Figure, table_of
from simlab.report.figures.theme import ACCENT, SOFT_INK
from simlab.report.words import cut, n_of

STRONGEST = Series("the strongest factor", "first_order", "none", ACCENT, "circle")
FLOOR = Series("the strongest of as many without any effect", "first_floor", "none", SOFT_INK, "line-ns-open")
_COLUMNS = {
    "outcome": "outcome",
    "strongest": "strongest factor",
    "first_order": "first order",
    "first_floor": "noise floor",
    "n_clear": "factors that stand out",
    "n_samples": "samples",
}


def noise_floor_figure(found: Sequence[Drivers]) -> Figure | None:
    """A row an outcome; None where the design has no noise floor, or no outcome is defined."""
    rows = [_row(d) for d in found if "first_floor" in d.table.columns and d.table["first_order"].count()]
    if not rows:
        return None
    table = pl.DataFrame(rows).sort("first_order", descending=True)
    n_clear = table.filter(pl.col("n_clear") > 0).height
    return Figure(
        key="noise",
        title="What stands out of the noise",
        takeaway=f"Of {n_of(table.height, 'outcome')}, {n_clear} {'has' if n_clear == 1 else 'have'} a factor that "
        f"stands out{_advice(table, n_clear)}.",
        caption="For each outcome the largest share of variance that any factor explains alone, and what the largest "
        "of as many factors without any effect would show in 39 of 40 such studies. A factor may also stand out "
        "by its rank correlation, which sees straight effects in fewer runs.",
        panels=[points_panel(table, [STRONGEST, FLOOR], "share of the variance", "", most=table.height, letters=48)],
        table=table_of(table, _COLUMNS),
        swatches=[(one.words, one.colour) for one in (STRONGEST, FLOOR)],
    )


def _advice(table: pl.DataFrame, n_clear: int) -> str:
    if n_clear:
        return ""
    return f": {n_of(int(table['n_samples'].to_list()[0]), 'sample')} are too few for so many factors"


def _row(driven: Drivers) -> dict[str, str | float | int]:
    first = driven.table.row(0, named=True)
    return {
        "factor": cut(driven.response.title, 90),
        "outcome": driven.response.name,
        "strongest": first["factor"],
        "first_order": first["first_order"],
        "first_floor": first["first_floor"],
        "n_clear": int(driven.table["stands_out"].sum()),
        "n_samples": first["n_samples"],
    }
