"""What was discovered as tables: the boxes, the way to them, and what each run answered."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl

from simlab.analysis.discover import Answered
from simlab.analysis.discover_words import condition, name_of, origins_of
from simlab.analysis.lock import Lock
from simlab.analysis.prim import Box, Restriction

_BOX: dict[str, Any] = {
    "box": pl.Int64,
    "n_runs": pl.Int64,
    "n_cases": pl.Int64,
    **dict.fromkeys(("coverage", "density", "mass", "likelihood_gain_nats"), pl.Float64),
    **dict.fromkeys(("factor", "name", "unit", "condition"), pl.String),
    **dict.fromkeys(("low", "high"), pl.Float64),
    "options": pl.List(pl.String),
    **dict.fromkeys(("whole_low", "whole_high", "chance", "returned_fraction"), pl.Float64),
}
_TRAJECTORY: dict[str, Any] = {
    **dict.fromkeys(("box", "step"), pl.Int64),
    **dict.fromkeys(("coverage", "density", "mass"), pl.Float64),
    **dict.fromkeys(("n_restricted", "n_runs", "n_cases"), pl.Int64),
    "likelihood_gain_nats": pl.Float64,
    "is_chosen": pl.Boolean,
    "conditions": pl.String,
}


def box_table(found: Answered, lock: Lock) -> pl.DataFrame:
    """A row a box and restriction, the least likely to be chance first.

    low and high are limits in the factor's unit, null where there is none; options are those of a switch that
    are inside; whole_low and whole_high are the ends of the factor over all runs that answer. chance is the
    quasi-p-value, returned_fraction the share of halves of the runs in which the factor was restricted again.
    """
    rows = [
        {"box": number, **_of_box(box), **_of_restriction(each, found, lock)}
        for number, box in enumerate(found.discovery.boxes, 1)
        for each in box.restrictions
    ]
    return pl.DataFrame(rows, schema=_BOX)


def _of_box(box: Box) -> dict[str, Any]:
    return {name: getattr(box, name) for name in ("n_runs", "n_cases", "coverage", "density", "mass")} | {
        "likelihood_gain_nats": box.likelihood_gain_nats
    }


def _of_restriction(each: Restriction, found: Answered, lock: Lock) -> dict[str, Any]:
    origin, column = origins_of(lock).get(each.factor), found.factors[each.factor]
    unit = origin.unit if origin else ""
    whole = (column.min(), column.max()) if not each.options else (None, None)
    return {
        "factor": each.factor,
        "name": name_of(each.factor, unit),
        "unit": unit,
        "condition": condition(each, lock),
        "low": each.low,
        "high": each.high,
        "options": list(each.options) or None,
        "whole_low": whole[0],
        "whole_high": whole[1],
        "chance": each.chance,
        "returned_fraction": each.returned_fraction,
    }


def trajectory_table(found: Answered, lock: Lock) -> pl.DataFrame:
    """A row a box and step on the way to it: the whole is step 0, and every step is a box that could be told."""
    return pl.DataFrame(list(_steps(found, lock)), schema=_TRAJECTORY)


def _steps(found: Answered, lock: Lock) -> Iterator[dict[str, Any]]:
    for number, search in enumerate(found.discovery.searches, 1):
        for step, box in enumerate(search.trajectory):
            yield _of_box(box) | {
                "box": number,
                "step": step,
                "n_restricted": len(box.restrictions),
                "is_chosen": step == search.step,
                "conditions": "; ".join(condition(each, lock) for each in box.restrictions) or "none",
            }


def run_table(found: Answered) -> pl.DataFrame:
    """A row a run that answers: its keys, is_case, and the box it lies in (null: in none)."""
    boxes = np.zeros(found.n_runs, np.int64)
    for number, box in enumerate(found.discovery.boxes, 1):
        boxes[(boxes == 0) & box.inside(found.factors)] = number
    return found.answers.table.with_columns(box=pl.Series(boxes).replace(0, None))
