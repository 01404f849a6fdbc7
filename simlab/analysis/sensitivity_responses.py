"""What may be driven: the outcomes of a study under one policy, or what one policy changes against another.

A milestone is two outcomes. `<milestone>_days` is its restricted date: the horizon where a run does not reach it, so
that runs that never do are not left out (what moves a date beyond the horizon is not seen). `<milestone>_reached` is 1
where it is reached and 0 where not, so its mean is the share reached.
"""

from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.policies import outcome_names
from simlab.analysis.study import NOT_RUN, Study

DAYS, REACHED = "_days", "_reached"
FINISHED = "finished"


class Response(NamedTuple):
    """One number a run."""

    name: str
    title: str
    unit: str
    subject: str
    """The milestone or outcome it is a side of."""
    samples: NDArray[np.int64]
    """Shape (n_samples,), ascending."""
    values: NDArray[np.float64]
    """Shape (n_samples, n_replicates), NaN where a run has no number."""
    is_done: NDArray[np.bool_]
    """The same shape: whether the run has ended, well or not."""


def response_names(study: Study) -> dict[str, list[str]]:
    """What may be asked for, and the responses it means: a milestone's own name means both its sides."""
    sides = {m.name: [m.name + DAYS, m.name + REACHED] for m in study.lock.milestones}
    single = [name for both in sides.values() for name in both] + outcome_names(study)
    return sides | {name: [name] for name in single}


def response(study: Study, name: str, policy: str, against: str | None = None) -> Response:
    """One outcome of every planned sample and replicate under `policy`; with `against`, minus the other's, pairwise."""
    samples, values, is_done = _matrix(study, name, policy)
    if against is not None:
        others, theirs, are_done = _matrix(study, name, against)
        both = np.intersect1d(samples, others)
        n = min(values.shape[1], theirs.shape[1])
        ours, their = np.isin(samples, both), np.isin(others, both)
        values, is_done = values[ours, :n] - theirs[their, :n], is_done[ours, :n] & are_done[their, :n]
        samples = both
    return Response(name, *_words(study, name), samples, values, is_done)


def finished(study: Study, policy: str) -> Response:
    """1 for every finished run under `policy`, no number for the others."""
    return Response(FINISHED, "finished", "", FINISHED, *_matrix(study, FINISHED, policy))


def _words(study: Study, name: str) -> tuple[str, str, str]:
    for milestone in study.lock.milestones:
        if name == milestone.name + DAYS:
            return milestone.title, "days", milestone.name
        if name == milestone.name + REACHED:
            return f"{milestone.title}: whether reached", "share", milestone.name
    return name.replace("_", " "), "", name


def _matrix(study: Study, name: str, policy: str) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
    """The samples, and for each of their replicates the number and whether the run has ended."""
    keys = study.runs.filter(pl.col("policy") == policy).select("run_id", "sample", "replicate", "state")
    finished = study.outcomes.select("run_id", _value(study, name))
    table = keys.join(finished, on="run_id", how="left", maintain_order="left")
    samples, row = np.unique(table["sample"].to_numpy(), return_inverse=True)
    place = row, table["replicate"].to_numpy()
    values = np.full((samples.size, int(place[1].max()) + 1), np.nan)
    values[place] = table["value"].fill_null(np.nan).to_numpy()
    is_done = np.zeros(values.shape, dtype=np.bool_)
    is_done[place] = (table["state"] != NOT_RUN).to_numpy()
    return samples, values, is_done


def _value(study: Study, name: str) -> pl.Expr:
    """The outcome of a finished run as a number."""
    if name == FINISHED:
        return pl.lit(1.0).alias("value")
    milestones = {m.name for m in study.lock.milestones}
    if name.removesuffix(REACHED) in milestones:
        return pl.col(name.removesuffix(REACHED) + DAYS).is_not_null().cast(pl.Float64).alias("value")
    number = pl.col(name).cast(pl.Float64)
    return (number.fill_null(study.horizon_days) if name.removesuffix(DAYS) in milestones else number).alias("value")
