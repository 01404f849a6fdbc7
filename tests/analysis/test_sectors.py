"""Work outside labs: means weighted by wages, and compute that does not reach."""

from datetime import date

import polars as pl
import pytest

from simlab.analysis.sectors import compute_gap, nation_bands, sector_bands, whole_bands

ROWS = [
    # nation, sector, capable, automated, wages, wanted, used
    ("here", "software", 0.8, 0.4, 3.0, 10.0, 5.0),
    ("here", "care", 0.2, 0.0, 1.0, 0.0, 0.0),
    ("there", "software", 0.8, 0.0, 1.0, 10.0, 0.0),
    ("there", "care", 0.2, 0.2, 1.0, 10.0, 10.0),
]


@pytest.fixture
def sectors():
    names = ["nation", "sector", "capable_fraction", "automated_fraction", "wages_usd2025_per_year"]
    frame = pl.DataFrame(ROWS, schema=[*names, "wanted_h100e", "used_h100e"], orient="row")
    moment = {"run_id": pl.lit("a"), "time_days": pl.lit(30.0), "date": pl.lit(date(2025, 1, 31))}
    words = pl.col("nation").cast(pl.Enum(["here", "there"])), pl.col("sector").cast(pl.Enum(["software", "care"]))
    return frame.with_columns(*words, **moment, ready_fraction=pl.col("automated_fraction"))


def test_a_sector_is_the_mean_of_its_nations_weighted_by_wages(sectors):
    fans = sector_bands(sectors)
    assert fans["automated_fraction"]["p50"].to_list() == pytest.approx([0.3, 0.1])
    assert fans["capable_fraction"]["p50"].to_list() == pytest.approx([0.8, 0.2])


def test_a_nation_is_the_mean_of_its_sectors_weighted_by_wages(sectors):
    assert nation_bands(sectors)["automated_fraction"]["p50"].to_list() == pytest.approx([0.3, 0.1])
    assert nation_bands(sectors)["capable_fraction"]["p50"].to_list() == pytest.approx([0.65, 0.5])


def test_all_work_is_weighted_by_wages(sectors):
    """(0.4 x 3 + 0.2 x 1) of 6 in wages."""
    assert whole_bands(sectors)["p50"].to_list() == pytest.approx([1.4 / 6])


def test_what_compute_reaches_is_of_what_is_wanted(sectors):
    assert compute_gap(sectors)["p50"].to_list() == pytest.approx([0.5])


def test_where_nothing_is_wanted_nothing_is_missing(sectors):
    idle = sectors.with_columns(wanted_h100e=0.0, used_h100e=0.0)
    assert compute_gap(idle).is_empty()
