"""What drives the outcomes of a study, by whatever its design can tell.

  one_at_a_time                  a tornado (tornado.py)
  morris                         elementary effects (morris.py)
  saltelli                       first-order and total Sobol' indices (sobol_indices.py)
  latin_hypercube, sobol, grid   first-order indices and rank correlations from the sample (given_data.py)

Beside them, where samples are independent draws: how much of the variance is luck (luck.py), and how much better the
means are known with control variates (control_variates.py).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.control_variates import ControlledMean, control_variate_mean
from simlab.analysis.drawn import Drawn
from simlab.analysis.given_data import given_data
from simlab.analysis.lock import DRAWN
from simlab.analysis.luck import LuckSplit, luck_split
from simlab.analysis.morris import SCHEMA as MORRIS_SCHEMA
from simlab.analysis.morris import morris
from simlab.analysis.sensitivity_failures import too_many_missing
from simlab.analysis.sensitivity_responses import Response
from simlab.analysis.sobol_indices import SCHEMA as SOBOL_SCHEMA
from simlab.analysis.sobol_indices import in_blocks, sobol_indices
from simlab.analysis.tornado import tornado

Array = NDArray[np.float64]

ONE_AT_A_TIME, MORRIS, SALTELLI = "one_at_a_time", "morris", "saltelli"


class Drivers(NamedTuple):
    """What drives one outcome: a row a factor, or a factor and end, in the schema of the design's own measure."""

    response: Response
    table: pl.DataFrame
    luck: LuckSplit | None
    """None where the design has no independent samples."""
    mean: ControlledMean | None
    missing: str | None
    """What to say of runs without a number, where they are many."""


def drivers(drawn: Drawn, response: Response, shown: Sequence[bool] | None = None) -> Drivers:
    """What drives `response`; `shown` says which factors there are under its policy, all if None.

    Replicates are averaged first, but for the tornado, which pairs them. A sample of which one replicate has no number
    has none.
    """
    draws, values = draws_and_values(drawn, response)
    missing = too_many_missing(draws, values, response.is_done, drawn.factors)
    table = _table(drawn, draws, response, missing)
    if shown is not None:
        there = [factor for factor, is_there in zip(drawn.factors, shown, strict=True) if is_there]
        table = table.filter(pl.col("factor").is_in(there))
    single = _independent(drawn, draws, values)
    if single is None:
        return Drivers(response, table, None, None, missing)
    mean = control_variate_mean(single[0], single[1].mean(axis=1))
    return Drivers(response, table, luck_split(single[1]), mean, missing)


def draws_and_values(drawn: Drawn, response: Response) -> tuple[Array, Array]:
    """The draws of the response's samples, shape (n_samples, n_factors), and its values, (n_samples, n_replicates)."""
    return drawn.draws[np.isin(drawn.samples, response.samples)], response.values


def _table(drawn: Drawn, draws: Array, response: Response, missing: str | None) -> pl.DataFrame:
    values, factors = response.values.mean(axis=1), drawn.factors
    if drawn.kind == ONE_AT_A_TIME:
        return tornado(draws, response.values, factors, response.samples.tolist())
    if drawn.kind == MORRIS:
        return _refused(MORRIS_SCHEMA, factors, missing) if missing else morris(draws, values, factors)
    if drawn.kind == SALTELLI:
        if missing:
            return _refused(SOBOL_SCHEMA, factors, missing)
        return sobol_indices(in_blocks(draws, values), factors)
    return given_data(draws, values, factors, drawn.n_options, drawn.is_ordered)


def _refused(schema: dict[str, type[pl.DataType]], factors: Sequence[str], reason: str) -> pl.DataFrame:
    """No number at all: indices over the runs that happen to be left would look as good as any."""
    return pl.DataFrame([{"factor": factor, "reason": reason} for factor in factors], schema=schema)


def _independent(drawn: Drawn, draws: Array, values: Array) -> tuple[Array, Array] | None:
    """The samples that are independent draws with luck of their own."""
    if drawn.kind == SALTELLI:
        step = len(drawn.factors) + 2
        return draws[::step], values[::step]
    return (draws, values) if drawn.kind in DRAWN else None


def summaries(found: Sequence[Drivers]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Luck's share and the controlled mean of each outcome that has them: a row an outcome."""
    luck = [{"outcome": d.response.name, "unit": d.response.unit} | d.luck._asdict() for d in found if d.luck]
    mean = [{"outcome": d.response.name, "unit": d.response.unit} | d.mean._asdict() for d in found if d.mean]
    return pl.DataFrame(luck, infer_schema_length=None), pl.DataFrame(mean, infer_schema_length=None)


def drivers_table(found: Sequence[Drivers]) -> pl.DataFrame:
    """The measures of all outcomes in one table."""
    words = [
        d.table.select(pl.lit(d.response.name).alias("outcome"), pl.lit(d.response.unit).alias("unit"), pl.all())
        for d in found
    ]
    return pl.concat(words)
