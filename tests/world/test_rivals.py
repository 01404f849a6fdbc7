"""Several labs and one pool: what is found twice, what is read, and who catches up."""

import pytest

from simlab.randomness import Streams
from simlab.run import finish
from simlab.trace.events import IdeaPublished, LabMetered
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.knowledge import Knowledge
from simlab.world.publication import Press, PublicationParams, Reader

CLOSED = {"published_fraction": 0.0, "leaks_per_day": 1e-9}


class Rivals:
    """Three labs' memories, and a press between them."""

    def __init__(self, bench) -> None:
        self.bench, self.press = bench, Press(bench.stage, bench.pool)
        others = [Knowledge(bench.stage, bench.params.knowledge, bench.pool, lab) for lab in (1, 2)]
        self.labs = [bench.knowledge, *others]
        self.scooped: list[object] = []
        for lab, knowledge in enumerate(self.labs):
            self.press.subscribe(lab, f"lab-{lab}", Reader(knowledge, bench.experiments, self.scooped.append))

    def begin(self, lab: int, idea: int):
        project = self.bench.project(idea=idea)
        self.bench.knowledge._leave_flight(project)
        self.labs[lab].begin(project)
        return project

    def adopt(self, lab: int, idea: int):
        project = self.begin(lab, idea)
        self.labs[lab].adopt(project)
        return project


@pytest.fixture
def rivals(new_bench) -> Rivals:
    return Rivals(new_bench())


def publish(rivals: Rivals, project, lab: int) -> list[int]:
    """Labs that had it, in each row there is."""
    rivals.press.hear_of(project, lab, PublicationParams(published_fraction=1.0, lag_days=1.0, leaks_per_day=1.0))
    rivals.bench.stage.env.run()
    return [row.n_labs_that_had_it for row in rivals.bench.stage.trace.of(IdeaPublished)]


def test_found_twice_is_a_co_discovery_and_told_is_not(rivals):
    first = rivals.adopt(0, 5)
    rivals.adopt(1, 5)
    rivals.press.leak(0, 2, [first])
    rivals.adopt(2, 5)
    assert publish(rivals, first, 0) == [2]


def test_a_leak_tells_one_lab_once_and_scoops_whoever_is_at_it_there(rivals):
    first, rival = rivals.adopt(0, 5), rivals.begin(1, 5)
    rivals.press.leak(0, 1, [first])
    rivals.press.leak(0, 1, [first])
    assert [len(lab.literature) for lab in rivals.labs] == [0, 1, 0]
    assert rivals.scooped == [rival]
    publish(rivals, first, 0)
    assert [len(lab.literature) for lab in rivals.labs] == [0, 1, 1]


def test_what_a_lab_has_or_all_know_does_not_leak_to_it(rivals):
    held, known = rivals.adopt(0, 5), rivals.adopt(0, 6)
    rivals.adopt(1, 5)
    rivals.bench.pool.publish(0, 6)
    rivals.press.leak(0, 1, [held, known])
    assert not rivals.labs[1].told


# -- whole worlds


@pytest.fixture(scope="module")
def two(params, change):
    """Leader and follower alone, alike but for where they start; other changes by path."""

    def make(changes: dict | None = None) -> WorldParams:
        world = change(params, {"labs": {name: params.model_dump()["labs"]["leader"] for name in ("a", "b")}})
        still = {"warm_up_days": 0.0, "ideas.difficulty_exponent": 1.0}
        for lab in ("a", "b"):
            still |= {f"labs.{lab}.initial_people": 120.0, f"labs.{lab}.publication": {**CLOSED, "lag_days": 100.0}}
        return change(world, still | (changes or {}))

    return make


def gains(world: WorldParams, seed: int, days: float = 500.0) -> list[float]:
    trace = Trace()
    finish(build_world(world, Streams(seed), trace), days)
    last = {row.lab: row.adopted_true_nats for row in trace.of(LabMetered)}
    return [last[0], last[1]]


def test_a_laggard_gains_more_than_its_equal_that_is_ahead(two):
    # each lab has its own luck, so the same lab is held against itself
    for seed in (1, 2):
        assert gains(two({"labs.b.initial_gain_nats": -1.5}), seed)[1] > gains(two(), seed)[1]


def test_in_a_closed_world_a_lab_does_not_feel_where_another_stands(two):
    assert gains(two({"labs.b.initial_gain_nats": -1.5}), 1)[0] == gains(two(), 1)[0]


def test_readers_take_up_what_others_publish_and_nobody_reads_in_a_closed_world(two):
    open_lab = {"published_fraction": 1.0, "lag_days": 10.0, "leaks_per_day": 1.0}
    for changes, reads in (({"labs.a.publication": open_lab}, True), ({}, False)):
        world = build_world(two(changes), Streams(3), Trace())
        finish(world, 500.0)
        reader = world.labs["b"].knowledge
        assert bool(reader.told & set(reader.adopted)) is reads
        assert not world.labs["a"].knowledge.told


def test_labs_find_the_same_ideas_independently(two):
    # the fewer ideas there are, the more often two labs that never hear of one another come to the same
    def both(n_open: float) -> int:
        areas = {f"ideas.areas.{name}.n_open_ideas": n_open for name in two().ideas.areas}
        world = build_world(two(areas), Streams(2), Trace())
        finish(world, 500.0)
        one, other = (set(lab.knowledge.adopted) for lab in world.labs.values())
        return len(one & other)

    few, many = both(150.0), both(50_000.0)
    assert few > many
