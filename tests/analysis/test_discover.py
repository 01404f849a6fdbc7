"""Regions in plain sentences, as tables, and where runs fail."""

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest

from simlab.analysis.discover import discover
from simlab.analysis.discover_tables import box_table, run_table, trajectory_table
from simlab.analysis.discover_words import condition, sentence
from simlab.analysis.failures import failing_region
from simlab.analysis.lock import Origin
from simlab.analysis.prim import Box, Found, Restriction, Settings
from simlab.analysis.questions import ask

SOME = Settings(n_shuffles=19, n_halves=4)
EXPONENT, COMPUTE = "world.ideas.difficulty_exponent", "world.labs.north.initial_h100e"
LEAD, PRIORITY = "world.market.power_lead_days", "world.inference.priority"
UNITS = {
    EXPONENT: "1",
    COMPUTE: "H100e",
    LEAD: "day",
    "world.sizing.load_fraction": "1",
    "policies.cap.from_day": "date",
}


def origin(path, unit):
    return Origin(path, 1.0, unit, "assumption", 0.5, 2.0, "lognormal", "", "a.yaml", 1, "", "")


@pytest.fixture
def lock(study_of, outcomes):
    made = study_of(outcomes(day_days=[1.0])).lock
    return replace(made, origins=tuple(origin(path, unit) for path, unit in UNITS.items()), end=date(2035, 1, 1))


@pytest.fixture
def study(study_of, outcomes, lock):
    """600 runs: late where ideas get hard, compute is scarce and nobody plans; where power takes long, runs fail."""
    rng, n = np.random.default_rng(0), 600
    factors = {
        EXPONENT: rng.uniform(0.1, 0.9, n),
        COMPUTE: 10 ** rng.uniform(4, 7, n),
        LEAD: rng.uniform(200, 1200, n),
        PRIORITY: rng.choice(["by_plan", "by_worth", "by_age"], n),
        **{f"world.noise.x{i}": rng.random(n) for i in range(8)},
    }
    late = (factors[EXPONENT] > 0.4) & (factors[COMPUTE] < 1e6) & (factors[PRIORITY] != "by_plan")
    failed = (factors[LEAD] > 1050) & (rng.random(n) < 0.9)
    made = study_of(outcomes(day_days=np.where(late, 3000.0, 1000.0), n_adopted=rng.integers(0, 99, n)))
    states = pl.Series(np.where(failed, "failed", "ok"))
    return replace(
        made,
        lock=lock,
        design=made.design.with_columns(luck=pl.col("sample"), **{k: pl.Series(v) for k, v in factors.items()}),
        runs=made.runs.with_columns(state=states),
        outcomes=made.outcomes.filter(states == "ok"),
    )


def test_a_region_is_told_in_a_sentence_that_its_numbers_bear_out(study):
    found = discover(study, ask("day > 2031-01-01", study), SOME)
    assert found.sentences == (
        "In 100% of the 133 runs where priority (inference) is by_age or by_worth, initial H100e (labs, north) is "
        "below 999,000 H100e and difficulty exponent (ideas) is above 0.402: “Day” comes after 2031-01-01. Elsewhere "
        "in 0%. These are 100% of all such runs.",
    )


def test_failed_runs_are_no_answer(study):
    found = discover(study, ask("day > 2031-01-01", study), SOME)
    n_failed = (study.runs["state"] == "failed").sum()
    assert found.n_runs == 600 - n_failed
    assert found.left_out == (f"{n_failed} runs failed and are neither yes nor no",)
    assert set(found.answers.table["run_id"]) == set(study.outcomes["run_id"])


def test_where_runs_fail_is_told_from_all_runs(study):
    region = failing_region(study, SOME)
    assert (region.n_runs, region.n_failed) == (600, (study.runs["state"] == "failed").sum())
    assert region.sentence == (
        "In 93% of the 98 runs where power lead (market) is above 1,050 days: the run fails. Elsewhere in 0%. These "
        "are 100% of all such runs."
    )


def test_failures_without_a_region_are_told_as_such(study):
    rng = np.random.default_rng(1)
    states = pl.Series(np.where(rng.random(600) < 0.15, "failed", "ok"))
    torn = replace(study, runs=study.runs.with_columns(state=states))
    assert failing_region(torn, SOME).sentence.startswith("No region stands out")
    assert failing_region(replace(study, runs=study.runs.with_columns(state=pl.lit("ok")))).sentence == "No run failed."


def test_the_policy_is_a_factor_where_several_answer(study_of, outcomes):
    rng, n = np.random.default_rng(2), 200
    policies = ("baseline", "cap")
    tables = [
        outcomes(policy, day_days=np.where(rng.random(n) < (0.9 if policy == "cap" else 0.05), 300.0, 10.0))
        for policy in policies
    ]
    made = study_of(pl.concat(tables), policies=policies)
    x, own = pl.Series(np.tile(rng.random(n), 2)), pl.Series([None] * n + list(rng.random(n)))
    both = replace(made, design=made.design.with_columns(**{"world.x": x, "policies.cap.y": own}))
    question = ask("day > 2025-06-01", both)
    found = discover(both, question, SOME)
    assert found.sentences[0].startswith(
        "In 90% of the 200 runs where the policy is cap: “Day” comes after 2025-06-01."
    )
    assert found.discovery.unusable == ("policies.cap.y",)  # the baseline has none
    only = discover(replace(both, runs=both.runs.filter(pl.col("policy") == "cap")), question, SOME)
    assert only.discovery.factors == ("world.x", "policies.cap.y")


def test_tables_say_what_the_sentences_say(study):
    found = discover(study, ask("day > 2031-01-01", study), SOME)
    (box,) = found.discovery.boxes
    boxes = box_table(found, study.lock)
    assert boxes["factor"].to_list() == [each.factor for each in box.restrictions]
    assert all(condition in found.sentences[0] for condition in boxes["condition"])
    assert boxes.filter(factor=COMPUTE)["unit"].item() == "H100e"
    ends = boxes.filter(factor=COMPUTE).select("whole_low", "high", "whole_high").row(0)
    assert list(ends) == sorted(ends)
    runs = run_table(found)
    inside = runs.filter(pl.col("box") == 1)
    assert (inside.height, inside["is_case"].sum()) == (box.n_runs, box.n_cases)


def test_the_trajectory_goes_from_all_runs_to_few(study):
    found = discover(study, ask("day > 2031-01-01", study), SOME)
    steps = trajectory_table(found, study.lock)
    assert steps.row(0, named=True)["conditions"] == "none"
    assert steps["coverage"][0] == steps["mass"][0] == 1.0
    assert steps["step"].to_list() == list(range(steps.height))
    assert steps.filter("is_chosen")["n_runs"].to_list() == [found.discovery.boxes[0].n_runs]


def test_no_region_is_told_for_an_outcome_that_no_factor_moves(study):
    found = discover(study, ask("n_adopted > 70", study), SOME)
    assert found.discovery.boxes == ()
    assert found.sentences[0].startswith("No region stands out")


@pytest.mark.parametrize(
    ("restriction", "said"),
    [
        (Restriction(EXPONENT, low=0.41234), "difficulty exponent (ideas) is above 0.412"),
        (Restriction(COMPUTE, high=3e5), "initial H100e (labs, north) is below 300,000 H100e"),
        (Restriction(LEAD, low=200.0, high=731.2), "power lead (market) is between 200 days and 731 days"),
        (Restriction(EXPONENT, low=2.0, high=3.0, is_listed=True), "difficulty exponent (ideas) is from 2 to 3"),
        (Restriction(EXPONENT, low=2.0, high=2.0, is_listed=True), "difficulty exponent (ideas) is 2"),
        (Restriction(EXPONENT, low=2.0, is_listed=True), "difficulty exponent (ideas) is at least 2"),
        (Restriction("world.sizing.load_fraction", high=0.125), "load fraction (sizing) is below 12.5%"),
        (Restriction("policies.cap.from_day", low=31.0), "from day (policies, cap) is above 2025-02-01"),
        (Restriction(PRIORITY, options=("a", "b", "c"), n_options=4), "priority (inference) is a, b or c"),
        (Restriction("policy", options=("cap",), n_options=2), "the policy is cap"),
        (Restriction("world.unknown", low=1.5e27), "unknown is above 1.5e27"),
    ],
)
def test_what_a_box_asks_of_a_factor(lock, restriction, said):
    assert condition(restriction, lock) == said


def test_a_sentence_has_density_coverage_and_what_happens_elsewhere(lock):
    box = Box((Restriction(EXPONENT, low=0.42), Restriction(COMPUTE, high=3e5)), 100, 91, 0.83, 0.91, 0.1, 50.0)
    assert sentence(box, Found(1000, 110), "“Day” comes after 2031-01-01", lock) == (
        "In 91% of the 100 runs where difficulty exponent (ideas) is above 0.42 and initial H100e (labs, north) is "
        "below 300,000 H100e: “Day” comes after 2031-01-01. Elsewhere in 2%. These are 83% of all such runs."
    )
    assert sentence(box, Found(1000, 110), "it fails", lock, is_first=False).endswith(
        "These are 83% of such runs outside the regions before."
    )
