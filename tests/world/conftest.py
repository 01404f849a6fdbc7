"""Shared by the tests of the world: the baseline's numbers, changed and validated again, and real rooms on a stage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import simpy

from simlab.randomness import Rows, Streams, columns, normals, uniforms
from simlab.scenario import load_scenario
from simlab.stage import Stage
from simlab.trace.events import Outcome
from simlab.trace.recorder import Trace
from simlab.world.beliefs import Belief
from simlab.world.build import WorldParams
from simlab.world.cluster import Cluster
from simlab.world.experiments import N_LIFE_DRAWS, OFFSET_CHANCES, OFFSET_NOISE, OFFSET_SIZES, Experiments
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.learning import Experience
from simlab.world.projects import Project
from simlab.world.skills import Skills
from simlab.world.teams import Team

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
MEDIAN_LEAD = Skills(talent=1.0, engineering=1.0, agency=1.0, paranoia_se=1.0, communication_fraction=0.5)

LADDER = [
    {"below_target_decades": 4.0, "run_days": 4.0, "diverging_fraction": 0.0},
    {"below_target_decades": 3.0, "run_days": 8.0, "diverging_fraction": 0.0},
    {"below_target_decades": 2.0, "run_days": 16.0, "diverging_fraction": 0.0},
    {"below_target_decades": 1.0, "run_days": 30.0, "diverging_fraction": 0.0},
]
"""The bench's ladder."""


@pytest.fixture(scope="session")
def everything() -> WorldParams:
    """The baseline's central values."""
    return load_scenario(BASELINE).params()


@pytest.fixture(scope="session")
def params(everything) -> WorldParams:
    """Those of research alone: ideas for training, people, experiments and frontier runs; nobody serves a model."""
    tree = everything.model_dump()
    tree |= {name: None for name, field in WorldParams.model_fields.items() if not field.is_required()}
    areas = tree["ideas"]["areas"]
    tree["ideas"]["areas"] = {name: area for name, area in areas.items() if area["raises"] == "training"}
    return WorldParams(**tree)


def changed(group: Any, changes: Mapping[str, Any]) -> Any:
    """`group` with the values at some dotted paths changed, validated again; a whole group may be a value."""
    tree = group.model_dump()
    for path, value in changes.items():
        *parents, last = (int(key) if key.isdigit() else key for key in path.split("."))
        branch = tree
        for key in parents:
            branch = branch[key]
        known = branch.keys() if isinstance(branch, dict) else range(len(branch))
        assert last in known, f"{path}: there is nothing of that name to change"
        branch[last] = value
    return type(group)(**tree)


@pytest.fixture(scope="session")
def change() -> Callable[..., Any]:
    """The function `changed`."""
    return changed


@dataclass
class Bench:
    """One lab's knowledge, cluster and ladder on a stage, without anybody who works there."""

    stage: Stage
    params: WorldParams
    pool: IdeaPool
    cluster: Cluster
    knowledge: Knowledge
    experiments: Experiments

    def team(self, n_seniors: int = 1, n_juniors: int = 0, number: int = 0, skills: Skills = MEDIAN_LEAD) -> Team:
        experience = Experience(self.params.researchers.learning, n_seniors, n_juniors)
        return Team(number, skills, experience, self.candidates(number), self.knowledge.meter)

    def candidates(self, number: int) -> Rows:
        n = self.params.researchers.candidates_per_pick
        return self.stage.streams.rows(f"bench.team-{number}", columns((uniforms, n), (normals, n)), 2 * n, 32)

    def project(
        self,
        *,
        idea: int = 0,
        area: int = 0,
        true_gain_nats: float = 0.1,
        believed: tuple[float, float] = (0.0, 0.1),
        team: Team | None = None,
        size: float = 1.0,
        noise: float = 0.0,
        chances: tuple[float, float, float] = (1.0, 1.0, 1.0),
    ) -> Project:
        """An idea in flight whose row of luck is written here: sizes, noises, (crash, divergence, part)."""
        team = team or self.team()
        belief = Belief(*believed)
        project = Project(team, self.pool.areas[area], idea, true_gain_nats, belief, self.stage.env.now)
        project.draws = [1.0] * N_LIFE_DRAWS
        project.draws[OFFSET_SIZES:OFFSET_NOISE] = [size] * (OFFSET_NOISE - OFFSET_SIZES)
        project.draws[OFFSET_NOISE:OFFSET_CHANCES] = [noise] * (OFFSET_CHANCES - OFFSET_NOISE)
        for k in range(OFFSET_NOISE - OFFSET_SIZES):
            project.draws[OFFSET_CHANCES + 3 * k : OFFSET_CHANCES + 3 * k + 3] = chances
        project.shows_down_to_decades = self.pool.areas[area].shows_down_to_decades(idea, self.pool.params)
        team.in_flight.append(project)
        self.knowledge.begin(project)
        return project

    def test(self, project: Project, n_repeats: int = 1) -> list[Outcome]:
        """Submit a campaign; the list will hold its outcome."""
        outcomes: list[Outcome] = []
        self.experiments.submit(project, n_repeats, lambda _, outcome: outcomes.append(outcome))
        return outcomes


@pytest.fixture
def new_bench(params: WorldParams) -> Callable[..., Bench]:
    """Makes a bench of `capacity_h100e`; other arguments change parameters, by dotted path."""

    def make(
        changes: Mapping[str, Any] | None = None,
        *,
        capacity_h100e: float = 1e6,
        target_flop: float = 1e26,
        seed: int = 1,
        start_days: float = 0.0,
        shares: tuple[float, float] = (0.0, 1.0),
    ) -> Bench:
        p: WorldParams = changed(params, {"experiments.ladder": LADDER} | dict(changes or {}))
        stage = Stage(simpy.Environment(start_days), Streams(seed), Trace(detail=True))
        pool = IdeaPool(stage, p.ideas, len(p.experiments.ladder))
        cluster = Cluster(stage, p.cluster, 0, capacity_h100e, shares, name="bench")
        knowledge = Knowledge(stage, p.knowledge, pool, 0)
        experiments = Experiments(stage, p.experiments, p.ideas, p.throughput, cluster, 0)
        experiments.aim(target_flop)
        return Bench(stage, p, pool, cluster, knowledge, experiments)

    return make
