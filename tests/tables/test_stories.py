"""The life of an idea, told."""

from datetime import date

from simlab.tables.stories import CAUSE_WORDS, DECISION_WORDS, STAGE_WORDS, stories
from simlab.tables.tidy import tidy
from simlab.trace.events import Cause, Decision, IdeaEnded

START = date(2025, 1, 1)


def test_a_life_is_told_in_order(trace, words):
    (told,) = stories(tidy(trace, words), START, 7)
    assert told[0] == "Idea 7 (optimiser) at north"
    assert told[1].startswith("2025-01-02 (day     1.0)  Team 3 picks it out of 5 candidates")
    shown = "A test at rung 0 shows +0.0300 nats in 2 repeats, which promises +0.0100 at full scale"
    assert f"{shown} (2.0 days in the queue, 3.0 days running" in told[2]
    assert "team 3 adopts it" in told[3]
    assert "It is in the frontier model" in told[4]
    assert "It becomes known outside" in told[5]
    assert "  " + " " * 5 + "3.0 days building" in told
    assert told[-1] == "Believed +0.0300 nats; in truth +0.0400 nats."


def test_what_ai_workers_did_and_pretended_is_told(trace, words):
    life = trace.of(IdeaEnded)[0]._replace(idea=77, cause=Cause.REFUTED, automated_people_days=6.0, flaw_nats=0.05)
    trace.record(life)
    (told,) = stories(tidy(trace, words), START, 77)
    assert "12.0 days of people and 6.0 of AI workers" in "\n".join(told)
    assert "found its evidence wrong" in "\n".join(told)
    assert told[-1] == "A flaw in the work of AI workers pretended +0.0500 nats."


def test_the_same_number_in_another_lab_or_area_is_another_life(trace, words):
    assert stories(tidy(trace, words), START, 8, "north") == []
    assert len(stories(tidy(trace, words), START, 8)) == 1
    assert stories(tidy(trace, words), START, 99) == []


def test_there_are_words_for_everything():
    assert set(CAUSE_WORDS) == {cause.name.lower() for cause in Cause}
    assert set(DECISION_WORDS) == {decision.name.lower() for decision in Decision}
    stages = [f"{stage}_days" for stage in STAGE_WORDS]
    assert set(stages) == {name for name in IdeaEnded._fields if name.endswith("_days")} - {
        "time_days",
        "people_days",
        "automated_people_days",
        "used_h100e_days",
    }
