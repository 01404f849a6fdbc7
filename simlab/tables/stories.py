"""The life of one idea in sentences, from the event tables of a run."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl

from simlab.tables.words import team_name

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]

STAGE_WORDS = {
    "thinking": "thinking",
    "building": "building",
    "waiting_compute": "waiting for compute",
    "running": "running",
    "reading": "reading results",
    "waiting_people": "waiting for people",
    "waiting_run": "waiting for the next frontier run",
}

CAUSE_WORDS = {
    "adopted": "It is in the frontier model and was kept.",
    "no_gain_seen": "It was buried: the first evidence promised nothing worth the next test.",
    "did_not_transfer": "It was buried: it had looked good at a smaller scale and lost at a larger one.",
    "not_convincing": "It was buried: probably good, but never surely enough.",
    "diverged": "It was buried: its training runs blew up.",
    "crashed": "It was buried: its implementation failed until the team gave up.",
    "cancelled": "It was cancelled: its people left or were taken away.",
    "starved": "It starved: it waited for compute longer than the team would.",
    "scooped": "It was scooped: somebody else published or adopted it first.",
    "reverted": "It was adopted, found harmful by the frontier run, and taken out again.",
    "refuted": "It was buried: whoever verified the work of AI workers found its evidence wrong.",
    "unverified": "It was thrown away: nobody had time to verify the work of AI workers.",
    "in_flight": "It was still alive when the simulation ended.",
}

DECISION_WORDS = {
    "bury": "buries it",
    "repeat": "repeats the test",
    "next_rung": "goes on to the next rung",
    "adopt": "adopts it",
    "retry": "runs it again",
}

TOLD = ("idea_proposed", "experiment_ended", "idea_decided", "idea_ended", "idea_published")


def stories(tables: Tables, start: date, idea: int, lab: str | None = None) -> list[list[str]]:
    """The lives of idea number `idea`: one story, a list of lines, for each lab and area that had it."""
    mine = {name: _rows(tables[name], idea, lab) for name in TOLD}
    lives = {(row["lab"], row["area"]): None for name in TOLD for row in mine[name]}
    return [_story(_only(mine, *life), start, idea, *life) for life in lives]


def _rows(table: pl.DataFrame, idea: int, lab: str | None) -> list[Row]:
    words = table.with_columns(pl.col("lab", "area").cast(pl.String))
    is_mine = pl.col("idea") == idea
    return words.filter(is_mine if lab is None else is_mine & (pl.col("lab") == lab)).rows(named=True)


def _only(rows: Mapping[str, Sequence[Row]], lab: str, area: str) -> dict[str, list[Row]]:
    return {name: [row for row in found if (row["lab"], row["area"]) == (lab, area)] for name, found in rows.items()}


def _story(life: Mapping[str, Sequence[Row]], start: date, idea: int, lab: str, area: str) -> list[str]:
    told = [
        (row["time_days"], TOLD.index(name), text) for name in TOLD for row in life[name] for text in _say(name, row)
    ]
    lines = [f"{_day(start, days)}  {text}" for days, _, text in sorted(told)]
    return [
        f"Idea {idea} ({area}) at {lab}",
        *lines,
        *(line for row in life["idea_ended"] for line in _account(row)),
    ]


def _day(start: date, time_days: float) -> str:
    return f"{start + timedelta(days=int(time_days))} (day {time_days:7.1f})"


def _say(name: str, row: Row) -> Iterator[str]:
    yield {
        "idea_proposed": _proposed,
        "experiment_ended": _tested,
        "idea_decided": _decided,
        "idea_ended": lambda row: CAUSE_WORDS[row["cause"]],
        "idea_published": _published,
    }[name](row)


def _proposed(row: Row) -> str:
    prior = f"{row['prior_mean_nats']:+.4f} ± {row['prior_sd_nats']:.4f} nats"
    team = team_name(row["team"]).capitalize()
    return f"{team} picks it out of {row['n_candidates']} candidates, hoping for {prior}."


def _tested(row: Row) -> str:
    cost = f"{row['used_h100e_days']:.3g} H100e-days on {row['n_h100e']:.3g} H100e"
    waits = f"{row['queue_days']:.1f} days in the queue, {row['run_days']:.1f} days running, {cost}"
    if row["outcome"] != "ok":
        return f"A test at rung {row['rung']} is {row['outcome']} ({waits})."
    n, shown, at_target = row["n_repeats"], row["observed_gain_nats"], row["estimated_gain_nats"]
    seen = f"{shown:+.4f} nats in {n} repeat{'' if n == 1 else 's'}, which promises {at_target:+.4f} at full scale"
    return f"A test at rung {row['rung']} shows {seen} ({waits})."


def _published(row: Row) -> str:
    others = row["n_labs_that_had_it"] - 1
    return "It becomes known outside" + ("." if not others else f"; {others} more had found it by then.")


def _decided(row: Row) -> str:
    belief = f"{row['believed_gain_nats']:+.4f} ± {row['believed_sd_nats']:.4f} nats"
    return f"Believing in {belief}, {team_name(row['team'])} {DECISION_WORDS[row['decision']]}."


def _account(row: Row) -> Iterator[str]:
    """What the life took, and what the idea was really worth."""
    days = {words: row[f"{stage}_days"] for stage, words in STAGE_WORDS.items()}
    total = sum(days.values())
    automated, flaw = row["automated_people_days"], row["flaw_nats"]
    helped = f" and {automated:.1f} of AI workers" if automated > 0.0 else ""
    yield f"Its life took {total:.1f} days, {row['people_days']:.1f} days of people{helped}, {row['flop']:.3g} FLOP:"
    yield from (f"  {spent:8.1f} days {words}" for words, spent in days.items() if spent > 0.0)
    yield f"Believed {row['believed_gain_nats']:+.4f} nats; in truth {row['true_gain_nats']:+.4f} nats."
    if flaw > 0.0:
        yield f"A flaw in the work of AI workers pretended {flaw:+.4f} nats."
