"""Everything that `simlab compare` finds, as tables."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import polars as pl

from simlab.analysis.alternatives import Alternative, Comparison
from simlab.analysis.differences import PAIR
from simlab.analysis.milestones import MONTH_DAYS, milestone_dates, reached_curves
from simlab.analysis.pairing import differences_to_first
from simlab.analysis.policies import outcome_means
from simlab.analysis.precision import runs_needed
from simlab.analysis.regret import Preference, Worlds, regret_table
from simlab.analysis.study import Study


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the analyst asks for beside the differences."""

    preferences: Sequence[Preference] = ()
    half_days: float = MONTH_DAYS
    """Half width of the interval of a milestone's shift for which draws are counted."""
    half_fraction: float = 0.05
    """The same of another number, as a share of its mean under the first alternative."""


@dataclass(frozen=True, slots=True)
class Found:
    """The tables, each with its alternatives in a column `alternative` or `policy`."""

    names: Sequence[str]
    """The alternatives; the others are compared with the first."""
    dates: pl.DataFrame
    """`milestone_dates` of each alternative."""
    curves: pl.DataFrame
    """`reached_curves` of each alternative."""
    differences: pl.DataFrame
    means: pl.DataFrame
    """outcome, mean: of the numbers under the first alternative."""
    needed: pl.DataFrame
    regrets: pl.DataFrame
    notes: Sequence[str]

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """What is worth keeping in files, by name."""
        named = ("dates", "curves", "differences", "needed", "regrets")
        tables = {f"compare_{name}": getattr(self, name) for name in named}
        return {name: table for name, table in tables.items() if table.height}


def found(comparison: Comparison, wanted: Wanted) -> Found:
    """All tables of a comparison; alternatives that are the first one again, run for run, are left out and told."""
    differences, unfair = differences_to_first(comparison)
    twins = _twins(comparison, differences)
    kept = [alternative for alternative in comparison.alternatives if alternative.name not in twins]
    beside, told = _side_by_side(kept, unfair)
    differences = differences.filter(~pl.col("policy").is_in(twins))
    means = outcome_means(kept[0].study)
    return Found(
        names=[alternative.name for alternative in kept],
        dates=_of_each(beside, milestone_dates),
        curves=_of_each(beside, reached_curves),
        differences=differences,
        means=means,
        needed=runs_needed(differences, means, wanted.half_days, wanted.half_fraction),
        regrets=_regrets(comparison, [alternative for alternative in kept if alternative.name not in unfair], wanted),
        notes=[*comparison.notes, *_told(twins, unfair, kept[0].name), *told],
    )


def _twins(comparison: Comparison, differences: pl.DataFrame) -> list[str]:
    """Alternatives of other studies that equal the first in every outcome of every pair, as baselines do."""
    first, *others = comparison.alternatives
    foreign = [other.name for other in others if other.world != first.world]
    same = differences.group_by("policy", maintain_order=True).agg(
        ((pl.col("same_fraction") == 1) & pl.col("paired_sd").is_not_null()).all()
    )
    names = [name for name, is_same in same.iter_rows() if is_same and name in foreign]
    return names if len(names) < len(others) else []


def _told(twins: Sequence[str], unfair: Mapping[str, str], first: str) -> list[str]:
    same = [f"{', '.join(twins)}: the same as {first} in every pair of runs, so told once."] if twins else []
    return same + [
        f"{name} is compared with {first} run by run without pairs, which takes many more draws: {reason}."
        for name, reason in unfair.items()
    ]


def _regrets(comparison: Comparison, kept: Sequence[Alternative], wanted: Wanted) -> pl.DataFrame:
    worlds = worlds_of(comparison, kept)
    n_choices = min(len(alternatives) for alternatives in worlds.values())
    return regret_table(worlds, wanted.preferences if n_choices > 1 else ())


def worlds_of(comparison: Comparison, kept: Sequence[Alternative]) -> Worlds:
    """In what worlds which alternatives are judged.

    Several studies with at least two policies in common: each study is a named world, and the policies are what there
    is to choose from. Otherwise there is one world, and all of `kept` are, which must be pairs of one another.
    """
    worlds: dict[str, dict[str, pl.DataFrame]] = {}
    for alternative in comparison.alternatives:
        worlds.setdefault(alternative.world, {})[alternative.policy] = alternative.study.outcomes
    shared = reduce(lambda a, b: a & b, (set(policies) for policies in worlds.values()))
    if len(worlds) > 1 and len(shared) > 1:
        order = [policy for policy in next(iter(worlds.values())) if policy in shared]
        return {world: {policy: policies[policy] for policy in order} for world, policies in worlds.items()}
    return {"all": {alternative.name: alternative.study.outcomes for alternative in kept}}


def _of_each(kept: Sequence[Alternative], table_of: Callable[[Study], pl.DataFrame]) -> pl.DataFrame:
    """One table of all alternatives, a column `alternative` in front; none where they have no milestones."""
    with_dates = [alternative for alternative in kept if alternative.study.lock.milestones]
    frames = [table_of(a.study).select(pl.lit(a.name).alias("alternative"), pl.all()) for a in with_dates]
    return pl.concat(frames) if frames else pl.DataFrame()


def _side_by_side(kept: Sequence[Alternative], unfair: Mapping[str, str]) -> tuple[list[Alternative], list[str]]:
    """The alternatives in the worlds that all paired ones finished, so that medians differ for no other reason."""
    paired = [alternative.study.outcomes.select(PAIR) for alternative in kept if alternative.name not in unfair]
    shared = reduce(lambda a, b: a.join(b, on=PAIR, how="semi"), paired)
    most = max(pairs.height for pairs in paired)
    if shared.is_empty() or shared.height == most:
        return list(kept), []
    told = f"Dates and curves are of the {shared.height} runs that all paired alternatives finished; some have more."
    return [a if a.name in unfair else replace(a, study=_only(a.study, shared)) for a in kept], [told]


def _only(study: Study, pairs: pl.DataFrame) -> Study:
    return replace(study, outcomes=study.outcomes.join(pairs, on=PAIR, how="semi", maintain_order="left"))
