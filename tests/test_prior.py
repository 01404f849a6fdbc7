"""The model over its whole prior, and far outside it: nothing infinite, nothing NaN, nothing that does not matter."""

import math
from pathlib import Path

import pytest

from simlab.claims import Bench
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import Scenario, load_scenario
from simlab.sweep.designs.latin_hypercube import samples
from simlab.tables.tidy import first_non_finite
from simlab.trace.events import ModelReleased
from simlab.units import DAYS_PER_YEAR

BASELINE = Path(__file__).parents[1] / "scenarios" / "baseline.yaml"
SHORT_DAYS = 45.0
N_DRAWS = 1_000
N_BATCHES = 10


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    return load_scenario(BASELINE)


def broken_draws(scenario: Scenario, which: range) -> list[str]:
    """What went wrong with which draw of the full prior."""
    broken = []
    design = samples(1, scenario.uncertain, which.stop)
    for sample in which:
        params = scenario.params("baseline", design[sample])
        trace = simulate(params, SHORT_DAYS, Streams(1, sample), detail=True)
        found = first_non_finite(trace)
        if found is not None:
            broken.append(f"draw {sample}: {found}")
    return broken


def test_a_dozen_draws_of_the_prior_are_finite(scenario: Scenario):
    assert broken_draws(scenario, range(12)) == []


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(N_BATCHES))
def test_a_thousand_draws_of_the_prior_are_finite(scenario: Scenario, batch: int):
    size = N_DRAWS // N_BATCHES
    assert broken_draws(scenario, range(batch * size, (batch + 1) * size)) == []


def best_model(bench: Bench, changes: dict[str, float]) -> float:
    """Logarithm of the leader's task horizon after a year and a half."""
    trace = bench.trace(bench.params(dict(changes)), 0, 1.5)
    return math.log(max(e.horizon_50_minutes for e in trace.of(ModelReleased) if e.lab == 0))


@pytest.mark.parametrize(
    "path",
    [
        "labs.leader.initial_h100e",
        "labs.leader.initial_people",
        "labs.leader.initial_run_flop",
        "capability.reference_horizon_minutes",
        "capability.reference_effective_flop",
        "throughput.peak_flop_per_s",
    ],
)
def test_a_start_value_a_billion_times_smaller_moves_the_answer(path: str):
    bench = Bench(BASELINE)
    value = bench.params()
    for name in path.split("."):
        value = value[name] if isinstance(value, dict) else getattr(value, name)
    assert isinstance(value, float | int)
    before, after = (
        best_model(bench, {}),
        best_model(bench, {path: max(value * 1e-9, 1.0 if "people" in path else 0.0)}),
    )
    if path == "labs.leader.initial_run_flop":  # the state of day 0: better models follow, so look at day 0 itself
        trace = bench.trace(bench.params({path: value * 1e-9}), 0, 1.5)
        after = math.log(trace.of(ModelReleased)[0].horizon_50_minutes)
    assert math.isfinite(after)
    assert abs(after - before) > 0.2


def test_the_horizon_of_the_forecast_changes_nothing_before_it(scenario: Scenario):
    short = simulate(scenario.params(), 0.5 * DAYS_PER_YEAR, Streams(3))
    long = simulate(scenario.params(), 1.0 * DAYS_PER_YEAR, Streams(3))
    released = [e for e in long.of(ModelReleased) if e.time_days < 0.5 * DAYS_PER_YEAR]
    assert short.of(ModelReleased) == released
