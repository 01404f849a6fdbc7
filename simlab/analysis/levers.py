"""What levers did and when: the first and the last act of each lever of each policy, over the runs."""

import polars as pl

LEVER = ("policy", "lever", "kind", "lab", "nation")


def acts(levers: pl.DataFrame) -> pl.DataFrame:
    """A row a policy and lever, in the order of their beginning.

    Columns: LEVER (null where it acts on no lab, or no nation), n_runs, begins (date, the median run’s), begins_p10 and
    begins_p90, and ends (the median run’s last act; null where a lever acts once and for all), amount (the median run’s
    first).
    """
    whom = pl.col("lab", "nation", "kind").cast(pl.String)
    runs = levers.with_columns(whom).sort("time_days", maintain_order=True)
    of_runs = runs.group_by("run_id", *LEVER, maintain_order=True).agg(
        first=pl.col("date").first(),
        last=pl.when(pl.len() > 1).then(pl.col("date").last()),
        amount=pl.col("amount").first(),
    )
    days = [_day("first", q).alias(name) for name, q in BEGINS.items()]
    ends = _day("last", 0.5).alias("ends")
    table = of_runs.group_by(*LEVER, maintain_order=True).agg(
        pl.len().alias("n_runs"), *days, ends, pl.col("amount").median()
    )
    return table.sort("begins", "policy", "lever", maintain_order=True)


def _day(name: str, share: float) -> pl.Expr:
    return pl.col(name).quantile(share, "nearest").cast(pl.Date)


BEGINS = {"begins": 0.5, "begins_p10": 0.1, "begins_p90": 0.9}
