"""Milestones in groups, so that a drawing holds no more of them than a reader can tell apart."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from simlab.analysis.lock import Milestone

MODELS, RESEARCH, MEANS, BINDING = "Models", "Research", "Compute and money", "What binds"

KINDS = {
    "horizon_50_minutes": MODELS,
    "horizon_80_minutes": MODELS,
    "run_flop": MODELS,
    "effective_flop": MODELS,
    "algorithmic_gain_nats": RESEARCH,
    "progress_nats_per_day": RESEARCH,
    "automated_work_fraction": RESEARCH,
    "world_h100e": MEANS,
    "spending_fraction": MEANS,
    "tokens_unserved_fraction": BINDING,
    "stock_unpowered_fraction": BINDING,
    "orders_unmade_fraction": BINDING,
    "work_unverified_fraction": BINDING,
}
"""What a measure is about."""

ORDER = (MODELS, RESEARCH, MEANS, BINDING)


def by_kind(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Mapping[str, Any]]]:
    """Rows with a `measure` by their kind, kinds in ORDER, rows as they came; a kind without rows is left out.

    >>> list(by_kind([{"measure": "spending_fraction"}, {"measure": "run_flop"}]))
    ['Models', 'Compute and money']
    """
    kinds = {kind: [row for row in rows if kind_name(row["measure"]) == kind] for kind in ORDER}
    return {kind: found for kind, found in kinds.items() if found}


def in_order(rows: Iterable[Mapping[str, Any]], milestones: Sequence[Milestone]) -> list[Mapping[str, Any]]:
    """Rows with a `milestone` kind by kind, within a kind in the scenario's order, which sets like beside like."""
    places = {milestone.name: place for place, milestone in enumerate(milestones)}
    return sorted(rows, key=lambda row: (ORDER.index(kind_name(row["measure"])), places[row["milestone"]]))


def kind_name(measure: str) -> str:
    """The kind of a measure."""
    return KINDS.get(measure, MODELS)


def kind_of(milestone: Milestone) -> str:
    """The kind of a milestone."""
    return kind_name(milestone.measure)
