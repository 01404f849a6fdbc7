"""A world of three numbers, quick to run and willing to misbehave: it tests the handing out of runs, not the model."""

import ctypes
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

from annotated_types import Gt

from simlab.parameters import Params, Unit
from simlab.randomness import Streams, exponentials
from simlab.scenario import Scenario, load_scenario
from simlab.sweep.designs import points
from simlab.sweep.one import Job, Planned
from simlab.sweep.runs import RunKey
from simlab.trace import events as e
from simlab.trace.recorder import Trace

FILE = Path(__file__).parent / "toy.yaml"
BOTH = ("baseline", "more")
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


def brief(scenario: Scenario, *, policy: str, uniforms: Any, seed: int, sample: int, replicate: int, **_: Any) -> Trace:
    """One model of each lab, as good as luck and its accelerators make it: an outcome, and no other table has rows."""
    params: Any = scenario.params(policy, uniforms)
    gains = Streams(seed, sample, replicate).rows("toy", exponentials, 2)[0]
    trace = Trace()
    for number, lab in enumerate(params.labs.values()):
        gain, flop = params.ideas.gain_nats * gains[number], 1e24 * lab.n_h100e
        trace.record(e.ModelReleased(30.0, number, 1, flop, 30.0, 0.0, gain, gain, flop, 2.0, 1e12, 1e13, *SKILLS))
    return trace


SKILLS = (60.0, 12.0, 0.5, 0.1, 1, 0, 0.0, 0.0, 0.0)


def misbehave(scenario: Scenario, *, sample: int, fine: Any = run, **rest: Any) -> Trace:
    """Sample 1 raises, 2 records a NaN, 3 never comes back; the others are fine."""
    if sample == 1:
        raise ValueError("no chips today\nnor tomorrow")
    trace = fine(scenario, sample=sample, **rest)
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


def half_second(scenario: Scenario, **rest: Any) -> Trace:
    """It keeps a core busy for half a second of CPU time."""
    until = time.process_time() + 0.5
    while time.process_time() < until:
        pass
    return run(scenario, **rest)


FLAWS = ("failed", "invalid", "timed_out", "crashed", "out_of_memory")


def flawed(seed: int, n_runs: int) -> dict[int, str]:
    """Sample to what is to become of it: one of each kind, at places that the seed decides."""
    return dict(zip(random.Random(seed).sample(range(n_runs), len(FLAWS)), FLAWS, strict=True))


def campaign(scenario: Scenario, *, sample: int, seed: int, n_runs: int = 1000, **rest: Any) -> Trace:
    """One misbehaviour of each kind among a thousand."""
    flaw = flawed(seed, n_runs).get(sample)
    if flaw == "crashed":
        os._exit(9)
    if flaw == "out_of_memory":
        hoard()
    as_sample = {"failed": 1, "invalid": 2, "timed_out": 3}.get(flaw or "", 0)
    return misbehave(scenario, sample=as_sample or 1000 + sample, seed=seed, fine=brief, **rest)


def skirmish(scenario: Scenario, **rest: Any) -> Trace:
    """The same among forty."""
    return campaign(scenario, n_runs=40, **rest)


def hoard(least_mb: int = 64, most_mb: int = 4096) -> None:
    """Take more and more memory, and then time."""
    held = [b"x" * (least_mb << 20) for _ in range(most_mb // least_mb)]
    time.sleep(1e6 * len(held))


def refuse_memory(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """Sample 1 is told by Python that there is no more."""
    if sample == 1:
        raise MemoryError
    return run(scenario, sample=sample, **rest)


LEAKED: list[bytes] = []


def leak(scenario: Scenario, **rest: Any) -> Trace:
    """Each run leaves 100 MiB behind, none needs more."""
    LEAKED.append(b"x" * (100 << 20))
    return run(scenario, **rest)


def chatter(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """It prints by all ways there are, and reads what is not meant for it; sample 2 then raises."""
    print("a line of text")  # noqa: T201
    sys.stdout.buffer.write(b"\x00\xff" * 5000)
    sys.stdout.flush()
    os.write(1, b"bytes to the very descriptor\n")
    subprocess.run(["echo", "a child's child"], check=True)
    assert not sys.stdin.read()
    if sample == 2:
        raise ValueError("enough said")
    return run(scenario, sample=sample, **rest)


def fault(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """Sample 1 reads where there is no memory."""
    if sample == 1:
        ctypes.string_at(0)
    return run(scenario, sample=sample, **rest)


def deaf(scenario: Scenario, **rest: Any) -> Trace:
    """It stays in C code and lets no other thread of its process do anything."""
    counted(scenario, ends=False, **rest)
    ctypes.PyDLL(None).sleep(1_000_000)
    raise AssertionError("woke up")


def counted(
    scenario: Scenario, *, policy: str, sample: int, replicate: int, ends: bool = True, of: Any = run, **rest: Any
) -> Trace:
    """It notes when it begins and when it ends, in a file of its own under the folder COUNTS."""
    path = Path(os.environ["COUNTS"]) / f"{policy}-{sample}-{replicate}"
    _note(path, f"begins {os.getpid()}")
    trace = of(scenario, policy=policy, sample=sample, replicate=replicate, **rest)
    if ends:
        _note(path, f"ends {os.getpid()}")
    return trace


def counted_brief(scenario: Scenario, **rest: Any) -> Trace:
    """The same for a brief run."""
    return counted(scenario, of=brief, **rest)


def linger(scenario: Scenario, *, sample: int, **rest: Any) -> Trace:
    """It is counted, and sample 2 never ends."""
    trace = counted(scenario, sample=sample, **rest)
    return trace if sample != 2 else hang(scenario, sample=sample, **rest)


def _note(path: Path, text: str) -> None:
    with path.open("a") as file:
        file.write(f"{text}\n")


def once_deadly(scenario: Scenario, **rest: Any) -> Trace:
    """The first time that sample 3 is done, its process is killed, as if from outside."""
    trace = counted(scenario, **rest)
    path = Path(os.environ["COUNTS"]) / f"{rest['policy']}-{rest['sample']}-{rest['replicate']}"
    if rest["sample"] == 3 and path.read_text().count("ends") == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    return trace


def planned(n_samples: int, policies: Iterable[str] = ("baseline",), n_replicates: int = 1) -> list[Planned]:
    """The runs of a toy study."""
    found = list(points(toy_scenario().design, 3, 0, n_samples))
    return [
        Planned(RunKey(policy, sample, replicate), *point)
        for policy in policies
        for sample, point in enumerate(found)
        for replicate in range(n_replicates)
    ]


def job(folder: Path, simulator: str = "run", seed: int = 3, limit_s: float = 60.0, **more: Any) -> Job:
    """What they have in common, in a folder that is made."""
    folder.mkdir(parents=True, exist_ok=True)
    return Job(folder, toy_scenario(), seed, limit_s, "simlab run toy.yaml --run", f"toys:{simulator}", **more)


class Unwelcome:
    """What the children of this process cannot be told."""

    def __reduce__(self):
        return _unwelcome, (os.getpid(),)


def _unwelcome(pid):
    if os.getpid() != pid:
        raise ValueError("not in this house")
    return Unwelcome()
