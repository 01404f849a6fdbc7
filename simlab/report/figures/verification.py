"""Verification: what becomes of automated work, and what gets through that should not."""

from collections.abc import Mapping

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.report.figures.areas import Part, areas_panel, swatches
from simlab.report.figures.fan import fan_panel, in_percent
from simlab.report.figures.figure import Figure, Table, table_of
from simlab.report.words import percent, rough

PARTS = (
    Part("passed_fraction", "verified and believed", "#3d8b78"),
    Part("refuted_fraction", "verified and refuted", "#a8d0c4"),
    Part("adopted_unverified_fraction", "adopted unverified", "#d9742b"),
    Part("discarded_fraction", "thrown away unverified", "#c9cbc8"),
)
"""Green: somebody looked. Orange and grey: nobody did."""

FANS = {"slipped": "flawed, of the automated work let through", "harmful": "harmful, of all ideas adopted"}


def verification_figure(
    shares: pl.DataFrame, fans: Mapping[str, pl.DataFrame], whole: Mapping[str, float | None]
) -> Figure:
    """From `simlab.analysis.verification`: `settled_shares`, the bands of FANS, `whole_shares` and `backlog`."""
    shown = {name: in_percent(fans[name]) for name in FANS}
    titles = ("Flawed, of what is let through", "Harmful, of all ideas adopted")
    parts = [part for part in PARTS if any(shares[part.column])]
    panels = [areas_panel(shares, parts, labelled=False, height_px=240, title="What becomes of automated work")]
    panels += [
        fan_panel(fan, lambda share: f"{share:.1f}%", log=False, title=title, height_px=240, labelled=False, **TO_ZERO)
        for fan, title in zip(shown.values(), titles, strict=True)
        if fan.height > 1
    ]
    return Figure(
        key="verification",
        title="Who checks the work of AI workers",
        takeaway=_takeaway(whole),
        caption=(
            "All labs together. First: what became of the automated work that was settled in a quarter, mean over the "
            f"runs in which any was, at most {max(shares['n_runs'])}. Then, by year, how much of what was verified and "
            "believed, or adopted unverified, was flawed, and how many of the ideas adopted, by whomever, truly harm: "
            "only the simulation knows. Line: median; bands: the middle half and the middle 80% of the runs."
        ),
        panels=panels,
        table=_table(shares, shown),
        swatches=swatches(parts),
    )


TO_ZERO = {"ticksuffix": "%", "rangemode": "tozero"}


def _takeaway(whole: Mapping[str, float | None]) -> str:
    verified, refuted, slipped = (whole[name] for name in ("verified", "refuted", "slipped"))
    assert verified is not None  # for the type checker: something was settled, or there is no figure
    assert refuted is not None
    told = (
        f"Over the whole time, somebody looks at {percent(verified)} of the automated work that is settled, and "
        f"{percent(refuted)} of all of it is refuted."
    )
    told += "" if slipped is None else f" Of what is let through, {percent(slipped)} is flawed."
    settled, waiting = whole.get("settled"), whole.get("waiting")
    if settled is None or waiting is None:
        return told
    return f"{told} A quarter settles {rough(settled)} pieces of it on average, and {rough(waiting)} wait for a look."


def _table(shares: pl.DataFrame, shown: Mapping[str, pl.DataFrame]) -> Table:
    """A row a quarter for what became of automated work, a row a year for what was flawed and for what harms."""
    areas = [
        shares.select("quarter", "n_runs", what=pl.lit(part.words), p50=pl.col(part.column) * 100).rename(
            {"quarter": "date", "p50": "mean"}
        )
        for part in PARTS
    ]
    fans = [fan.with_columns(what=pl.lit(FANS[name])) for name, fan in shown.items()]
    headings = {"mean": "mean over runs, %"} | {band: f"{band[1:]}% of runs below, %" for band in BANDS}
    columns = {"what": "what", "date": "from", **headings, "n_runs": "runs"}
    return table_of(pl.concat([*areas, *fans], how="diagonal_relaxed"), columns)
