"""The bench that claims are measured on: the baseline with named changes, run on paired seeds, each run made once."""

import math
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from simlab.probes.worlds import OPTIONAL, Change, changed, no_growth, research_alone
from simlab.randomness import Streams
from simlab.run import finish, simulate
from simlab.scenario import load_scenario
from simlab.trace.events import LabMetered
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams, build_world
from simlab.world.world import World

__all__ = ["OPTIONAL", "SEEDS", "Bench", "Change"]

SEEDS = tuple(range(8))


class Bench:
    """Worlds by change, seed and length. Central values, no draw of the uncertain numbers: only luck differs."""

    def __init__(self, scenario: Path, progress: Callable[[str], None] = lambda said: None) -> None:
        self.scenario = load_scenario(scenario)
        self.base = cast(WorldParams, self.scenario.params())
        self._progress = progress
        self._traces: dict[tuple[object, ...], Trace] = {}

    def params(self, changes: Mapping[str, Change] | None = None, labs: tuple[str, ...] = ()) -> WorldParams:
        """The baseline's parameters with `changes` by dotted path, and only the labs named (all if none is)."""
        return changed(self.base, changes or {}, labs)

    def trace(self, params: WorldParams, seed: int, years: float, *, detail: bool = False) -> Trace:
        """The trace of `years` of a world; the same question is answered from memory."""
        key = (params.model_dump_json(), seed, years, detail)
        if key not in self._traces:
            self._progress(f"seed {seed}, {years:g} years")
            self._traces[key] = simulate(params, years * DAYS_PER_YEAR, Streams(seed), detail=detail)
        return self._traces[key]

    def world(self, params: WorldParams, seed: int, years: float) -> World:
        """A world run to `years`, to look into its rooms."""
        world = build_world(params, Streams(seed), Trace())
        finish(world, years * DAYS_PER_YEAR)
        return world

    def research(self, changes: Mapping[str, Change] | None = None, labs: tuple[str, ...] = ()) -> WorldParams:
        """The same of people's research alone: no AI workers, no serving, and areas that raise training only.

        What is known of ideas, people and experiments was measured in such labs, so it is compared with such labs.
        """
        return self.params({**research_alone(self.base), **(changes or {})}, labs)

    def lone(self, changes: Mapping[str, Change] | None = None) -> WorldParams:
        """The leader alone, from scratch, with people and compute that do not grow: a production function to probe.

        Without other labs' papers, without a warm-up and without growth, the time to a given algorithmic gain is the
        inverse of the speed of research at that gain, whatever the law by which ideas get harder.
        """
        return self.research({**no_growth(self.base), **(changes or {})}, labs=("leader",))

    def days_to_gain(self, params: WorldParams, seed: int, gain_nats: float, years: float = 12.0) -> float:
        """Days until the first lab stands at `gain_nats`, interpolated between months. Infinite if never."""
        before_days, before_nats = 0.0, 0.0
        for row in self.trace(params, seed, years).of(LabMetered):
            if row.lab == 0:
                if row.adopted_true_nats >= gain_nats:
                    part = (gain_nats - before_nats) / (row.adopted_true_nats - before_nats)
                    return before_days + part * (row.time_days - before_days)
                before_days, before_nats = row.time_days, row.adopted_true_nats
        return math.inf

    def speed_ratio(
        self, faster: WorldParams, slower: WorldParams, gain_nats: float = 1.0, seeds: tuple[int, ...] = SEEDS
    ) -> list[float]:
        """Seed by seed, how many times sooner `faster` reaches `gain_nats`."""
        return [
            self.days_to_gain(slower, seed, gain_nats) / self.days_to_gain(faster, seed, gain_nats) for seed in seeds
        ]
