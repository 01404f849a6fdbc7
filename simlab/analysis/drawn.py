"""What the samples of a study drew: its factors, and their draws made again from its lock."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.study import Study
from simlab.errors import StudyError
from simlab.sweep.draws import design_of, draws

Array = NDArray[np.float64]


class Drawn(NamedTuple):
    """The factors of a study and what each sample draws of them."""

    kind: str
    """Of the design."""
    factors: Sequence[str]
    n_options: Sequence[int]
    """Of a switch, or of a number that takes given values; 0 of a number with a distribution."""
    is_ordered: Sequence[bool]
    """Not of a switch with three options or more."""
    samples: NDArray[np.int64]
    """Shape (n_samples,), ascending."""
    draws: Array
    """Shape (n_samples, n_factors), NaN where a factor is at its own value."""


def read_drawn(study: Study) -> Drawn:
    """The draws of all samples of the study.

    Raises:
        StudyError: nothing was varied, or the values on disk are not those that follow from the draws: the study was
            made by other code of the designs.
    """
    spec = design_of(study.lock.design)
    free = [factor for factor in spec.factors if not factor.is_held]
    if not free:
        raise StudyError(f"{study.folder}: this study varies nothing, so nothing drives it but luck")
    frame = draws(spec, study.lock.seed, study.design["sample"].unique().to_list())
    paths = [factor.path for factor in free]
    values = study.design.select(pl.col(path) for path in paths if path in study.design.columns)
    found = Drawn(
        spec.kind,
        paths,
        [factor.n_options for factor in free],
        [factor.n_options <= 2 or _is_number(values, factor.path) for factor in free],
        frame["sample"].to_numpy(),
        frame.select(paths).fill_null(np.nan).to_numpy(),
    )
    _require_fit(study, found)
    return found


def _is_number(values: pl.DataFrame, path: str) -> bool:
    return path in values.columns and values[path].dtype.is_numeric()


def has_factors(study: Study, policy: str, drawn: Drawn) -> list[bool]:
    """Which of the factors there are under `policy`: it may set a number that others leave uncertain."""
    mine = study.design.filter(pl.col("policy") == policy)
    return [path not in mine.columns or mine[path].null_count() < mine.height for path in drawn.factors]


def _require_fit(study: Study, drawn: Drawn) -> None:
    """Values rise with their draws; only correlated ones need not, and they are few."""
    first = study.design.filter(pl.col("policy") == study.design["policy"][0]).unique("sample").sort("sample")
    rows = np.searchsorted(drawn.samples, first["sample"].to_numpy())
    fits = [
        _rises(drawn.draws[rows, i], first[path].cast(pl.Float64).fill_null(np.nan).to_numpy())
        for i, path in enumerate(drawn.factors)
        if path in first.columns and first[path].dtype.is_numeric()
    ]
    if fits and np.mean(fits) < 0.5:
        raise StudyError(
            f"{study.folder}: its values are not what its draws give with this code of simlab, so nothing can be said "
            "of its draws; use the simlab that made it, or run it again"
        )


def _rises(draws: Array, values: Array) -> bool:
    known = np.isfinite(draws) & np.isfinite(values)
    in_order = values[known][np.argsort(draws[known], kind="stable")]
    return bool((np.diff(in_order) >= 0.0).all() or (np.diff(in_order) <= 0.0).all())
