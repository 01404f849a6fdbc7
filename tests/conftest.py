"""What tests of several rooms share: a stage, a cluster alone on it, and queues fed with draws made beforehand."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
import simpy
from hypothesis import settings

from simlab.randomness import Streams
from simlab.stage import Alarm, Stage
from simlab.trace.recorder import Trace
from simlab.world.cluster import Cluster, ClusterParams, Job

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
"""The same examples each time: a test fails because of a change, not of luck or of a busy machine."""

PLAIN: dict[str, Any] = {
    "queue_rule": "first_come",
    "preemption": "never",
    "failures_per_h100e_day": 0.0,
    "checkpoint_rule": "fixed",
    "checkpoint_interval_days": 0.0,
    "checkpoint_days": 0.0,
    "restart_days": 0.0,
    "estimate_factor": 1.0,
    "fair_share_half_life_days": 7.0,
}
"""Machines that never fail and rules that never interfere; each test says what it changes."""


@dataclass
class Floor:
    """A cluster alone on a stage, and everything that was submitted to it."""

    cluster: Cluster
    stage: Stage
    jobs: list[Job] = field(default_factory=list)
    ended: list[Job] = field(default_factory=list)

    def submit(self, n_h100e: float, run_days: float, job_class: int = 0, **kwargs: Any) -> Job:
        job = Job(None, job_class, n_h100e, run_days, self.ended.append, number=len(self.jobs), **kwargs)
        self.jobs.append(job)
        self.cluster.submit(job)
        return job

    def at(self, time_days: float, do: Callable[[], Any]) -> None:
        self.stage.after(time_days - self.stage.env.now, lambda _: do())

    def run(self, *, until_days: float = float("inf"), check: bool = True) -> None:
        """Event by event, the invariants checked after each."""
        env = self.stage.env
        while env.peek() < until_days:
            env.step()
            if check:
                self.cluster.check()
        if until_days < float("inf"):
            env.run(until_days)

    def serve(self, customers: Sequence[tuple[Any, ...]], **kwargs: Any) -> list[Job]:
        """Jobs (gap since the last arrival, length, amount, class, priority), the last two or three left out."""
        arrivals = iter(customers)

        def arrive(alarm: Alarm) -> None:
            for gap, *job in arrivals:
                alarm.owner = job
                self.stage.set(alarm, gap)
                return

        def fire(alarm: Alarm) -> None:
            length, *rest = alarm.owner
            rest += (1.0, 0, 0)[len(rest) :]
            amount, job_class, priority = rest
            self.submit(amount, length, job_class, priority=priority, **kwargs)
            arrive(alarm)

        arrive(Alarm(fire))
        return self.jobs


@pytest.fixture
def new_floor() -> Callable[..., Floor]:
    """Makes a cluster of `capacity_h100e` with `shares`; other arguments change the plain parameters."""

    def make(
        capacity_h100e: float,
        shares: Sequence[float] = (1.0,),
        *,
        seed: int = 1,
        name: str = "test",
        env: simpy.Environment | None = None,
        **changes: Any,
    ) -> Floor:
        stage = Stage(env or simpy.Environment(), Streams(seed), Trace(detail=True))
        params = ClusterParams(**{**PLAIN, **changes})
        return Floor(Cluster(stage, params, 0, capacity_h100e, shares, name=name), stage)

    return make
