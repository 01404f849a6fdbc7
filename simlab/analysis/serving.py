"""A replica under load: how long requests take and what they cost, from tables of requests to a row a load."""

import math

import polars as pl

LATENCIES = ("first_token_s", "per_token_s", "request_s")
"""From asking to the first token; between two tokens from there on, mean over the request; from asking to the last."""
RUNS = 10
"""Independent runs at a load."""
_T_90 = 1.833
"""Student's two-sided 90% quantile for ten runs."""


def latencies(requests: pl.DataFrame) -> dict[str, float]:
    """Mean and 95% quantile of each of LATENCIES in one run: `first_token_s`, `first_token_p95_s` and so on.

    `requests` is a row a request: arrived_s, first_token_s, ended_s, output_tokens. A request of one token has no time
    between tokens, and is not in that.
    """
    arrived, first, ended = pl.col("arrived_s"), pl.col("first_token_s"), pl.col("ended_s")
    more = pl.col("output_tokens") - 1
    taken = requests.select(
        first_token_s=first - arrived,
        per_token_s=pl.when(more > 0).then((ended - first) / more),
        request_s=ended - arrived,
    )
    means = {name: taken[name].mean() for name in LATENCIES}
    tails = {name[:-1] + "p95_s": taken[name].quantile(0.95, "linear") for name in LATENCIES}
    return {name: math.nan if value is None else float(value) for name, value in (means | tails).items()}  # pyright: ignore[reportArgumentType]


def over_runs(runs: pl.DataFrame) -> pl.DataFrame:
    """A row a kind of requests and load: the mean of every column over the runs, `<name>_half` beside it.

    `runs` is a row a kind, load and run. The mean give or take `_half` is its 90% interval.
    """
    measures = [name for name in runs.columns if name not in {"kind", "load", "run"}]
    half = [(_T_90 * pl.col(name).std() / RUNS**0.5).alias(f"{name}_half") for name in measures]
    return runs.group_by("kind", "load", maintain_order=True).agg(pl.col(measures).mean(), *half)


def with_verdict(table: pl.DataFrame, capacity: pl.DataFrame) -> pl.DataFrame:
    """The same with `capacity_load`, the most that is served, as a load, and `is_sustained`: whether this load is less.

    `capacity` is a row a kind and run: the load at which somebody always waits. At a load that is not sustained the
    queue grows for as long as one looks.
    """
    most = capacity.group_by("kind", maintain_order=True).agg(capacity_load=pl.col("load").mean())
    return table.join(most, on="kind", maintain_order="left").with_columns(
        is_sustained=pl.col("load") < pl.col("capacity_load")
    )
