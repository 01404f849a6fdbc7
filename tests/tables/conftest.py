"""A small trace written by hand: two labs, two areas, three months."""

import pytest

from simlab.trace import events as e
from simlab.trace.recorder import Trace

WORDS = {"lab": ("north", "south"), "area": ("data", "optimiser")}


@pytest.fixture
def words():
    return WORDS


@pytest.fixture
def trace():
    trace = Trace(detail=True)
    for lab in (0, 1):
        trace.record(e.ComputeDelivered(0.0, lab, 100.0, 100.0 * (1 + lab)))
        trace.record(model(0.0, lab, 0, 1e26, 1.0))
    trace.record(e.ComputeDelivered(40.0, 0, 50.0, 150.0))
    trace.record(e.IdeaProposed(1.0, 0, 3, 1, 7, 0.01, 0.02, 5))
    trace.record(e.ExperimentEnded(9.0, 0, 3, 1, 7, 0, e.Outcome.OK, 2, 1e21, 8.0, 24.0, 2.0, 3.0, 0.03, 0.01))
    trace.record(e.IdeaDecided(10.0, 0, 3, 1, 7, 0, e.Decision.ADOPT, 0.03, 0.01, 1e-3, 1e-4))
    trace.record(e.FrontierRunStarted(20.0, 0, 1, 60.0, 4e26, 1, 20.0))
    trace.record(ended(50.0, 0, 7, e.Cause.ADOPTED, 0.04))
    trace.record(model(50.0, 0, 1, 4e26, 30.0))
    trace.record(ended(55.0, 1, 8, e.Cause.NO_GAIN_SEEN, 0.02))
    trace.record(ended(56.0, 1, 9, e.Cause.NO_GAIN_SEEN, -0.05))
    trace.record(e.IdeaPublished(60.0, 0, 1, 7, 0.03, 1))
    trace.record(model(80.0, 1, 1, 0.5e26, 0.5))
    for month in (1, 2, 3):
        for lab in (0, 1):
            capacity = 3000.0 * (1 + lab)
            trace.record(
                e.ClusterMetered(
                    30.0 * month, lab, capacity, 1500.0, 900.0, 0.0, 0.0, 0.0, capacity - 2400.0, 60.0, 9, 8
                )
            )
            trace.record(
                e.LabMetered(
                    30.0 * month,
                    lab,
                    10,
                    5,
                    4,
                    1.5,
                    0.8,
                    3,
                    2,
                    1,
                    10.0,
                    20.0,
                    30.0,
                    15.0,
                    5.0,
                    10.0,
                    10.0,
                    0.1,
                    0.2,
                )
            )
    trace.record(ended(90.0, 1, 10, e.Cause.IN_FLIGHT, 0.01))
    return trace


def model(time_days, lab, generation, effective_flop, horizon_minutes):
    gain = 0.1 * generation
    skills = (horizon_minutes, horizon_minutes / 5, 0.5, 0.1)
    return e.ModelReleased(
        time_days,
        lab,
        generation,
        effective_flop,
        30.0,
        0.0,
        gain,
        gain,
        effective_flop,
        2.0,
        1e12,
        1e13,
        *skills,
        1,
        0,
        0.0,
        0.0,
        0.0,
    )


def ended(time_days, lab, idea, cause, gain):
    return e.IdeaEnded(
        time_days,
        lab,
        3,
        idea % 2,
        idea,
        cause,
        0,
        2,
        1e21,
        24.0,
        12.0,
        1.0,
        3.0,
        2.0,
        3.0,
        1.0,
        0.0,
        4.0,
        0.03,
        gain,
        0.0,
        0.0,
    )
