"""Tables of many runs, made short."""

import polars as pl


def slim(frame: pl.DataFrame) -> pl.DataFrame:
    """The table in single precision, seven digits; but for times, and for FLOP, of which there may be too many."""
    exact = pl.selectors.by_name("time_days") | pl.selectors.ends_with("_flop")
    return frame.with_columns((pl.selectors.float() - exact).cast(pl.Float32))
