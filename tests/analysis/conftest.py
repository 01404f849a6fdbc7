from datetime import date
from pathlib import Path

import polars as pl
import pytest

from simlab.analysis.lock import Lock, Milestone
from simlab.analysis.study import TOTAL, Study


def make_lock(milestones=("day",), policies=("baseline",)) -> Lock:
    return Lock(
        name="tiny",
        title="Tiny",
        about="",
        start=date(2025, 1, 1),
        end=date(2026, 1, 1),
        seed=0,
        fingerprint="f",
        versions={},
        policies=tuple(policies),
        milestones=tuple(Milestone(name, name.title(), "horizon_50_minutes", 480.0) for name in milestones),
        origins=(),
        sources={},
        scenario={},
    )


def make_study(outcomes: pl.DataFrame, milestones=("day",), policies=("baseline",)) -> Study:
    keys = outcomes.select("run_id", "policy", "sample", "replicate")
    return Study(
        folder=Path(),
        lock=make_lock(milestones, policies),
        design=keys,
        runs=keys.with_columns(state=pl.lit("ok"), error=pl.lit(None, pl.String), seconds=pl.lit(1.0)),
        outcomes=outcomes,
        series=pl.LazyFrame(),
        graveyard=pl.DataFrame(),
    )


def outcomes_of(policy="baseline", **columns) -> pl.DataFrame:
    n = len(next(iter(columns.values())))
    keys = {"run_id": [f"{policy}-s{i:04d}-r0" for i in range(n)], "policy": [policy] * n}
    return pl.DataFrame(keys | {"sample": range(n), "replicate": [0] * n} | columns)


def with_labs(frame: pl.DataFrame) -> pl.LazyFrame:
    labs = frame["lab"].unique(maintain_order=True).to_list()
    return frame.with_columns(pl.col("lab").cast(pl.Enum([TOTAL, *labs]))).lazy()


@pytest.fixture
def study_of():
    """A function (outcomes, milestones, policies) -> Study."""
    return make_study


@pytest.fixture
def outcomes():
    """A function (policy, **columns) -> outcomes of one policy, a row a sample."""
    return outcomes_of


@pytest.fixture
def labs():
    """A function that makes a frame with a column lab the series of a study."""
    return with_labs
