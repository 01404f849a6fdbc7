"""Weak chips: what they lose a lab, and how the picking of ideas wins it back."""

import math

import pytest

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.trace.events import EVENT_CLASSES, FrontierRunStarted, IdeaEnded
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.candidates import pick
from simlab.world.hardware import Hardware, HardwareParams, weakness_nats
from simlab.world.knowledge import Reading
from simlab.world.models import Model
from simlab.world.throughput import flop_per_h100e_day

CHIPS = HardwareParams(loss_exponent=0.5, serving_loss_fraction=0.4, quality_fractions={"leader": 0.36})
WEAKNESS_NATS = 0.5 * math.log(1.0 / 0.36)
DAYS = 250.0


def with_area(world: WorldParams, n_open_ideas: float = 4000.0) -> dict:
    """The areas of `world` and one more, whose ideas win back what weak chips lose."""
    areas = world.model_dump()["ideas"]["areas"]
    return areas | {"chips": areas["systems"] | {"raises": "hardware", "n_open_ideas": n_open_ideas}}


@pytest.fixture
def new_weak_bench(new_bench, params):
    """A bench with the area; ideas do not get harder, so that sums stay simple."""

    def make(weakness: float = 0.0, **options):
        changes = {"ideas.areas": with_area(params), "ideas.difficulty_exponent": 0.0}
        bench = new_bench(changes | {"throughput.mfu_size_exponent": 0.0}, **options)
        bench.knowledge.weaken(weakness)
        return bench

    return make


def adopt(bench, gain: float, idea: int = 0):
    project = bench.project(idea=idea, area=len(bench.pool.areas) - 1, true_gain_nats=gain)
    bench.knowledge.adopt(project)
    return project


def test_weakness_is_the_logarithm_of_quality_times_the_exponent():
    assert weakness_nats(1.0, CHIPS) == 0.0
    assert weakness_nats(0.36, CHIPS) == pytest.approx(-math.log(0.6))
    assert weakness_nats(0.2, CHIPS) > weakness_nats(0.3, CHIPS) > 0.0


def test_a_nat_lost_is_a_factor_e_of_flop(params):
    whole = flop_per_h100e_day(5000.0, params.throughput)
    assert flop_per_h100e_day(5000.0, params.throughput, 0.0) == whole
    assert flop_per_h100e_day(5000.0, params.throughput, 1.0) == pytest.approx(whole / math.e)


def test_a_campaign_takes_so_much_more_accelerator_time(new_weak_bench):
    bench = new_weak_bench()
    before = [rung.repeat_h100e_days for rung in bench.experiments.rungs]
    flop = [rung.repeat_flop for rung in bench.experiments.rungs]
    bench.experiments.aim(bench.experiments.target_flop, 0.7)
    after = [rung.repeat_h100e_days for rung in bench.experiments.rungs]
    assert after == pytest.approx([math.exp(0.7) * days for days in before])
    assert [rung.repeat_flop for rung in bench.experiments.rungs] == flop


def test_adopted_ideas_win_back_what_they_gain_and_no_more_than_was_lost(new_weak_bench):
    bench = new_weak_bench(0.8)
    knowledge, area = bench.knowledge, len(bench.pool.areas) - 1
    assert (knowledge.lost_nats, knowledge.difficulty[area]) == (0.8, 0.8)
    adopt(bench, 0.3)
    assert knowledge.lost_nats == knowledge.difficulty[area] == pytest.approx(0.5)
    last = adopt(bench, 0.9, idea=1)
    assert knowledge.lost_nats == knowledge.difficulty[area] == 0.0
    assert area not in [a.number for a in knowledge.open_areas]
    knowledge.revert(last)
    assert knowledge.lost_nats == pytest.approx(0.5)
    assert area in [a.number for a in knowledge.open_areas]


def test_ideas_of_a_tenth_each_leave_nine_tenths_each_time(new_weak_bench):
    bench = new_weak_bench(0.8)
    for idea in range(12):
        adopt(bench, 0.1 * bench.knowledge.difficulty[-1], idea)
    assert bench.knowledge.lost_nats == pytest.approx(0.8 * 0.9**12)


def test_ideas_for_chips_raise_neither_training_nor_what_the_lab_believes_of_it(new_weak_bench):
    bench = new_weak_bench(0.8)
    adopt(bench, 0.3)
    assert (bench.knowledge.algorithmic_gain_nats, bench.knowledge.believed_nats) == (0.0, 0.0)


def picked_fraction(bench, n: int = 1500) -> float:
    """Share of picks that are ideas for weak chips."""
    team, area = bench.team(), len(bench.pool.areas) - 1
    picks = [pick(team, bench.pool, bench.knowledge, 6) for _ in range(n)]
    return sum(candidate is not None and candidate.area.number == area for candidate in picks) / n


def test_the_weaker_the_chips_the_more_ideas_for_them_are_picked(new_weak_bench):
    shares = [picked_fraction(new_weak_bench(weakness)) for weakness in (0.0, 0.3, 1.0, 3.0)]
    assert shares[0] == 0.0
    assert shares == sorted(set(shares))
    assert shares[3] > 1.0 / 6.0  # more than an equal part of six areas


def test_a_nat_of_weakness_makes_it_an_area_like_the_others(new_weak_bench):
    # the area is a copy of another one, with gains given per nat lost: picked as often as each of six
    assert picked_fraction(new_weak_bench(1.0), 6000) == pytest.approx(1.0 / 6.0, abs=4.0 * math.sqrt(0.14 / 6000))


def test_without_weakness_papers_on_weak_chips_are_left_unread(new_weak_bench):
    bench = new_weak_bench()
    reading = Reading(len(bench.pool.areas) - 1, 7, 5.0, 0.1)
    bench.knowledge.read(reading)
    candidate = pick(bench.team(), bench.pool, bench.knowledge, 6)
    assert candidate is not None
    assert not candidate.published
    bench.knowledge.weaken(0.5)
    candidate = pick(bench.team(), bench.pool, bench.knowledge, 6)
    assert candidate is not None
    assert (candidate.idea, candidate.mean_nats) == (7, pytest.approx(2.5))


# -- a lab's chips


def test_a_lab_feels_its_chips_at_deliveries_only(new_weak_bench):
    bench, shipped = new_weak_bench(), [1.0]
    chips = Hardware(bench.stage, CHIPS, bench.knowledge, bench.experiments, "follower", lambda: shipped[0])
    assert not chips.look()
    shipped[0] = 1.0 - 1e-12  # rounding in a mean is no weakness
    assert not chips.look()
    shipped[0] = 0.25
    before = bench.experiments.rungs[0].repeat_h100e_days
    assert bench.knowledge.lost_nats == 0.0
    assert chips.look()
    assert bench.knowledge.lost_nats == pytest.approx(0.5 * math.log(4.0))
    assert bench.experiments.rungs[0].repeat_h100e_days == pytest.approx(2.0 * before)
    assert not chips.look()


def test_a_labs_own_quality_multiplies_its_nations(new_weak_bench):
    bench = new_weak_bench()
    chips = Hardware(bench.stage, CHIPS, bench.knowledge, bench.experiments, "leader", lambda: 0.5)
    assert bench.knowledge.weakness_nats == pytest.approx(WEAKNESS_NATS)
    chips.look()
    assert bench.knowledge.weakness_nats == pytest.approx(0.5 * math.log(1.0 / 0.18))


@pytest.mark.parametrize("quality", [0.0, -1.0, 1.1, math.nan])
def test_a_quality_that_cannot_be_is_refused(new_weak_bench, quality):
    bench = new_weak_bench()
    chips = Hardware(bench.stage, CHIPS, bench.knowledge, bench.experiments, "leader", lambda: quality)
    with pytest.raises(WorldError, match="quality"):
        chips.look()


def test_serving_feels_its_part_of_the_loss(new_weak_bench):
    bench, model = new_weak_bench(), Model(1, 1e26, 1e27, 1e11, 60.0, 0.5, 0.0)
    strong = Hardware(bench.stage, CHIPS, bench.knowledge, bench.experiments, "follower")
    assert strong.serving(model) is model
    weak = Hardware(bench.stage, CHIPS, bench.knowledge, bench.experiments, "leader")
    assert weak.serving(model) == model._replace(inference_gain_nats=pytest.approx(0.5 - 0.4 * WEAKNESS_NATS))


# -- whole worlds


@pytest.fixture(scope="module")
def small(params, change):
    """Few people and a short warm-up, with the area; `quality` is the leader's, None leaves the room out."""

    def make(quality: float | None) -> WorldParams:
        chips = CHIPS.model_copy(update={"quality_fractions": {"leader": quality or 1.0}}).model_dump()
        changes = {f"labs.{lab}.initial_people": 60.0 for lab in params.labs}
        changes |= {"warm_up_days": 20.0, "training.cadence_days": 110.0, "ideas.areas": with_area(params)}
        return change(params, changes | {"hardware": None if quality is None else chips})

    return make


def simulated(world: WorldParams) -> Trace:
    return simulate(world, DAYS, Streams(6), detail=True)


def test_the_best_chips_change_no_byte(small):
    without, best = simulated(small(None)), simulated(small(1.0))
    for kind in EVENT_CLASSES:
        assert without.values(kind).tobytes() == best.values(kind).tobytes()


def test_a_weak_lab_trains_less_and_thinks_of_chips_and_the_others_do_not(small):
    weak, best = simulated(small(0.36)), simulated(small(1.0))
    runs = [[e for e in trace.of(FrontierRunStarted) if e.lab == 0] for trace in (weak, best)]
    assert runs[0][0].planned_flop == pytest.approx(runs[1][0].planned_flop * math.exp(-WEAKNESS_NATS), rel=0.05)
    chips = len(small(None).ideas.areas) - 1
    labs = {e.lab for e in weak.of(IdeaEnded) if e.area == chips}
    assert labs == {0}
    assert not [e for e in best.of(IdeaEnded) if e.area == chips]


def test_a_world_must_leave_something_to_think_about_to_labs_with_the_best_chips(params, change):
    areas = {"chips": with_area(params)["chips"]}
    with pytest.raises(ValueError, match="something else than hardware"):
        change(params, {"ideas.areas": areas})
