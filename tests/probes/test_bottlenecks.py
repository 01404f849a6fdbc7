"""More of a resource from a date on: nothing before it, and an order to compare with the waits."""

from datetime import date
from pathlib import Path

import pytest

from simlab.probes.agreement import agreement, spearman
from simlab.probes.bottlenecks import LATER_YEARS, TIMES, Gain, Question, ask, gains
from simlab.probes.resources import RESOURCES
from simlab.probes.worlds import OPTIONAL, changed
from simlab.randomness import Streams
from simlab.run import finish
from simlab.scenario import load_scenario
from simlab.sweep.one import words_of
from simlab.trace.events import LabMetered
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world

SCENARIO = load_scenario(Path(__file__).parents[2] / "scenarios" / "baseline.yaml")
PLACES = {resource.key: place for place, resource in enumerate(RESOURCES)}


@pytest.fixture(scope="module")
def small():
    """The leader alone, a fifth of its people, no warm-up; what serves and works for it is there."""
    base = SCENARIO.params()
    assert isinstance(base, WorldParams)
    gone = {name: None for name in OPTIONAL if name in ("market", "capital", "competition", "hardware", "deployment")}
    leader = next(iter(base.labs))
    changes = {"warm_up_days": 0.0, "levers": (), f"labs.{leader}.initial_people": 50.0, **gone}
    return changed(base, changes, (leader,))


@pytest.fixture(scope="module")
def words(small):
    return {**words_of(SCENARIO, "baseline", None), "lab": tuple(small.labs)}


def raised(small, key, day, horizon):
    """The leader, and its trace, where a resource is raised on a day."""
    trace = Trace()
    world = build_world(small, Streams(0), trace)
    (leader,) = world.labs.values()
    if key:
        multiply = RESOURCES[PLACES[key]].multiply
        world.stage.after(day, lambda alarm: multiply(world, leader, TIMES))
    finish(world, horizon)
    return leader, trace


@pytest.mark.parametrize("key", ["experiments", "frontier", "people", "verifiers", "tokens"])
def test_before_its_date_a_resource_changes_nothing(small, key):
    _, plain = raised(small, "", 0.0, 200.0)
    _, more = raised(small, key, 150.0, 200.0)

    def before(trace):
        return [row for row in trace.of(LabMetered) if row.time_days < 150.0]

    assert before(plain) == before(more)


def test_each_resource_is_raised_by_as_much_as_it_says(small):
    plain, _ = raised(small, "", 0.0, 60.0)
    run_days = plain.training.params.run_days
    frontier, _ = raised(small, "frontier", 10.0, 60.0)
    assert frontier.training.planned_flop(run_days) == pytest.approx(TIMES * plain.training.planned_flop(run_days))
    people, _ = raised(small, "people", 10.0, 60.0)
    assert people.staffing.plan_people == pytest.approx(TIMES * plain.staffing.plan_people)
    assert people.staffing.n_people > plain.staffing.n_people
    verifiers, _ = raised(small, "verifiers", 10.0, 60.0)
    assert verifiers.rooms.desk is not None
    assert plain.rooms.desk is not None
    assert verifiers.rooms.desk.people_fraction == pytest.approx(TIMES * plain.rooms.desk.people_fraction)
    tokens, _ = raised(small, "tokens", 10.0, 60.0)
    assert tokens.rooms.fleet is not None
    assert plain.rooms.fleet is not None
    ratio = tokens.rooms.fleet.tokens_per_h100e_day() / plain.rooms.fleet.tokens_per_h100e_day()
    assert ratio == pytest.approx(TIMES, rel=0.25)


def test_experiments_cost_less_where_there_is_more_compute_for_them(small):
    plain, _ = raised(small, "", 0.0, 30.0)
    more, _ = raised(small, "experiments", 10.0, 30.0)
    for cheap, dear in zip(more.experiments.rungs, plain.experiments.rungs, strict=True):
        assert cheap.repeat_flop == pytest.approx(dear.repeat_flop / TIMES)
        assert cheap.repeat_h100e_days < dear.repeat_h100e_days
    assert more.training.planned_flop(100.0) == plain.training.planned_flop(100.0)


def test_where_no_idea_is_adopted_compute_for_runs_gains_its_own_logarithm(small, words):
    still = changed(small, {**dict.fromkeys(OPTIONAL), "researchers.thinking_people_days": 1e5})
    answers = [ask(Question(still, 0, place, (0,), words, date(2025, 1, 1))) for place in (-1, PLACES["frontier"])]
    (plain, more) = (answer.nats[0] for answer in answers)
    assert more - plain == pytest.approx(0.405465, rel=1e-3)


def test_the_table_has_a_cell_a_resource_and_year_and_waits_are_shares(small, words):
    cells = gains(small, words, SCENARIO.start, [0], 2, 1)
    assert [cell.resource for cell in cells] == ["experiments", "frontier", "people", "verifiers", "tokens"]
    assert all(len(cell.nats) == 2 for cell in cells)
    waits = {cell.resource: cell.wait_fraction for cell in cells}
    assert waits["tokens"] is None
    known = [share for share in waits.values() if share is not None]
    assert all(0.0 <= share <= 1.0 for share in known)
    assert sum(known) < 1.0
    assert LATER_YEARS == 2.0


def test_a_resource_that_a_scenario_lacks_is_left_out(small, words):
    bare = changed(small, dict.fromkeys(OPTIONAL))
    cells = gains(bare, words, SCENARIO.start, [0], 1, 1)
    assert [cell.resource for cell in cells] == ["experiments", "frontier", "people"]


def cells_of(gained, waits, year=0):
    return [Gain(key, year, (nats, nats), wait) for (key, nats), wait in zip(gained.items(), waits, strict=True)]


def test_rank_correlation_by_hand():
    assert spearman([1.0, 2.0, 3.0], [10.0, 20.0, 30.0]) == pytest.approx(1.0)
    assert spearman([1.0, 2.0, 3.0], [3.0, 2.0, 1.0]) == pytest.approx(-1.0)
    assert spearman([1.0, 2.0, 3.0, 4.0], [1.0, 1.0, 2.0, 3.0]) == pytest.approx(0.9486833)
    assert spearman([1.0, 2.0], [1.0, 2.0]) is None
    assert spearman([1.0, 2.0, 3.0], [0.0, 0.0, 0.0]) is None


def test_orders_that_agree_are_said_to():
    gained = {"experiments": 0.05, "people": 0.02, "frontier": 0.01}
    found = agreement([*cells_of(gained, (0.4, 0.2, 0.1)), *cells_of({"tokens": 0.5}, (None,))])
    assert found.overall == pytest.approx(1.0)
    assert found.by_year == {0: pytest.approx(1.0)}
    assert "agree." in found.words
    assert "waiting for compute (40%)" in found.words


def test_orders_that_do_not_agree_are_told_why():
    gained = {"experiments": 0.01, "people": 0.02, "frontier": 0.09}
    found = agreement(cells_of(gained, (0.4, 0.2, 0.1)))
    assert found.overall == pytest.approx(-1.0)
    assert "do not agree, because" in found.words
    assert "one for one" in found.words


def test_where_luck_may_have_made_the_order_it_is_said():
    waits = {"experiments": 0.4, "people": 0.2, "frontier": 0.1}
    noisy = {"experiments": (0.30, -0.20), "people": (0.02, 0.03), "frontier": (0.01, 0.01)}
    found = agreement([Gain(key, 0, nats, waits[key]) for key, nats in noisy.items()])
    assert found.words.endswith("Luck alone may have put compute for experiments before people: more seeds would tell.")
    sure = {key: (nats, nats + 0.001) for key, nats in (("experiments", 0.3), ("people", 0.02), ("frontier", 0.01))}
    assert "Luck" not in agreement([Gain(key, 0, nats, waits[key]) for key, nats in sure.items()]).words
