"""What may be compared with what: names, common ground, and pairs only where draws are shared."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from simlab.analysis.alternatives import alternatives_of, on_common_ground
from simlab.analysis.comparison import Wanted, found
from simlab.analysis.lock import Milestone, Origin
from simlab.analysis.pairing import differences_to_first, why_unpaired
from simlab.analysis.regret import ALL_WORLDS, Preference
from simlab.errors import StudyError

DAYS = [10.0, 200.0, 30.0, None]
POLICIES = ("baseline", "cap")


def origin(path, low=1.0, high=3.0):
    return Origin(path, 2.0, "day", "assumption", low, high, "normal", "", "f.yaml", 1, "", "")


@pytest.fixture
def made(study_of, outcomes):
    """A function (name, days, ...) -> a study of that name, with a factor that both describe alike."""

    def make(name, days=DAYS, policies=("baseline",), draws=(0.1, 0.2, 0.3, 0.4), low=1.0, **changes):
        frames = [outcomes(policy, day_days=pl.Series(days, dtype=pl.Float64)) for policy in policies]
        study = study_of(pl.concat(frames), policies=policies)
        lock = replace(study.lock, name=name, origins=(origin("chips", low),), **changes)
        column = pl.Series("chips", [*draws[: len(days)]] * len(policies))
        nothing = pl.DataFrame(schema={"policy": pl.String})
        about = {"series": nothing.lazy(), "graveyard": nothing, "folder": Path(f"out/{name}-1")}
        return replace(study, lock=lock, design=study.design.with_columns(column), **about)

    return make


def names(*studies):
    return [alternative.name for alternative in alternatives_of(studies)]


def table(*studies):
    return differences_to_first(on_common_ground(alternatives_of(studies)))


def test_of_one_study_the_policies_are_compared(made):
    assert names(made("a", policies=POLICIES)) == ["baseline", "cap"]


def test_of_several_studies_every_policy_is_an_alternative(made):
    assert names(made("a"), made("b", policies=POLICIES)) == ["a", "b:baseline", "b:cap"]


def test_studies_of_one_name_are_called_by_their_folders(made):
    assert names(made("a"), replace(made("a"), folder=Path("out/a-2"))) == ["a-1", "a-2"]


def test_one_alternative_is_nothing_to_compare(made):
    with pytest.raises(StudyError, match="one alternative only, baseline: name a study of several policies"):
        alternatives_of([made("a")])


def test_a_policy_without_a_finished_run_is_no_alternative(made):
    study = made("a", policies=POLICIES)
    study = replace(study, outcomes=study.outcomes.filter(pl.col("policy") == "baseline"))
    with pytest.raises(StudyError, match="one alternative only"):
        alternatives_of([study])


def test_different_starts_are_refused(made):
    with pytest.raises(StudyError, match="begin on different days, 2024-01-01 to 2025-01-01"):
        on_common_ground(alternatives_of([made("a"), made("b", start=date(2024, 1, 1))]))


def test_different_ends_are_compared_up_to_the_earlier(made):
    """Day 200 lies beyond an end in April: nobody has reached it, under neither."""
    comparison = on_common_ground(alternatives_of([made("a"), made("b", end=date(2025, 4, 11))]))
    assert not comparison.numbers_compare
    assert "up to 2025-04-11" in comparison.notes[0]
    for alternative in comparison.alternatives:
        assert alternative.study.horizon_days == 100.0
        assert alternative.study.outcomes["day_days"].to_list() == [10.0, None, 30.0, None]
    differences, _ = differences_to_first(comparison)
    assert differences["outcome"].to_list() == ["day_days"]


def test_milestones_that_one_lacks_or_defines_otherwise_are_told(made):
    other = Milestone("day", "Day", "horizon_50_minutes", 60.0)
    both = [made("a"), made("b", milestones=(other,))]
    both[0] = replace(both[0], outcomes=both[0].outcomes.with_columns(n=1.0))
    both[1] = replace(both[1], outcomes=both[1].outcomes.with_columns(n=2.0))
    comparison = on_common_ground(alternatives_of(both))
    assert comparison.notes == ["Milestone day is left out: the studies define it differently."]
    year = other._replace(name="year")
    both[1] = replace(both[1], lock=replace(both[1].lock, milestones=(year,)))
    assert on_common_ground(alternatives_of(both)).notes == [
        "Milestone year is left out: a has none of that name.",
        "Milestone day is left out: b has none of that name.",
    ]


def test_nothing_in_common_is_refused(made):
    other = made("b", milestones=())
    other = replace(other, outcomes=other.outcomes.drop("day_days").with_columns(n=1.0))
    with pytest.raises(StudyError, match="no outcome in common"):
        on_common_ground(alternatives_of([made("a"), other]))


def test_other_versions_of_the_model_are_told(made):
    versions = [{"simlab’s code, hash": word} for word in ("x", "y")]
    both = [made(name, versions=version) for name, version in zip("ab", versions, strict=True)]
    (note,) = on_common_ground(alternatives_of(both)).notes
    assert "different versions of the model" in note


def test_points_that_are_chosen_are_no_forecast(made):
    kinds = [made("a", design={"kind": "sobol"}), made("b", design={"kind": "grid"})]
    (note,) = on_common_ground(alternatives_of(kinds)).notes
    assert note.startswith("b: the points are chosen and not drawn")


def test_studies_that_share_draws_are_pairs(made):
    differences, unfair = table(made("a"), made("b", days=[12.0, 202.0, 32.0, None]))
    assert unfair == {}
    assert differences["mean_difference"].to_list() == [1.5]
    assert differences["same_fraction"].to_list() == [0.25]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"seed": 5}, "their seeds differ, 5 and 0"),
        ({"draws": (0.1, 0.2, 0.9, 0.4)}, "their draws of chips differ"),
        ({"low": 0.5}, "they describe no uncertain parameter alike, so nothing shows that they share draws"),
    ],
)
def test_studies_that_do_not_share_draws_are_compared_without_pairs_and_the_reason_is_told(made, change, reason):
    differences, unfair = table(made("a"), made("b", days=[12.0, 202.0, 32.0, None], **change))
    assert unfair == {"b": reason}
    row = differences.row(0, named=True)
    assert row["paired_sd"] is None
    assert row["mean_difference"] == pytest.approx(1.5)
    assert row["high"] - row["low"] > 300
    notes = found(on_common_ground(alternatives_of([made("a"), made("b", **change)])), Wanted()).notes
    assert any(reason in note for note in notes)


def test_a_parameter_that_is_given_another_range_is_what_differs_and_no_reason_against_pairs(made):
    """Its draw is the same and its value not; another parameter shows that draws are shared."""
    shared = pl.Series("hands", [0.5, 0.6, 0.7, 0.8])
    studies = []
    for name, low, draws in (("a", 1.0, (0.1, 0.2, 0.3, 0.4)), ("b", 0.5, (0.3, 0.4, 0.5, 0.6))):
        study = made(name, draws=draws, low=low)
        lock = replace(study.lock, origins=(*study.lock.origins, origin("hands")))
        studies.append(replace(study, lock=lock, design=study.design.with_columns(shared)))
    first, second = alternatives_of(studies)
    assert why_unpaired(first, second) == ""


def test_runs_of_other_luck_are_no_pairs(made):
    a, b = (
        replace(s, design=s.design.with_columns(luck=pl.Series(luck)))
        for s, luck in ((made("a"), [0, 1, 2, 3]), (made("b"), [0, 0, 0, 0]))
    )
    first, second = alternatives_of([a, b])
    assert why_unpaired(first, second) == "runs of one sample meet different luck"


def test_the_same_baseline_again_is_told_once(made):
    later = made("b", policies=POLICIES)
    moved = pl.when(pl.col("policy") == "cap").then(pl.col("day_days") + 5).otherwise("day_days")
    later = replace(later, outcomes=later.outcomes.with_columns(day_days=moved))
    result = found(on_common_ground(alternatives_of([made("a"), later])), Wanted())
    assert list(result.names) == ["a", "b:cap"]
    assert result.notes == ["b:baseline: the same as a in every pair of runs, so told once."]
    assert result.differences["policy"].unique().to_list() == ["b:cap"]


def test_dates_side_by_side_are_of_the_worlds_that_all_finished(made):
    more = made("a", days=[10.0, 200.0, 30.0, 40.0, 300.0], draws=(0.1, 0.2, 0.3, 0.4, 0.5))
    result = found(on_common_ground(alternatives_of([more, made("b", days=[11.0, 201.0, 31.0, 41.0])])), Wanted())
    assert result.dates["n_runs"].to_list() == [4, 4]
    assert "of the 4 runs that all paired alternatives finished" in result.notes[0]


def test_regret_is_by_named_worlds_where_studies_share_policies(made):
    wish = Preference("day_days", is_less=True, horizon_days=365.0)
    calm, storm = made("calm", policies=POLICIES), made("storm", policies=POLICIES)
    storm = replace(
        storm,
        outcomes=storm.outcomes.with_columns(
            pl.col("day_days") * pl.when(pl.col("policy") == "cap").then(1.5).otherwise(1)
        ),
    )
    result = found(on_common_ground(alternatives_of([calm, storm])), Wanted([wish]))
    assert result.regrets["world"].unique(maintain_order=True).to_list() == ["calm", "storm", ALL_WORLDS]
    assert result.regrets["alternative"].unique(maintain_order=True).to_list() == ["baseline", "cap"]
    worst = result.regrets.filter(pl.col("alternative") == "cap", pl.col("world") == "storm")["max_regret"].item()
    assert worst == 100.0


def test_without_pairs_there_are_no_regrets(made):
    wish = Preference("day_days", is_less=True, horizon_days=365.0)
    result = found(on_common_ground(alternatives_of([made("a"), made("b", seed=5)])), Wanted([wish]))
    assert result.regrets.is_empty()
