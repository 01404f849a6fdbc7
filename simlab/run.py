"""One run: a scenario, a policy, a draw of its uncertain numbers and a seed, to a trace. No files, no plots."""

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.world import World

if TYPE_CHECKING:
    from simlab.scenario import Scenario


def run(
    scenario: "Scenario",
    *,
    policy: str = "baseline",
    uniforms: Mapping[str, float] | None = None,
    seed: int = 0,
    sample: int = 0,
    replicate: int = 0,
    detail: bool = False,
) -> Trace:
    """Simulate `scenario` to its end.

    `uniforms` gives each uncertain parameter its place in its distribution, in (0, 1); None means the central values.
    Luck comes from (seed, sample, replicate) alone: never from the policy or the values.
    """
    params = scenario.params(policy, uniforms)
    return simulate(params, scenario.horizon_days, Streams(seed, sample, replicate), detail=detail)


def simulate(params: WorldParams, horizon_days: float, streams: Streams, *, detail: bool = False) -> Trace:
    """Simulate a world of these parameters up to, not including, `horizon_days`."""
    trace = Trace(detail=detail)
    with _no_garbage_collection():
        finish(build_world(params, streams, trace), horizon_days)
    return trace


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A run's objects die by reference count; scanning the living ones for cycles costs a tenth of its time.

    The world goes at the end; what was there before it is not looked through for that.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()
        gc.unfreeze()


def finish(world: World, horizon_days: float) -> None:
    """Run the world to its horizon and close it. Raises WorldError where an actor found an impossible state."""
    try:
        world.stage.env.run(until=horizon_days)
    except WorldError:
        raise
    except ArithmeticError as error:
        raise WorldError(f"arithmetic broke down: {error!r}", world.stage.env.now) from error
    world.close()
