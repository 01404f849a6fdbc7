"""AI workers: what they take over, what it costs people and tokens, and what a shortage does."""

import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import simpy

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.capability import CapabilityParams, success_fraction
from simlab.world.models import Model
from simlab.world.projects import Stage7
from simlab.world.thinking import ThinkingParams
from simlab.world.workers.agreement import Answer
from simlab.world.workers.params import WorkersParams
from simlab.world.workers.tasks import Handed, work_within_fraction
from simlab.world.workers.trust import Effort, Trust
from simlab.world.workers.workers import Workers

CAPABILITY = CapabilityParams(
    reference_horizon_minutes=40.0,
    reference_effective_flop=4e25,
    decades_per_doubling=0.7,
    horizon_slope=0.8,
    chain_length=10.0,
)
THINKING = ThinkingParams(training_decades_per_thinking_decade=0.7, most_thinking_decades=1.0)
STEPS = (Stage7.THINKING, Stage7.BUILDING, Stage7.READING)


def numbers(**changes):
    """The numbers of the tests, with some changed."""
    tree = {
        "fleet_fraction": 0.1,
        "steps": {
            "thinking": {"median_minutes": 60.0, "log_sd": 1.2},
            "building": {"median_minutes": 15.0, "log_sd": 1.0},
            "reading": {"median_minutes": 30.0, "log_sd": 1.1},
        },
        "chain_tasks": 5.0,
        "unreviewed_chain_tasks": 10.0,
        "required_fraction": 0.8,
        "briefing_minutes": 5.0,
        "review_fraction": 0.15,
        "review_detection_fraction": 0.5,
        "decisive_tasks": 2.0,
        "flaw_nats": 0.03,
        "tries": {"most_tries": 5, "common_error_fraction": 0.3, "out_of_reach_fraction": 0.6},
        "tokens_per_work_minute": 1000.0,
        "session_tokens_per_s": 50.0,
        "scaffolding": {"horizon_gain": 1.0, "fading_horizon_minutes": 100.0},
        "review_days": 30.0,
    }
    return WorkersParams(**(tree | changes))


class Fleet:
    """A fleet that gives so many tokens a day."""

    def __init__(self, tokens_per_day=math.inf):
        self.supply, self.wanted = tokens_per_day, 0.0

    @property
    def worker_served_fraction(self):
        return min(self.supply / self.wanted, 1.0) if self.wanted else 1.0

    def want(self, tokens_per_day):
        self.wanted = tokens_per_day


def model(horizon=480.0):
    return Model(0, 4e25, 4e25, 1e11, horizon, 0.0, 0.0)


def office(fleet: Any = None, horizon: float = 480.0, thinking: Any = THINKING, **changes: Any) -> tuple[Any, Any]:
    """Workers on a stage of their own, with a model at work."""
    stage = Stage(simpy.Environment(), Streams(11), Trace())
    fleet = fleet or Fleet()
    workers = Workers(stage, numbers(**changes), thinking, CAPABILITY, fleet, "lab", 0, ["data", "optimiser"])
    workers.begin()
    if horizon:
        workers.deploy(model(horizon))
    return workers, fleet


def project(idea=0, area=0, step=Stage7.BUILDING, automated=False) -> Any:
    return SimpleNamespace(
        area=SimpleNamespace(number=area),
        idea=idea,
        stage=step,
        team=SimpleNamespace(is_automated=automated),
        n_stage_draws=1,
        automated_people_days=0.0,
        flaw_nats=0.0,
    )


def do(workers, people_days, step=Stage7.BUILDING, automated=False):
    """Let a piece of research pass through the workers, as a team's hands would."""
    it = project(step=step, automated=automated)
    help_ = workers.help(step, alone=automated)
    workers.work(it, step, people_days * help_.worker_fraction, 0.0)
    return it


# -- what is trusted to them ----------------------------------------------------------------------------------------


def test_without_a_model_all_is_done_by_hand():
    workers, fleet = office(horizon=0.0)
    workers.stage.env.run(until=100.0)
    for step in STEPS:
        assert workers.help(step, alone=False) == (1.0, 0.0, 0.0)
    assert workers.loop_success_fraction == fleet.wanted == workers.alone_fraction(10.0, 1.0) == 0.0
    assert workers.people_fraction(10.0, 1.0) == 1.0


def test_a_chain_of_the_longest_trusted_tasks_succeeds_as_often_as_required():
    trust = Trust(numbers(), None, CAPABILITY)
    longest = trust.reach(480.0, Effort(1, 0.0)).reliable_minutes
    assert success_fraction(longest, 480.0, CAPABILITY) ** 5 == pytest.approx(0.8)


def test_a_unit_of_work_is_shared_out_as_the_formulas_say():
    trust = Trust(numbers(), None, CAPABILITY)
    handed = Handed(work_fraction=0.6, tasks_per_minute=0.03, right_fraction=0.9, wrong_fraction=0.04)
    kept = 0.6 * (0.9 + 0.5 * 0.04)
    overhead = 0.15 * 0.6 + 5.0 / 5.0 * 0.03
    help_ = trust.beside(handed, 0.5)
    assert help_.worker_fraction == pytest.approx(0.5 * kept)
    assert help_.own_fraction == pytest.approx(1.0 - 0.5 * kept + 0.5 * overhead)
    assert help_.flaw_fraction == pytest.approx(1.0 - (1.0 - 0.5 * 0.5 * 0.6 * 0.04) ** 2)


def test_what_is_handed_over_is_the_work_below_the_reliable_horizon():
    trust = Trust(numbers(), THINKING, CAPABILITY)
    reach = trust.reach(300.0, Effort(3, 0.5))
    for handed, bundle in zip(reach.handed, trust.bundles, strict=True):
        assert handed.work_fraction == pytest.approx(work_within_fraction(reach.reliable_minutes, bundle))
        assert handed.right_fraction > 0.8**0.2


def test_better_models_take_more_over_and_leave_the_slow_remainder():
    trust = Trust(numbers(), THINKING, CAPABILITY)
    kept = [[trust.kept_fraction(h) for h in trust.reach(m, Effort(1, 0.0)).handed] for m in (20.0, 200.0, 2e3, 2e5)]
    for step in range(3):
        shares = [row[step] for row in kept]
        assert shares == sorted(shares)
    thinking, building, reading = kept[2]
    assert thinking < reading < building
    assert min(kept[-1]) > 0.95


def test_weak_workers_cost_people_more_than_they_save_where_a_briefing_is_long():
    """They can be given short tasks only, each of which wants a briefing; strong ones pay in the same place."""
    trust = Trust(numbers(briefing_minutes=20.0, review_fraction=0.4), None, CAPABILITY)
    weak, strong = (trust.beside(trust.reach(m, Effort(1, 0.0)).handed[1], 1.0) for m in (60.0, 6e3))
    assert weak.own_fraction > 1.0
    assert weak.worker_fraction > 0.0
    assert strong.own_fraction < 0.8


def test_thinking_is_worth_the_horizon_of_the_training_it_replaces():
    trust = Trust(numbers(), THINKING, CAPABILITY)
    assert trust.horizon_50_minutes(100.0, Effort(1, 1.0)) == pytest.approx(100.0 * 2.0 ** (0.7 / 0.7))
    assert Trust(numbers(), None, CAPABILITY).efforts == [Effort(1, 0.0), Effort(3, 0.0), Effort(5, 0.0)]


def test_a_scaffold_lengthens_the_horizon_of_a_weak_model():
    scaffold = {"horizon_gain": 3.0, "fading_horizon_minutes": 100.0}
    trust = Trust(numbers(scaffolding=scaffold), None, CAPABILITY)
    assert trust.horizon_50_minutes(100.0, Effort(1, 0.0)) == pytest.approx(200.0)


# -- alone ----------------------------------------------------------------------------------------------------------


def test_alone_a_step_is_done_again_until_its_chain_comes_through():
    trust = Trust(numbers(), None, CAPABILITY)
    help_ = trust.alone(Answer(0.9, 0.05), 0.5)
    assert help_.worker_fraction == pytest.approx(0.95**-10)
    assert help_.own_fraction == pytest.approx(0.95**-10 / 0.5)
    assert help_.flaw_fraction == pytest.approx(1.0 - (0.9 / 0.95) ** 2)


def test_rework_is_what_simulated_chains_take():
    trust = Trust(numbers(), None, CAPABILITY)
    rng = np.random.default_rng(1)
    tries, open_ = np.zeros(20_000), np.ones(20_000, dtype=bool)
    while open_.any():
        tries[open_] += 1
        open_[open_] = ~(rng.random((int(open_.sum()), 10)) < 0.95).all(axis=1)
    assert trust.alone(Answer(0.9, 0.05), 1.0).own_fraction == pytest.approx(tries.mean(), rel=0.02)


def test_those_who_can_do_nothing_alone_never_finish():
    help_ = Trust(numbers(), None, CAPABILITY).alone(Answer(0.0, 0.0), 1.0)
    assert math.isinf(help_.own_fraction)


def test_a_loop_comes_through_as_the_product_of_its_steps():
    workers, _ = office()
    product = 1.0
    for step in STEPS:
        product /= workers.help(step, alone=True).worker_fraction
    assert workers.loop_success_fraction == pytest.approx(product)
    assert 0.0 < product < 1.0


# -- tokens ---------------------------------------------------------------------------------------------------------


def test_work_wants_the_tokens_of_what_was_handed_over():
    """90 person-days of building in a month: of these the work handed over, tried once at the reference's thinking."""
    workers, fleet = office(thinking=None, tries=dict(most_tries=1, common_error_fraction=0.3, out_of_reach_fraction=0))
    do(workers, 60.0)
    do(workers, 30.0)
    workers.stage.env.run(until=31.0)
    assert workers.reach is not None
    handed = workers.reach.handed[1].work_fraction
    assert fleet.wanted == pytest.approx(3.0 * handed * 480.0 * 1000.0)
    assert workers.read_meter().wanted_tokens == pytest.approx(90.0 * handed * 480.0 * 1000.0)


def test_automated_work_wants_the_tokens_of_all_of_it():
    workers, fleet = office(thinking=None, tries=dict(most_tries=1, common_error_fraction=0.3, out_of_reach_fraction=0))
    it = do(workers, 60.0, automated=True)
    workers.stage.env.run(until=31.0)
    assert fleet.wanted == pytest.approx(it.automated_people_days / 30.0 * 480.0 * 1000.0)


def test_checking_an_idea_that_waits_counts_as_done_and_not_as_demand_for_its_step():
    workers, fleet = office(thinking=None, tries=dict(most_tries=1, common_error_fraction=0.3, out_of_reach_fraction=0))
    waiting = project(step=Stage7.WAITING_PEOPLE)
    workers.work(waiting, Stage7.READING, 3.0, 0.0)
    workers.stage.env.run(until=31.0)
    assert fleet.wanted == pytest.approx(3.0 / 30.0 * 480.0 * 1000.0)
    assert waiting.automated_people_days == 3.0


def month_after_month(workers, people_days, n_months):
    """So much building every month."""
    for _ in range(n_months):
        do(workers, people_days)
        workers.stage.env.run(until=workers.stage.env.now + 30.01)


def test_plenty_of_tokens_buys_all_the_tries_and_all_the_thinking():
    workers, _ = office()
    month_after_month(workers, 90.0, 2)
    assert workers.reach.effort == Effort(5, 1.0)


@pytest.mark.parametrize("supply", [2e5, 2e6])
def test_scarce_tokens_are_spent_where_they_take_most_work_over(supply):
    """The effort that a lab settles at saves as much as any would that wants no more than there is."""
    workers, fleet = office(Fleet(supply))
    month_after_month(workers, 90.0, 10)
    trust = workers.trust

    def saved(reach):
        handed = reach.handed[1]
        wanted = workers.demand.tokens(3.0 * handed.work_fraction, reach.effort)
        return (trust.kept_fraction(handed) - trust.overhead_fraction(handed)) * min(supply / wanted, 1.0)

    best = max(saved(trust.reach(480.0, effort)) for effort in trust.efforts)
    assert saved(workers.reach) >= 0.999 * best
    assert workers.reach.effort.token_ratio < 50.0
    assert fleet.wanted > 0.0


def test_a_shortage_leaves_the_work_to_people_and_keeps_teams_without_people_waiting():
    workers, fleet = office()
    do(workers, 90.0)
    workers.stage.env.run(until=31.0)
    full, alone = workers.help(Stage7.BUILDING, alone=False), workers.help(Stage7.BUILDING, alone=True)
    fleet.supply = 0.25 * fleet.wanted
    short, waits = workers.help(Stage7.BUILDING, alone=False), workers.help(Stage7.BUILDING, alone=True)
    assert short.worker_fraction == pytest.approx(0.25 * full.worker_fraction)
    assert 1.0 - short.own_fraction == pytest.approx(0.25 * (1.0 - full.own_fraction))
    assert waits == pytest.approx((4.0 * alone.own_fraction, alone.worker_fraction, alone.flaw_fraction))


def test_a_fleet_that_gives_nothing_still_hears_what_is_wanted():
    workers, fleet = office()
    month_after_month(workers, 90.0, 1)
    fleet.supply = 0.0
    month_after_month(workers, 90.0, 3)
    assert workers.help(Stage7.BUILDING, alone=False).own_fraction == pytest.approx(1.0, abs=2e-3)
    assert fleet.wanted > 0.0
    fleet.supply = math.inf
    month_after_month(workers, 90.0, 1)
    assert workers.reach.effort == Effort(5, 1.0)
    assert workers.help(Stage7.BUILDING, alone=False).worker_fraction > 0.3


# -- flaws ----------------------------------------------------------------------------------------------------------


def test_flaws_come_as_often_as_said_and_flatter_by_their_mean():
    workers, _ = office()
    flaws = []
    for idea in range(4000):
        it = project(idea)
        workers.work(it, Stage7.BUILDING, 1.0, 0.25)
        flaws.append(it.flaw_nats)
    found = [flaw for flaw in flaws if flaw]
    assert len(found) / 4000 == pytest.approx(0.25, abs=4.0 * math.sqrt(0.25 * 0.75 / 4000))
    assert min(found) > 0.0
    assert np.mean(found) == pytest.approx(0.03, rel=0.15)


def test_an_ideas_flaws_are_its_own_luck_piece_by_piece():
    def flaw(order, idea):
        workers, _ = office()
        things = {n: project(n) for n in order}
        for n in order:
            workers.work(things[n], Stage7.BUILDING, 1.0, 0.5)
        return things[idea].flaw_nats

    assert [flaw([n], n) for n in range(20)] == [flaw(range(20), n) for n in range(20)]
    workers, _ = office()
    late = project(3)
    late.n_stage_draws = 10_000
    workers.work(late, Stage7.BUILDING, 1.0, 1.0)
    again = late.flaw_nats
    workers.work(late, Stage7.BUILDING, 1.0, 1.0)
    assert late.flaw_nats == pytest.approx(2.0 * again)


# -- what others ask ------------------------------------------------------------------------------------------------


def test_a_worker_is_worth_the_people_whose_day_its_tokens_are():
    workers, _ = office(thinking=None)
    assert workers.pace_people_per_worker == pytest.approx(50.0 * 86_400.0 / (480.0 * 1000.0))


def test_other_work_is_shared_out_by_the_same_rules():
    workers, _ = office()
    building = workers.help(Stage7.BUILDING, alone=False)
    assert workers.alone_fraction(15.0, 1.0) == pytest.approx(building.worker_fraction)
    assert workers.people_fraction(15.0, 1.0) == pytest.approx(building.own_fraction)
    assert workers.alone_fraction(500.0, 1.0) < building.worker_fraction


def test_the_meter_tells_what_was_done_and_starts_again():
    workers, fleet = office(thinking=None, tries=dict(most_tries=1, common_error_fraction=0.3, out_of_reach_fraction=0))
    workers.n_automated_teams, workers.automated_ideas_seen = 4, 2.5
    do(workers, 90.0)
    workers.stage.env.run(until=31.0)
    fleet.supply = 0.5 * fleet.wanted
    it = do(workers, 90.0)
    workers.stage.env.run(until=40.0)
    first, second = workers.read_meter(), workers.read_meter()
    help_ = workers.help(Stage7.BUILDING, alone=False)
    tokens = 1.5 * 90.0 * workers.reach.handed[1].work_fraction * 480.0 * 1000.0
    assert first.wanted_tokens == pytest.approx(2.0 * tokens / 1.5)
    assert first.served_fraction == pytest.approx(0.75)
    assert first.n_workers == pytest.approx(tokens / (40.0 * 1440.0 * 1000.0))
    assert first.worker_people_days == pytest.approx(3.0 * it.automated_people_days)
    assert first.building_automated_fraction == help_.worker_fraction
    assert (first.n_automated_teams, first.automated_ideas_seen) == (4, 2.5)
    assert (second.wanted_tokens, second.worker_people_days, second.n_workers) == (0.0, 0.0, 0.0)


def test_a_new_model_takes_over_at_once_with_the_effort_there_was():
    workers, fleet = office(horizon=100.0)
    month_after_month(workers, 90.0, 1)
    before, wanted, effort = workers.help(Stage7.READING, alone=False), fleet.wanted, workers.reach.effort
    workers.deploy(model(2000.0))
    assert workers.help(Stage7.READING, alone=False).worker_fraction > before.worker_fraction
    assert workers.reach.effort == effort == Effort(5, 1.0)
    assert fleet.wanted > wanted
