"""What a reader should take home, a sentence a topic, each computed from the tables and leading to its section."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import polars as pl

from simlab.analysis import labs
from simlab.analysis.headline import SKILL, Headline
from simlab.analysis.lock import Lock
from simlab.analysis.milestones import milestone_dates
from simlab.analysis.policies import paired_differences
from simlab.analysis.study import Study
from simlab.report.figures.milestone_kinds import BINDING, MODELS, RESEARCH, by_kind, in_order
from simlab.report.figures.milestones import middle, when
from simlab.report.figures.policies import largest_shift, shift_words
from simlab.report.figures.rivals import lag_words
from simlab.report.words import listed, percent, until

Row = Mapping[str, Any]

POLICIES_TOLD = 3


class Finding(NamedTuple):
    """What there is to say of a topic, a line each, and the section that shows more."""

    topic: str
    key: str
    lines: Sequence[str]


def findings(study: Study, reference: Study, found: Headline) -> list[Finding]:
    """What the runs of the reference policy say, then what the other policies change."""
    lock = study.lock
    rows = in_order(milestone_dates(reference).iter_rows(named=True), lock.milestones) if lock.milestones else []
    told = [*_of_milestones(by_kind(rows), lock), *_of_labs(reference)]
    return [*told, *(_of_policies(study, found) if len(study.policies) > 1 else [])]


def _of_milestones(kinds: Mapping[str, Sequence[Row]], lock: Lock) -> Iterator[Finding]:
    skills = [row for row in kinds.get(MODELS, []) if row["measure"].startswith(SKILL)]
    if skills:
        yield Finding("Models", "when", _told(skills, lock))
    if RESEARCH in kinds:
        yield Finding("Research", "when", _told(_farthest(kinds[RESEARCH]), lock))
    if BINDING in kinds:
        told = [f"{_short(row['title'])} in {_chance(row, lock)}" for row in kinds[BINDING]]
        yield Finding("What binds", "when", [f"Before {until(lock.end)}, of the runs: {listed(told)}."])


def _told(rows: Sequence[Row], lock: Lock) -> list[str]:
    return [f"{row['title']}: {when(row, lock)}" for row in rows]


def _farthest(rows: Sequence[Row]) -> list[Row]:
    """For each measure the last mark that half of the runs reach, or its first."""
    measures = {row["measure"]: [other for other in rows if other["measure"] == row["measure"]] for row in rows}
    return [([row for row in marks if row["p50_days"] is not None] or marks[:1])[-1] for marks in measures.values()]


def _short(title: str) -> str:
    """The beginning of a title, up to the colon behind which it says what it means."""
    words = title.partition(":")[0]
    return words[:1].lower() + words[1:]


def _chance(row: Row, lock: Lock) -> str:
    share = percent(1 - row["never_fraction"])
    return share if row["p50_days"] is None else f"{share} ({middle(row, lock)})"


def _of_labs(reference: Study) -> Iterator[Finding]:
    lag = labs.lag_bands(reference.series) if len(reference.labs) > 1 else None
    if lag is not None and lag.height > 1:
        yield Finding("Rivals", "labs", [lag_words(lag)])


def _of_policies(study: Study, found: Headline) -> Iterator[Finding]:
    """What each of the first few policies does to the milestone of the headline."""
    milestone = found.milestone
    if milestone is None:
        return
    outcome = f"{milestone['milestone']}_days"
    differences = paired_differences(study)
    rows = differences.filter(pl.col("outcome") == outcome).rows(named=True)
    told = [f"“{row['policy']}”: {shift_words(row)}" for row in rows[:POLICIES_TOLD] if row["n_pairs"]]
    if told:
        more = [f"and {len(rows) - POLICIES_TOLD} more below"]
        late = f"counting what is not reached by {until(study.lock.end)} as then"
        words = f"Against “{study.policies[0]}”, “{milestone['title']}”, {late}:"
        largest = largest_shift(differences, {f"{known.name}_days": known.title for known in study.lock.milestones})
        yield Finding("Policies", "policies", [words, *told, *(more if len(rows) > POLICIES_TOLD else []), largest])
