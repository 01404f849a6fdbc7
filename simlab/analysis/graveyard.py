"""The graveyard: what was buried, what it cost, and how often the decision was wrong.

Rows count lives of ideas in labs: an idea that two labs try has two lives. Ideas still alive at the end are
not in the shares, for nobody has decided about them yet. Shares are taken within each run and then averaged
over the runs.
"""

import polars as pl

from simlab.analysis.parts import Table, by_part, n_runs

ADOPTED, IN_FLIGHT = "adopted", "in_flight"

VERDICTS = {
    "no_gain_seen": "decision",
    "did_not_transfer": "decision",
    "not_convincing": "decision",
    "reverted": "decision",
    "refuted": "decision",
    "diverged": "crash",
    "crashed": "crash",
    "cancelled": "circumstance",
    "starved": "circumstance",
    "scooped": "circumstance",
    "unverified": "circumstance",
    ADOPTED: ADOPTED,
}
"""Cause of an ended life to the kind of verdict: what evidence decided, what broke, what others did."""

COSTS = ("n_ideas", "flop", "used_h100e_days", "people_days")
GAINS = ("n_truly_good", "truly_good_nats", "n_truly_bad", "truly_bad_nats")


def accounts(graveyard: Table, by: str) -> pl.DataFrame:
    """Ended lives by `by` (cause, area, rung, lab or verdict): a row a value, the commonest first.

    Columns: `by`; `<cost>_per_run`, means over the runs; `<cost>_fraction`, share of the total of all ended
    lives; `<gain>_per_run`: how many of these lives were truly good or bad ideas, and their gain added up,
    nats.
    """
    groups, runs = _sums(graveyard, "run_id", by), n_runs(graveyard)
    shares = [_share(cost) for cost in COSTS]
    # Summed and divided by all runs, not averaged: a run without such a life has no row, and counts as zero.
    per_run = [(pl.col(name).sum() / runs).alias(f"{name}_per_run") for name in (*COSTS, *GAINS)]
    mean_shares = [(pl.col(f"{cost}_fraction").sum() / runs) for cost in COSTS]
    table = groups.with_columns(shares).group_by(by, maintain_order=True).agg(*per_run, *mean_shares)
    return table.sort("n_ideas_fraction", by, descending=[True, False])


def ended_lives(graveyard: pl.DataFrame) -> pl.DataFrame:
    """The rows of lives that ended, with a column `verdict` (see VERDICTS) and `is_adopted`."""
    ended = graveyard.with_columns(pl.col("cause").str.to_lowercase()).filter(pl.col("cause") != IN_FLIGHT)
    verdict = pl.col("cause").replace_strict(VERDICTS, default="other", return_dtype=pl.String)
    return ended.with_columns(verdict=verdict, is_adopted=pl.col("cause") == ADOPTED)


def regret(graveyard: Table, by: str = "area") -> pl.DataFrame:
    """Wrong decisions by `by`: a row a value.

    Columns: good_buried_per_run and good_buried_nats_per_run (ideas that truly help, buried);
    good_buried_fraction of all truly good lives; bad_adopted_per_run, bad_adopted_nats_per_run (ideas that
    truly harm, standing adopted) and bad_adopted_fraction of all adopted lives. Fractions are of the sums
    over all runs, null where there is nothing.
    """
    runs = n_runs(graveyard)
    adopted, buried = pl.col("is_adopted"), ~pl.col("is_adopted")
    good, bad = pl.col("n_truly_good"), pl.col("n_truly_bad")
    sums = (
        _sums(graveyard, by, "is_adopted")
        .group_by(by, maintain_order=True)
        .agg(
            good_buried_per_run=good.filter(buried).sum() / runs,
            good_buried_nats_per_run=pl.col("truly_good_nats").filter(buried).sum() / runs,
            good_buried_fraction=_ratio(good.filter(buried).sum(), good.sum()),
            bad_adopted_per_run=bad.filter(adopted).sum() / runs,
            bad_adopted_nats_per_run=pl.col("truly_bad_nats").filter(adopted).sum() / runs,
            bad_adopted_fraction=_ratio(bad.filter(adopted).sum(), pl.col("n_ideas").filter(adopted).sum()),
        )
    )
    return sums.sort(by)


def fate(graveyard: Table, by: str) -> pl.DataFrame:
    """Adopted share of the ended lives by `by`: n_ideas_per_run and adopted_fraction over all runs."""
    runs = n_runs(graveyard)
    ideas = pl.col("n_ideas")
    table = (
        _sums(graveyard, by, "is_adopted")
        .group_by(by, maintain_order=True)
        .agg(
            n_ideas_per_run=ideas.sum() / runs,
            adopted_fraction=_ratio(ideas.filter(pl.col("is_adopted")).sum(), ideas.sum()),
        )
    )
    return table.sort(by)


def _sums(graveyard: Table, *by: str) -> pl.DataFrame:
    """What ended lives cost and gave, added up by these, within each part."""
    own = [name for name in by if name not in ("verdict", "is_adopted")]
    columns = list(dict.fromkeys(["cause", *own, *COSTS, *GAINS]))
    sums = pl.col(*COSTS, *GAINS).sum()
    return by_part(graveyard, columns, lambda part: ended_lives(part).group_by(by, maintain_order=True).agg(sums))


def _share(cost: str) -> pl.Expr:
    """A group's share of its run's total; a run that spent nothing of it contributes zero, not nothing."""
    total = pl.col(cost).sum().over("run_id")
    return pl.when(total > 0).then(pl.col(cost) / total).otherwise(0.0).alias(f"{cost}_fraction")


def _ratio(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)
