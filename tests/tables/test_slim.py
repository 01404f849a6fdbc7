"""What is kept of the numbers of many runs."""

import math

import numpy as np
import polars as pl
import pytest

from simlab.sweep.files import write_parquet
from simlab.tables.slim import rounded, slim


def rounded_one(numbers):
    """A column alone."""
    return rounded(pl.DataFrame({"x": pl.Series(numbers, dtype=pl.Float64)}))["x"]


def test_rounding_keeps_each_number_within_four_thousandths():
    rng = np.random.default_rng(0)
    numbers = np.concatenate([10.0 ** rng.uniform(-30, 30, 20_000), -rng.random(20_000)])
    kept = rounded_one(numbers).to_numpy().astype(np.float64)
    error = np.abs(kept / numbers - 1.0)
    assert error.max() <= 2.0**-8
    assert error.max() > 2.0**-9
    assert abs((kept / numbers - 1.0).mean()) < 1e-4


def test_what_has_eight_bits_or_none_stays():
    numbers = [0.0, 1.0, -255.0, 0.625, None, math.inf, -math.inf]
    assert rounded_one(numbers).to_list() == numbers
    assert rounded_one([math.nan]).is_nan().all()
    assert rounded_one([]).dtype == pl.Float32


def test_rounding_again_changes_nothing():
    once = rounded(pl.DataFrame(np.random.default_rng(1).normal(size=(1000, 3))))
    assert rounded(once).equals(once)


def test_columns_together_are_as_each_alone():
    rng = np.random.default_rng(4)
    frame = pl.DataFrame(10.0 ** rng.uniform(-9, 9, (200, 7))).with_columns(
        column_2=pl.when(pl.col("column_2") > 1.0).then("column_2"), column_5=pl.lit(None, pl.Float64)
    )
    alone = pl.DataFrame({name: rounded_one(frame[name]) for name in frame.columns})
    assert rounded(frame).equals(alone)
    assert rounded(frame).null_count().row(0) == frame.null_count().row(0)


def test_times_flop_counts_and_words_are_kept_exactly():
    frame = pl.DataFrame(
        {"time_days": [0.1], "effective_flop": [1e60], "flop": [1 / 3], "n": [7], "lab": ["a"], "x": [1 / 3]}
    )
    short = slim(frame)
    assert short.schema == frame.schema | {"x": pl.Float32}
    assert short.drop("x").equals(frame.drop("x"))
    assert short["x"][0] == pytest.approx(1 / 3, rel=2.0**-8)


def test_labs_come_one_after_another_each_in_its_order():
    frame = pl.DataFrame({"lab": ["b", "a", "b", "a"], "time_days": [1.0, 1.0, 2.0, 2.0]})
    ordered = frame.with_columns(pl.col("lab").cast(pl.Enum(["b", "a"])))
    assert slim(ordered).rows() == [("b", 1.0), ("b", 2.0), ("a", 1.0), ("a", 2.0)]


def test_a_table_comes_back_from_its_file_as_it_was_and_its_bytes_follow_from_it(tmp_path):
    rng = np.random.default_rng(2)
    frame = pl.DataFrame(
        {
            "run_id": [f"baseline-s{n:04d}-r0" for n in range(500)],
            "noise": rounded_one(rng.normal(size=500)),
            "exact": rng.normal(size=500),
            "steps": np.repeat(rng.normal(size=5), 100).astype(np.float32),
            "count": rng.integers(0, 9, 500),
            "holes": pl.Series([None, 1.5] * 250, dtype=pl.Float32),
            "word": pl.Series(["x", "y"] * 250, dtype=pl.Enum(["y", "x"])),
            "nothing": pl.Series([None] * 500, dtype=pl.Int64),
            "yes": [True, False] * 250,
        }
    ).with_columns(date=pl.date(2025, 1, 1))
    for name in ("a", "b"):
        write_parquet(frame, tmp_path / f"{name}.parquet")
    again = pl.read_parquet(tmp_path / "a.parquet")
    assert again.schema == frame.schema
    assert again.equals(frame)
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    write_parquet(frame.clear(), tmp_path / "none.parquet")
    assert pl.read_parquet(tmp_path / "none.parquet").equals(frame.clear())
