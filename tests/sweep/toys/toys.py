"""A world of three numbers, quick to run and willing to misbehave: it tests the handing out of runs, not the model."""

import os
import time
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Gt

from simlab.parameters import Params, Unit
from simlab.randomness import Streams, exponentials
from simlab.scenario import Scenario, load_scenario
from simlab.trace import events as e
from simlab.trace.recorder import Trace

FILE = Path(__file__).parent / "toy.yaml"
NO_STAGE_DAYS = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class ToyLab(Params):
    """A lab."""

    n_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """Its accelerators."""


class ToyIdeas(Params):
    """What can be thought of."""

    areas: tuple[str, ...]
    """Their names."""
    gain_nats: Annotated[float, Gt(0), Unit("nat")]
    """Mean gain of an idea."""


class ToyWorld(Params):
    """Labs and ideas."""

    labs: dict[str, ToyLab]
    ideas: ToyIdeas


def toy_scenario(*overrides: str) -> Scenario:
    return load_scenario(FILE, overrides, model=ToyWorld)


def run(
    scenario: Scenario,
    *,
    policy: str,
    uniforms: Any,
    seed: int,
    sample: int,
    replicate: int,
    detail: bool = False,
) -> Trace:
    """An idea a month in each lab, of a gain by luck."""
    params: Any = scenario.params(policy, uniforms)
    luck = Streams(seed, sample, replicate).rows("toy", exponentials, 2)
    trace = Trace(detail=detail)
    for month in range(1, 13):
        for number, lab in enumerate(params.labs.values()):
            gain_nats = params.ideas.gain_nats * luck[month][number]
            _month(trace, 30.0 * month, number, month, lab.n_h100e, gain_nats)
    return trace


def _month(trace: Trace, day: float, lab: int, idea: int, n_h100e: float, gain: float) -> None:
    flop = 1e26 * (1 + gain * idea)
    skills = (100.0 * gain * idea, 20.0 * gain * idea, 0.5, 0.1)
    if trace.wants(e.IdeaProposed):
        trace.record(e.IdeaProposed(day, lab, 0, idea % 2, idea, 0.0, gain, 3))
    trace.record(e.ComputeDelivered(day, lab, 0.0, n_h100e))
    trace.record(
        e.IdeaEnded(
            day,
            lab,
            0,
            idea % 2,
            idea,
            e.Cause.ADOPTED,
            0,
            1,
            1e20,
            1.0,
            1.0,
            5.0,
            *NO_STAGE_DAYS,
            gain,
            gain,
            0.0,
            0.0,
        )
    )
    trace.record(e.ClusterMetered(day, lab, 30 * n_h100e, n_h100e, n_h100e, 0.0, 0.0, 0.0, n_h100e, 3.0, 1, 1))
    trace.record(e.LabMetered(day, lab, 5, 1, 1, 1.0, 0.5, 1, 0, 1, 5.0, *NO_STAGE_DAYS, gain, gain))
    run = (day, lab, idea, 1e26, 30.0, 0.0, gain, gain, flop, 2.0, 1e12, 1e13)
    trace.record(e.ModelReleased(*run, *skills, 1, 0, 0.0, 0.0, 0.0))


def misbehave(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """Sample 1 raises, 2 records a NaN, 3 never comes back; the others are fine."""
    if sample == 1:
        raise ValueError("no chips today\nnor tomorrow")
    trace = run(scenario, sample=sample, **rest)
    if sample == 2:
        trace.record(e.StaffChanged(370.0, 0, 0, 0, float("nan")))  # pyright: ignore[reportArgumentType]
    while sample == 3:
        pass
    return trace


def die(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """Sample 5 takes its process with it."""
    if sample == 5:
        os._exit(9)
    return run(scenario, sample=sample, **rest)


def hang(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """Sample 2 sleeps where no exception reaches it."""
    if sample == 2:
        time.sleep(1e6)
    return run(scenario, sample=sample, **rest)


def campaign(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """One misbehaviour of each kind among a thousand."""
    kinds = {11: (misbehave, 1), 222: (misbehave, 2), 333: (misbehave, 3), 444: (die, 5), 885: (hang, 2)}
    behave, as_sample = kinds.get(sample, (run, sample))
    return behave(scenario, sample=as_sample, **rest)
