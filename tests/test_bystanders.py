"""Whom an actor does not touch, it does not disturb: not by being there, not by drawing."""

from pathlib import Path
from typing import Any

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario
from simlab.trace.events import EVENT_CLASSES, Event
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams

BASELINE = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
DAYS = 400.0


def rows_of_first_labs(trace: Trace, n_labs: int) -> dict[str, list[str]]:
    """Everything that was recorded of the first `n_labs` labs, table by table; as text, for NaN differs from itself."""

    def rows(kind: type[Event]) -> list[str]:
        return [repr(tuple(e)) for e in trace.of(kind) if getattr(e, "lab", n_labs) < n_labs]

    return {kind.__name__: rows(kind) for kind in EVENT_CLASSES}


def with_hermit(world: dict[str, object]) -> WorldParams:
    """One more lab that publishes nothing, leaks nothing and trains nothing large."""
    labs = world["labs"]
    assert isinstance(labs, dict)
    secret = {"published_fraction": 0.0, "lag_days": 1e9, "leaks_per_day": 1e-12}
    hermit = {**labs["academia"], "initial_people": 20.0, "initial_h100e": 500.0, "publication": secret}
    return WorldParams(**{**world, "labs": {**labs, "hermit": hermit}})


def test_a_lab_that_nobody_hears_of_changes_nothing_for_the_others():
    """In a world without a market, where whoever rents an accelerator takes it from somebody."""
    world: dict[str, Any] = load_scenario(BASELINE).params().model_dump()
    world |= dict.fromkeys(("market", "capital", "deployment"))
    alone = simulate(WorldParams(**world), DAYS, Streams(5), detail=True)
    beside = simulate(with_hermit(world), DAYS, Streams(5), detail=True)
    assert beside.n_bytes > alone.n_bytes
    assert rows_of_first_labs(beside, 3) == rows_of_first_labs(alone, 3)
