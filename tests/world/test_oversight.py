"""Oversight: features found against features there, audits by people and by AI workers, and what both take."""

import math
from typing import Any

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.features import FeaturesParams, Survey, n_features
from simlab.world.models import Model
from simlab.world.oversight import Audit, Oversight, OversightParams

FEATURES: dict[str, Any] = {
    "reference_parameters": 1e11,
    "reference_features": 1e6,
    "features_exponent": 0.5,
    "cost_exponent": 1.0,
    "features_per_h100e_day": 10.0,
    "features_per_person_day": 1000.0,
    "people_exponent": 0.5,
    "carried_fraction": 0.4,
}
OVERSIGHT: dict[str, Any] = {
    "people_fraction": 0.1,
    "compute_fraction": 0.05,
    "audit_people_days": 120.0,
    "task_median_minutes": 60.0,
    "task_log_sd": 1.5,
    "worker_pace": 40.0,
    "base_detection_fraction": 0.2,
    "limit_detection_fraction": 0.9,
    "features": FEATURES,
}


class FixedWorkers:
    """AI workers that can be trusted with a stated share of the work."""

    def __init__(self, alone: float) -> None:
        self.alone = alone
        self.asked: list[tuple[float, float]] = []

    def alone_fraction(self, median_minutes: float, log_sd: float) -> float:
        self.asked.append((median_minutes, log_sd))
        return self.alone


def features(**changes: float) -> FeaturesParams:
    return FeaturesParams(**{**FEATURES, **changes})


def model(generation: int = 0, n_parameters: float = 1e11, gain_nats: float = 0.0) -> Model:
    return Model(generation, 1e25, 1e25, n_parameters, 30.0, 0.0, gain_nats)


def new(workers: FixedWorkers | None = None, **changes: Any) -> Oversight:
    stage = Stage(simpy.Environment(), Streams(1), Trace())
    return Oversight(stage, OversightParams(**{**OVERSIGHT, **changes}), workers, 0)


def opened(workers: FixedWorkers | None = None, *, n_people: float = 60.0, **changes: Any) -> Oversight:
    """With the first model deployed, people (six of sixty set aside) and 1,000 accelerators."""
    oversight = new(workers, **changes)
    oversight.deploy(model())
    oversight.staff(n_people)
    oversight.resize(1000.0)
    return oversight


def audited(oversight: Oversight, *models: Model) -> list[tuple[float, Model, Audit]]:
    """Hand in models at once, deploy each that passes; (day, model, audit) of all that passed."""
    done: list[tuple[float, Model, Audit]] = []

    def passed(one: Model, audit: Audit) -> None:
        done.append((oversight.stage.env.now, one, audit))
        oversight.deploy(one)

    for one in models:
        oversight.audit(one, passed)
    oversight.stage.env.run()
    return done


# -- features -------------------------------------------------------------------------------------------------------


def test_features_grow_as_the_stated_power_of_a_models_size():
    p = features()
    assert n_features(1e11, p) == pytest.approx(1e6)
    assert n_features(1e13, p) == pytest.approx(1e7)


def test_looks_have_constant_returns_and_take_what_they_say():
    survey = Survey(features(), model(), None)
    assert survey.looks_per_day(100.0, 1.0) == pytest.approx(1000.0)  # both sides alone would give 1,000
    assert survey.looks_per_day(200.0, 2.0) == pytest.approx(2000.0)
    assert survey.looks_per_day(200.0, 1.0) == pytest.approx(1000.0 * math.sqrt(2.0))
    assert survey.looks_per_day(0.0, 1.0) == survey.looks_per_day(100.0, 0.0) == 0.0


def test_a_larger_model_takes_more_for_a_look_and_what_research_won_makes_it_cheaper():
    p = features()
    larger, helped = Survey(p, model(n_parameters=1e13), None), Survey(p, model(gain_nats=math.log(3.0)), None)
    plain = Survey(p, model(), None).looks_per_day(100.0, 1.0)
    assert larger.looks_per_day(100.0, 1.0) == pytest.approx(plain / 10.0)
    assert helped.looks_per_day(100.0, 1.0) == pytest.approx(plain * 3.0)


def test_looking_finds_as_a_collector_of_coupons_does():
    """Brute force: looks hit one of F features at random; the share hit is 1 - (1 - 1 / F)^looks, which is e^-."""
    survey = Survey(features(reference_features=1e4), model(), None)
    survey.look(1.5e4)
    assert survey.found_fraction == pytest.approx(1.0 - (1.0 - 1e-4) ** 15_000, rel=1e-4)


@given(st.lists(st.floats(0.0, 1e6), max_size=8))
def test_looks_in_parts_find_what_they_find_at_once_and_never_more_than_all(parts: list[float]):
    in_parts, at_once = Survey(features(), model(), None), Survey(features(), model(), None)
    for n in parts:
        in_parts.look(n)
    at_once.look(sum(parts))
    assert in_parts.found_fraction == pytest.approx(at_once.found_fraction, abs=1e-12)
    assert 0.0 <= in_parts.found_fraction <= 1.0


def test_a_successor_starts_with_the_carried_share_of_what_was_known():
    before = Survey(features(), model(), None)
    before.found_fraction = 0.5
    assert Survey(features(), model(1), before).found_fraction == pytest.approx(0.2)
    assert Survey(features(), model(1, 4e11), before).found_fraction == pytest.approx(0.1)  # twice the features
    assert Survey(features(carried_fraction=1.0), model(1, 1e9), before).found_fraction == 1.0  # a far smaller one


# -- interpretability over time -------------------------------------------------------------------------------------


def test_coverage_follows_the_closed_form_and_raises_detection():
    oversight = opened()
    oversight.stage.env.run(until=30.0)
    row = oversight.read_meter()
    looks = 30.0 * math.sqrt(10.0 * 1000.0 * 1000.0 * 6.0)
    assert row.features_found_fraction == pytest.approx(1.0 - math.exp(-looks / 1e6))
    assert row.flaw_detection_fraction == pytest.approx(0.2 + 0.7 * row.features_found_fraction)
    assert (row.n_people, row.capacity_h100e_days) == pytest.approx((6.0, 30_000.0))


def test_the_meter_adds_up_over_changes_of_compute_and_people():
    oversight = opened()
    env = oversight.stage.env
    env.run(until=10.0)
    oversight.resize(400.0)
    env.run(until=15.0)
    first = oversight.read_meter()
    oversight.staff(0.0)
    env.run(until=25.0)
    second = oversight.read_meter()
    assert first.capacity_h100e_days == pytest.approx(10 * 1000.0 + 5 * 400.0)
    assert second.capacity_h100e_days == pytest.approx(10 * 400.0)
    assert second.features_found_fraction == first.features_found_fraction  # without people nothing is found
    expected = 10.0 * math.sqrt(6e7) + 5.0 * math.sqrt(2.4e7)
    assert first.features_found_fraction == pytest.approx(1.0 - math.exp(-expected / 1e6))


def test_workers_who_can_be_trusted_multiply_the_people_who_look():
    alone, helped = opened(), opened(FixedWorkers(0.9))
    for oversight in (alone, helped):
        oversight.stage.env.run(until=5.0)
    x, y = (-math.log1p(-o.read_meter().features_found_fraction) for o in (alone, helped))
    assert y / x == pytest.approx((1.0 - 0.9 + 0.9 / 40.0) ** -0.5)


def test_without_compute_and_people_nothing_is_known_and_tools_have_their_base_chance():
    oversight = opened(n_people=0.0, people_fraction=0.0, audit_people_days=0.0)
    oversight.resize(0.0)
    oversight.stage.env.run(until=100.0)
    row = oversight.read_meter()
    assert (row.features_found_fraction, row.flaw_detection_fraction) == (0.0, 0.2)


def test_an_accelerator_adds_to_coverage_what_a_difference_quotient_says():
    def known(n_h100e: float) -> float:
        oversight = opened()
        oversight.resize(n_h100e)
        oversight.stage.env.run(until=50.0)
        return oversight.read_meter().features_found_fraction

    oversight = opened()
    oversight.stage.env.run(until=50.0)
    oversight.read_meter()
    assert oversight.coverage_per_h100e() == pytest.approx((known(1001.0) - known(999.0)) / 2.0, rel=1e-4)
    assert new().coverage_per_h100e() == 0.0


# -- audits ---------------------------------------------------------------------------------------------------------


def test_people_alone_audit_in_work_over_heads():
    ((day, _, audit),) = audited(opened(), model(1))
    assert day == audit.days == pytest.approx(120.0 / 6.0)
    assert (audit.people_days, audit.worker_people_days) == (120.0, 0.0)


@pytest.mark.parametrize("alone", [0.0, 0.5, 0.9, 1.0])
def test_an_audit_is_its_human_part_and_its_workers_part(alone: float):
    workers = FixedWorkers(alone)
    ((day, _, audit),) = audited(opened(workers), model(1))
    assert day == pytest.approx(120.0 * (1.0 - alone) / 6.0 + 120.0 * alone / (40.0 * 6.0))
    assert audit.people_days + audit.worker_people_days == pytest.approx(120.0)
    assert audit.worker_people_days == pytest.approx(120.0 * alone)
    assert set(workers.asked) == {(60.0, 1.5)}


def test_workers_who_can_do_it_all_audit_in_hours():
    ((_, _, by_people),) = audited(opened(FixedWorkers(0.0)), model(1))
    ((_, _, by_workers),) = audited(opened(FixedWorkers(1.0)), model(1))
    assert by_workers.days < 1.0 < by_people.days


def test_one_audit_at_a_time_and_the_newest_waits():
    done = audited(opened(), model(1), model(2), model(3))
    assert [(day, one.generation) for day, one, _ in done] == [(20.0, 1), (40.0, 3)]


def test_an_audit_that_takes_no_work_passes_at_once_but_from_the_event_loop():
    oversight = opened(people_fraction=0.0, audit_people_days=0.0)
    told: list[float] = []
    oversight.audit(model(1), lambda one, audit: told.append(audit.days))
    assert told == []
    oversight.stage.env.run()
    assert told == [0.0]
    assert oversight.stage.env.now == 0.0


def test_audits_that_take_work_need_people():
    with pytest.raises(ValueError, match="never end without people"):
        OversightParams(**{**OVERSIGHT, "people_fraction": 0.0})


def test_what_is_known_of_a_model_when_it_passes_was_found_on_the_table():
    oversight = opened()
    ((_, _, audit),) = audited(oversight, model(1))
    looks = 20.0 * math.sqrt(6e7)
    assert audit.features_found_fraction == pytest.approx(1.0 - math.exp(-looks / 1e6))
    assert oversight.features_found_fraction == audit.features_found_fraction


def test_while_a_model_is_audited_nothing_more_is_learnt_of_the_one_in_use():
    oversight = opened()
    env = oversight.stage.env
    env.run(until=10.0)
    before = oversight.read_meter().features_found_fraction
    oversight.audit(model(1), lambda one, audit: None)  # it is not deployed after all
    env.run(until=29.0)
    assert oversight.read_meter().features_found_fraction == before > 0.0
    env.run(until=31.0)
    looks = (10.0 + 1.0) * math.sqrt(6e7)
    assert oversight.read_meter().features_found_fraction == pytest.approx(1.0 - math.exp(-looks / 1e6))


def test_coverage_falls_where_each_model_holds_more_than_the_last_and_compute_stays():
    oversight = opened()
    found = []
    for generation in range(1, 5):
        oversight.stage.env.run(until=100.0 * generation)
        found.append(oversight.read_meter().features_found_fraction)
        oversight.deploy(model(generation, 1e11 * 30.0**generation))
    assert found == sorted(found, reverse=True)
    assert found[-1] < 0.1 * found[0]
