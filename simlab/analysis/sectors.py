"""Work outside labs: what AI could do of it and does, sector by sector and nation by nation."""

import polars as pl

from simlab.analysis.fans import bands
from simlab.analysis.parts import Table, by_part

SHARES = ("capable_fraction", "ready_fraction", "automated_fraction")
"""Of a sector's labour cost: what models could do; of that, what could be done today if compute were no object; of
that, what is done."""

DONE = "automated_fraction"

WAGES = "wages_usd2025_per_year"

MOMENT = ("run_id", "time_days", "date")


def sector_bands(sectors: Table) -> dict[str, pl.DataFrame]:
    """For each of SHARES the bands over the runs, with a column sector: all nations together, weighted by wages."""
    rows = _weighted(sectors, "sector").lazy()
    return {share: bands(rows, share, by=("sector",)) for share in SHARES}


def nation_bands(sectors: Table) -> dict[str, pl.DataFrame]:
    """The same with a column nation: all its sectors together."""
    rows = _weighted(sectors, "nation").lazy()
    return {share: bands(rows, share, by=("nation",)) for share in SHARES}


def whole_bands(sectors: Table) -> pl.DataFrame:
    """The bands of what is done of all sectors of all nations together."""
    done = ((pl.col(DONE) * pl.col(WAGES)).sum() / pl.col(WAGES).sum()).alias(DONE)
    rows = by_part(sectors, [*MOMENT, DONE, WAGES], lambda part: part.group_by(*MOMENT, maintain_order=True).agg(done))
    return bands(rows.lazy(), DONE)


def _weighted(sectors: Table, by: str) -> pl.DataFrame:
    """Means of SHARES over what is not `by`, weighted by wages: a row a run, moment and value of `by`."""
    wages = pl.col(WAGES)
    means = [((pl.col(share) * wages).sum() / wages.sum()).alias(share) for share in SHARES]

    def reduce(part: pl.DataFrame) -> pl.DataFrame:
        worked = part.filter(wages.sum().over(*MOMENT, by) > 0)
        return worked.group_by(*MOMENT, by, maintain_order=True).agg(means)

    return by_part(sectors, [*MOMENT, by, *SHARES, WAGES], reduce)


def compute_gap(sectors: Table) -> pl.DataFrame:
    """The bands of the share of the accelerators wanted for work outside labs that it gets, all of it together."""
    wanted, used = pl.col("wanted_h100e").sum(), pl.col("used_h100e").sum()
    met = pl.when(wanted > 0).then(used / wanted).alias("met_fraction")
    columns = [*MOMENT, "wanted_h100e", "used_h100e"]
    rows = by_part(sectors, columns, lambda part: part.group_by(*MOMENT, maintain_order=True).agg(met))
    return bands(rows.lazy(), "met_fraction")
