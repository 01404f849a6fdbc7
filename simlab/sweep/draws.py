"""The draws behind the samples of a study, made again from its lock: a folder keeps the values, not the draws.

Values of correlated parameters move together, draws never do, and their distribution is known: so whoever asks what
drives an outcome asks for the draws.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs import points


def design_of(written: Mapping[str, Any]) -> DesignSpec:
    """The design that a lock has written down: kind, factors, n_levels.

    Raises:
        StudyError: it is not written as designs are.
    """
    try:
        factors = tuple(Factor(**entry) for entry in written["factors"])
        return DesignSpec(written["kind"], factors, written.get("n_levels", DesignSpec._field_defaults["n_levels"]))
    except (KeyError, TypeError) as error:
        raise StudyError(f"the lock's design is malformed: {error}") from error


def draws(spec: DesignSpec, seed: int, samples: Sequence[int]) -> pl.DataFrame:
    """A row a sample, in ascending order: `sample`, then the draw of each factor that is not held, by its path.

    Null where the factor is at its own value.
    """
    paths = [factor.path for factor in spec.factors if not factor.is_held]
    wanted = np.unique(np.asarray(samples, dtype=np.int64))
    table = np.full((wanted.size, len(paths)), np.nan)
    found = points(spec, seed, int(wanted[0]), int(wanted[-1]) + 1)
    row, chosen = 0, set(wanted.tolist())
    for sample, point in enumerate(found, int(wanted[0])):
        if sample in chosen:
            table[row] = [point.uniforms.get(path, np.nan) for path in paths]
            row += 1
    columns = {path: table[:, i] for i, path in enumerate(paths)}
    return pl.DataFrame({"sample": wanted} | columns).with_columns(pl.col(paths).fill_nan(None))
