"""Every event class, cause of burial, decision, outcome and interruption occurs in one stated scenario."""

from enum import IntEnum
from pathlib import Path

import pytest

from simlab.run import run
from simlab.scenario import load_scenario
from simlab.trace.events import (
    EVENT_CLASSES,
    Cause,
    Decision,
    ExperimentEnded,
    IdeaDecided,
    IdeaEnded,
    Interruption,
    JobInterrupted,
    Outcome,
)
from simlab.trace.recorder import Trace

SCENARIO = Path(__file__).parent / "everything_happens.yaml"


@pytest.fixture(scope="module")
def trace() -> Trace:
    return run(load_scenario(SCENARIO), seed=7, detail=True)


def test_every_event_class_fires(trace: Trace):
    silent = [kind.__name__ for kind in EVENT_CLASSES if not trace.n_rows(kind)]
    assert silent == []


@pytest.mark.parametrize(
    ("kind", "field", "members"),
    [
        (IdeaEnded, "cause", Cause),
        (IdeaDecided, "decision", Decision),
        (ExperimentEnded, "outcome", Outcome),
        (JobInterrupted, "why", Interruption),
    ],
)
def test_every_member_occurs(trace: Trace, kind: type, field: str, members: type[IntEnum]):
    seen = {int(getattr(event, field)) for event in trace.of(kind)}
    assert [member.name for member in members if member not in seen] == []
