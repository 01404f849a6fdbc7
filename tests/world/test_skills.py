"""Skills: log-normal factors around the median lead."""

import math

import numpy as np
import pytest

from simlab.world.skills import N_SKILLS, SkillsParams, skills_of

P = SkillsParams(
    talent_log_sd=0.35,
    engineering_log_sd=0.5,
    agency_log_sd=0.6,
    paranoia_median_se=1.5,
    paranoia_log_sd=0.4,
    communication_median_fraction=0.6,
    communication_logit_sd=1.0,
)


def test_the_median_lead_is_the_given_one():
    assert skills_of([0.0] * N_SKILLS, P) == pytest.approx((1.0, 1.0, 1.0, 1.5, 0.6))


def test_one_standard_deviation_up_is_one_log_sd_or_one_logit_sd():
    talent, engineering, agency, paranoia, communication = skills_of([1.0] * N_SKILLS, P)
    logs = [math.log(talent), math.log(engineering), math.log(agency), math.log(paranoia / 1.5)]
    assert logs == pytest.approx([0.35, 0.5, 0.6, 0.4])
    assert math.log(communication / (1.0 - communication)) == pytest.approx(math.log(0.6 / 0.4) + 1.0)


def test_each_draw_moves_one_skill():
    median = skills_of([0.0] * N_SKILLS, P)
    for which in range(N_SKILLS):
        other = skills_of([1.0 if k == which else 0.0 for k in range(N_SKILLS)], P)
        assert [a != b for a, b in zip(median, other, strict=True)] == [k == which for k in range(N_SKILLS)]


def test_without_spread_all_leads_are_alike():
    flat = {name: (0.0 if name.endswith("_sd") else value) for name, value in P.model_dump().items()}
    assert skills_of([2.0, -1.0, 0.3, 5.0, -4.0], SkillsParams(**flat)) == pytest.approx((1.0, 1.0, 1.0, 1.5, 0.6))


def test_over_many_leads_medians_and_spreads_are_as_given():
    n = 20_000
    leads = np.array([skills_of(row, P) for row in np.random.default_rng(2).standard_normal((n, N_SKILLS)).tolist()])
    logs = np.log(leads)
    logs[:, 4] = np.log(leads[:, 4] / (1.0 - leads[:, 4]))
    spreads = np.array([0.35, 0.5, 0.6, 0.4, 1.0])
    medians = np.array([0.0, 0.0, 0.0, math.log(1.5), math.log(1.5)])
    assert np.all(np.abs(logs.mean(0) - medians) < 4.0 * spreads / n**0.5)
    assert np.all(np.abs(logs.std(0) - spreads) < 4.0 * spreads / (2.0 * n) ** 0.5)


def test_communication_stays_a_fraction():
    for draw in (-30.0, 30.0):
        assert 0.0 <= skills_of([0.0, 0.0, 0.0, 0.0, draw], P).communication_fraction <= 1.0
