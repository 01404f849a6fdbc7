"""Work outside labs: what AI could do of it and does, sector by sector and nation by nation."""

import polars as pl

from simlab.analysis.fans import bands

SHARES = ("capable_fraction", "ready_fraction", "automated_fraction")
"""Of a sector's labour cost: what models could do; of that, what could be done today if compute were no object; of
that, what is done."""

DONE = "automated_fraction"

MOMENT = ("run_id", "time_days", "date")


def sector_bands(sectors: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """For each of SHARES the bands over the runs, with a column sector: all nations together, weighted by wages."""
    rows = _weighted(sectors, "sector").lazy()
    return {share: bands(rows, share, by=("sector",)) for share in SHARES}


def nation_bands(sectors: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """The same with a column nation: all its sectors together."""
    rows = _weighted(sectors, "nation").lazy()
    return {share: bands(rows, share, by=("nation",)) for share in SHARES}


def whole_bands(sectors: pl.DataFrame) -> pl.DataFrame:
    """The bands of what is done of all sectors of all nations together."""
    wages = pl.col("wages_usd2025_per_year")
    done = ((pl.col(DONE) * wages).sum() / wages.sum()).alias(DONE)
    return bands(sectors.group_by(*MOMENT, maintain_order=True).agg(done).lazy(), DONE)


def _weighted(sectors: pl.DataFrame, by: str) -> pl.DataFrame:
    """Means of SHARES over what is not `by`, weighted by wages: a row a run, moment and value of `by`."""
    wages = pl.col("wages_usd2025_per_year")
    means = [((pl.col(share) * wages).sum() / wages.sum()).alias(share) for share in SHARES]
    worked = sectors.filter(wages.sum().over(*MOMENT, by) > 0)
    return worked.group_by(*MOMENT, by, maintain_order=True).agg(means)


def compute_gap(sectors: pl.DataFrame) -> pl.DataFrame:
    """The bands of the share of the accelerators wanted for work outside labs that it gets, all of it together."""
    wanted, used = pl.col("wanted_h100e").sum(), pl.col("used_h100e").sum()
    rows = sectors.group_by(*MOMENT, maintain_order=True).agg(
        pl.when(wanted > 0).then(used / wanted).alias("met_fraction")
    )
    return bands(rows.lazy(), "met_fraction")
