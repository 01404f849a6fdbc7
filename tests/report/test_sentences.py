from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from simlab.analysis.headline import Growth, Headline
from simlab.report.conditions import POLICY, not_modelled
from simlab.report.sentences import cards, headline_sentence

LOCK: Any = SimpleNamespace(start=date(2025, 1, 1), end=date(2035, 1, 1))
"""What a sentence needs of a lock."""


def found(**changes) -> Headline:
    milestone = {"title": "X", "never_fraction": 0.0, "p10_days": 400.0, "p50_days": 900.0, "p90_days": 2000.0}
    known = {
        "milestone": milestone | changes.pop("milestone", {}),
        "final_horizon": {"date": date(2035, 1, 1), "p10": 60.0, "p50": 480.0, "p90": 10_000.0},
        "growth": Growth(0.5, 0.4),
        "buried_fraction": 0.9,
        "crash_fraction": 0.07,
        "decision_fraction": 0.6,
        "binding": (("waiting_compute", 0.3), ("building", 0.2)),
    }
    return Headline(**(known | changes))


@pytest.mark.parametrize(
    ("milestone", "sentence"),
    [
        ({}, "half of the runs reach “X” by mid-2027; the middle 80% of the runs do between early 2026 and mid-2030, "
             "and every run does before 2035."),
        ({"p90_days": None, "never_fraction": 0.23}, "half of the runs reach “X” by mid-2027; one run in ten does by "
             "early 2026, and 23% do not before 2035."),
        ({"p50_days": None, "p90_days": None, "never_fraction": 0.7}, "30% of the runs reach “X” before 2035, fewer "
             "than half; one run in ten does by early 2026."),
        ({"p10_days": None, "p50_days": None, "p90_days": None, "never_fraction": 1.0},
             "0% of the runs reach “X” before 2035, fewer than half."),
        ({"p10_days": 900.0, "p90_days": 901.0}, "half of the runs reach “X” by Jun 2027; the middle 80% of the runs "
             "all do in Jun 2027, and every run does before 2035."),
    ],
)  # fmt: skip
def test_the_headline_is_conditional_and_counts_those_that_never_arrive(milestone, sentence):
    told = headline_sentence(found(milestone=milestone), LOCK)
    assert told == f"If the assumptions of this scenario hold, {sentence}"


def test_a_study_without_milestones_says_so():
    assert headline_sentence(replace(found(), milestone=None), LOCK) == "This study asks for no milestone."


def test_four_cards_carry_the_numbers():
    told = {card.label: card.number for card in cards(found(), LOCK)}
    assert list(told.values()) == ["1 work-day", "×3.2", "90%", "waiting for compute"]


def test_where_there_are_several_policies_the_headline_names_its_own():
    assert headline_sentence(found(), LOCK, "cap").startswith("If the assumptions of this scenario hold and its policy")
    assert "“cap”" in headline_sentence(found(), LOCK, "cap")


def test_the_world_around_labs_has_cards_with_where_it_began():
    first, last = {"date": date(2025, 1, 1), "p50": 4.6e6}, {"date": date(2034, 12, 20), "p10": 5e8, "p50": 1e9}
    told = cards(found(world={"installed_h100e": (first, last | {"p90": 3e9})}), LOCK)
    (card,) = [card for card in told if "H100e" in card.label]
    assert card == (
        "Installed H100e, Dec 2034, median",
        "1 billion",
        "80% of runs: 500 million to 3 billion; 4.6 million in Jan 2025",
    )


def test_what_is_not_known_has_no_card():
    nothing = found(final_horizon=None, growth=None, buried_fraction=None, binding=())
    assert cards(nothing, LOCK) == []


def test_what_a_scenario_models_is_not_listed_as_left_out():
    bare: dict[str, Any] = {"world": {"labs": {"leader": {}}}}
    assert "electric power" in not_modelled(bare, 1)
    assert POLICY in not_modelled(bare, 1)
    powered = {"world": {"power": {}, "labs": {"leader": {"inference": {}}}, "levers": [{}]}}
    left = not_modelled(powered, 1)
    assert "electric power" not in left
    assert POLICY not in left
    assert not any("serving" in words for words in left)
    assert POLICY not in not_modelled(bare, 2)


def test_what_no_scenario_has_is_told_where_a_reader_would_look_for_it():
    bare = not_modelled({"world": {}}, 2)
    whole = not_modelled({"world": {"capital": {}, "deployment": {}}}, 2)
    assert not any("world product" in words or "work AI does" in words for words in bare)
    assert any("world product" in words for words in whole)
    assert any("no wage, price or job" in words for words in whole)
    assert any("war" in words for words in bare)


def test_a_nation_without_a_lab_is_told():
    world = {"market": {"nations": {"united_states": {}, "china": {}}}, "labs": {"leader": {"nation": "united_states"}}}
    told = [words for words in not_modelled({"world": world}, 2) if words.startswith("labs in")]
    assert told == ["labs in China, which has accelerators here and no lab"]


def test_what_belongs_to_ai_workers_is_left_out_only_where_there_are_any():
    def of(**rooms: Any) -> str:
        return "; ".join(not_modelled({"world": rooms}, 2))

    assert "checking" not in of()
    assert "checking" in of(workers={})
    assert "checking" not in of(workers={}, verification={})
    assert "do part of the research" in of(workers=None)
