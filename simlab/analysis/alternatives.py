"""What is compared: the policies of one study, or every policy of several studies, on common ground."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

import polars as pl

from simlab.analysis.lock import Lock, Milestone
from simlab.analysis.policies import outcome_names
from simlab.analysis.study import Study
from simlab.errors import StudyError


@dataclass(frozen=True, slots=True)
class Alternative:
    """One policy of one study, by the name under which it is told."""

    name: str
    world: str
    """The name of its study."""
    policy: str
    study: Study
    """The study as if it had no other policy."""


class Comparison(NamedTuple):
    """Alternatives on common ground."""

    alternatives: Sequence[Alternative]
    """With the same start, end and milestones. The others are compared with the first."""
    notes: Sequence[str]
    """What had to be left out, and what to keep in mind."""
    numbers_compare: bool
    """Whether the numbers at the end of the runs may be compared, and not only milestones."""


def alternatives_of(studies: Sequence[Study]) -> list[Alternative]:
    """Every policy of every study. Of one study they are called by policy, of several by study and policy.

    Raises:
        StudyError: there is but one alternative, so nothing to compare.
    """
    names = _names(studies)
    found = [
        Alternative(_called(name, policy, study, len(studies)), name, policy, study.of_policy(policy))
        for name, study in zip(names, studies, strict=True)
        for policy in study.policies
        if not study.of_policy(policy).outcomes.is_empty()
    ]
    if len(found) < 2:
        only = found[0].name if found else "none"
        raise StudyError(f"one alternative only, {only}: name a study of several policies, or another study")
    return found


def _called(name: str, policy: str, study: Study, n_studies: int) -> str:
    if n_studies == 1:
        return policy
    return name if len(study.policies) == 1 else f"{name}:{policy}"


def _names(studies: Sequence[Study]) -> list[str]:
    """The studies by the names of their scenarios, those of one name by the names of their folders."""
    counts = Counter(study.lock.name for study in studies)
    return [study.lock.name if counts[study.lock.name] == 1 else study.folder.name for study in studies]


def on_common_ground(alternatives: Sequence[Alternative]) -> Comparison:
    """The alternatives up to the earliest end, with the milestones that all of them define alike.

    Raises:
        StudyError: they begin on different days, so that no date of one is a date of the other; or no outcome is
            common to them.
    """
    locks = [alternative.study.lock for alternative in alternatives]
    starts = sorted({lock.start for lock in locks})
    if len(starts) > 1:
        raise StudyError(f"these begin on different days, {starts[0]} to {starts[-1]}, so nothing can be compared")
    shared, notes = _shared_milestones(alternatives)
    notes += _chosen_points(alternatives)
    ends = sorted({lock.end for lock in locks})
    if len(ends) > 1:
        until = f"These end between {ends[0]} and {ends[-1]}: milestones are compared up to {ends[0]}"
        notes.append(f"{until}, numbers at the end not at all.")
    codes = {tuple(text for name, text in lock.versions.items() if "hash" in name) for lock in locks}
    if len(codes) > 1:
        notes.append("These were made by different versions of the model: differences may be the versions’.")
    cut = [replace(alternative, study=_cut(alternative.study, ends[0], shared)) for alternative in alternatives]
    if not shared and (len(ends) > 1 or not common_outcomes(cut)):
        raise StudyError("these studies have no outcome in common that could be compared")
    return Comparison(cut, notes, len(ends) == 1)


def _chosen_points(alternatives: Sequence[Alternative]) -> list[str]:
    """What to keep in mind of studies whose points are chosen and not drawn."""
    chosen = list(dict.fromkeys(one.world for one in alternatives if not one.study.lock.is_drawn))
    about = "points are chosen and not drawn: shares and intervals are of these points, and no forecast"
    return [f"{', '.join(chosen)}: the {about}."] if chosen else []


def _shared_milestones(alternatives: Sequence[Alternative]) -> tuple[list[Milestone], list[str]]:
    """The milestones that all have with the same measure and threshold, and what is said of the others."""
    locks = {alternative.world: alternative.study.lock for alternative in alternatives}
    every: dict[str, Milestone] = {}
    for lock in locks.values():
        every = {milestone.name: milestone for milestone in lock.milestones} | every
    shared, notes = [], []
    for name, milestone in every.items():
        lacking = [world for world, lock in locks.items() if name not in {known.name for known in lock.milestones}]
        if lacking:
            notes.append(f"Milestone {name} is left out: {', '.join(lacking)} has none of that name.")
        elif len({_definition(lock, name) for lock in locks.values()}) > 1:
            notes.append(f"Milestone {name} is left out: the studies define it differently.")
        else:
            shared.append(milestone)
    return shared, notes


def _definition(lock: Lock, name: str) -> tuple[str, float]:
    (milestone,) = (known for known in lock.milestones if known.name == name)
    return milestone.measure, milestone.threshold


def _cut(study: Study, end: date, milestones: Sequence[Milestone]) -> Study:
    """The study as if it had ended earlier: what is reached later is not seen."""
    lock = replace(study.lock, end=end, milestones=tuple(milestones))
    horizon_days = float((end - lock.start).days)
    days = [pl.col(f"{milestone.name}_days") for milestone in milestones]
    seen = [pl.when(day <= horizon_days).then(day) for day in days]
    return replace(study, lock=lock, outcomes=study.outcomes.with_columns(seen))


def common_outcomes(alternatives: Sequence[Alternative]) -> list[str]:
    """The results that all alternatives have, milestones first, in the order of the first."""
    known = [set(outcome_names(alternative.study)) for alternative in alternatives]
    return [name for name in outcome_names(alternatives[0].study) if all(name in names for names in known)]
