"""FLOP per accelerator-day, against numbers worked out by hand."""

import pytest

from simlab.world.throughput import ThroughputParams, flop_per_h100e_day

P = ThroughputParams(peak_flop_per_s=989e12, mfu_fraction=0.34, mfu_reference_h100e=512.0, mfu_size_exponent=0.05)


def test_an_h100_at_a_third_of_its_peak_does_2_9e19_flop_a_day():
    assert flop_per_h100e_day(512.0, P) == pytest.approx(989e12 * 0.34 * 86400, rel=1e-12)
    assert flop_per_h100e_day(512.0, P) == pytest.approx(2.905e19, rel=1e-3)


def test_small_jobs_are_no_better_than_the_reference():
    assert flop_per_h100e_day(1.0, P) == flop_per_h100e_day(512.0, P)


def test_utilisation_falls_by_the_exponent_beyond_the_reference():
    for factor in (2.0, 10.0, 1000.0):
        assert flop_per_h100e_day(512.0 * factor, P) / flop_per_h100e_day(512.0, P) == pytest.approx(factor**-0.05)


def test_a_thousandfold_more_accelerators_do_more_but_not_a_thousandfold():
    assert 1.0 < 1000.0 * flop_per_h100e_day(512e3, P) / flop_per_h100e_day(512.0, P) < 1000.0


def test_a_published_run_takes_its_published_accelerator_hours():
    # The 405B model of 2024: 3.8e25 FLOP in 30.84 million H100 hours.
    p = ThroughputParams(**{**P.model_dump(), "mfu_size_exponent": 0.0})
    assert 24.0 * 3.8e25 / flop_per_h100e_day(16384.0, p) == pytest.approx(30.84e6, rel=0.05)
