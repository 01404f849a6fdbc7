"""Alternatives of several studies, run by run where that is fair.

Draws are keyed by the names of parameters and luck by seed, sample and replicate, so two studies with one seed meet
the same worlds as far as they share parameters. That is checked, not believed: where a parameter that both describe
alike has other values in the design of the other, their runs are not pairs.
"""

from typing import Any

import polars as pl

from simlab.analysis.alternatives import Alternative, Comparison, common_outcomes
from simlab.analysis.differences import PAIR, difference, side
from simlab.analysis.policies import SCHEMA, difference_row, milestone_columns
from simlab.analysis.study import RUN_KEYS, Study

LUCK = "luck"
"""The column of a design that says whose luck a run met."""


def why_unpaired(ours: Alternative, theirs: Alternative) -> str:
    """Why runs of one sample and replicate are no pairs; empty where they share luck and draws."""
    first, second = ours.study, theirs.study
    if first.lock.seed != second.lock.seed:
        return f"their seeds differ, {first.lock.seed} and {second.lock.seed}"
    both = first.design.join(second.design, on=PAIR, suffix=" of theirs")
    if both.is_empty():
        return "they have no sample and replicate in common"
    if LUCK in first.design.columns and LUCK in second.design.columns and _differs(both, LUCK):
        return "runs of one sample meet different luck"
    alike, n_known = _alike(first, second), min(len(_factors(first)), len(_factors(second)))
    if n_known and not alike:
        return "they describe no uncertain parameter alike, so nothing shows that they share draws"
    moved = [name for name in alike if _differs(both, name)]
    more = f" and {len(moved) - 1} more" if len(moved) > 1 else ""
    return f"their draws of {moved[0]}{more} differ" if moved else ""


def _differs(both: pl.DataFrame, name: str) -> bool:
    if both.schema[name] != both.schema[f"{name} of theirs"]:
        return True
    theirs = pl.col(f"{name} of theirs")
    known = both.filter(pl.col(name).is_not_null() & theirs.is_not_null())
    return not known.filter(pl.col(name) != theirs).is_empty()


def _alike(first: Study, second: Study) -> list[str]:
    """The uncertain parameters that both studies describe by the same distribution."""
    described = [
        {o.path: (o.value, o.unit, o.low, o.high, o.dist) for o in study.lock.origins} for study in (first, second)
    ]
    shared = [name for name in _factors(first) if name in set(_factors(second))]
    return [name for name in shared if described[0].get(name) == described[1].get(name)]


def _factors(study: Study) -> list[str]:
    return [name for name in study.design.columns if name not in (*RUN_KEYS, LUCK)]


def differences_to_first(comparison: Comparison) -> tuple[pl.DataFrame, dict[str, str]]:
    """The table of `simlab.analysis.policies.paired_differences` with alternatives as its policies, against the first.

    Beside it, for each alternative whose runs are no pairs of the first's, why; its rows are those of
    `simlab.analysis.differences.unpaired`.
    """
    first, *others = comparison.alternatives
    outcomes = [
        name
        for name in common_outcomes(comparison.alternatives)
        if comparison.numbers_compare or name in milestone_columns(first.study)
    ]
    rows, unfair = [], {}
    for other in others:
        reason = why_unpaired(other, first)
        unfair |= {other.name: reason} if reason else {}
        rows += [_row(other, first, outcome, is_paired=not reason) for outcome in outcomes]
    table = pl.DataFrame(rows, schema=SCHEMA)
    return table.with_columns(pl.col("paired_sd", "unpaired_sd").fill_nan(None)), unfair


def _row(ours: Alternative, theirs: Alternative, outcome: str, *, is_paired: bool) -> dict[str, Any]:
    horizon = theirs.study.horizon_days if outcome in milestone_columns(theirs.study) else None
    tables = [side(alternative.study.outcomes, outcome, horizon) for alternative in (ours, theirs)]
    return difference_row(theirs.study, ours.name, outcome, difference(tables[0], tables[1], is_paired=is_paired))
