"""How likely by when, against a textbook, the plain count, and worlds in which the truth is known."""

import math

import numpy as np
import pytest

from simlab.analysis.intervals import Z_90, share_interval
from simlab.analysis.survival import curve

# Remission of 21 patients under 6-MP, weeks (Freireich and others, Blood 21, 1963; Kalbfleisch and Prentice, table 1.1)
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def textbook():
    weeks, ended = np.array(WEEKS, float), np.array(ENDED, bool)
    return curve(np.where(ended, weeks, np.nan), np.where(ended, 35.0, weeks), np.arange(weeks.size))


def plain_quantile(days, share):
    """The smallest time by which the share of all is there: the answer where all were followed equally long."""
    found = np.sort(days)[max(math.ceil(share * days.size - 1e-9), 1) - 1]
    return None if np.isnan(found) else float(found)


def uniform(n, seed=0, end=100.0, replicates=1):
    rng = np.random.default_rng(seed)
    days = rng.exponential(80.0, n)
    samples = np.arange(n) // replicates
    return np.where(days <= end, days, np.nan), np.full(n, end), samples


def test_the_textbooks_patients_have_the_textbooks_curve():
    found = textbook()
    assert found.days.tolist() == [6, 7, 10, 13, 16, 22, 23]
    left = 1 - found.reached
    assert left == pytest.approx([1, 0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482], abs=5e-5)
    assert found.quantile(0.5).days == 23.0


def test_the_textbooks_interval_is_greenwoods_on_the_scale_of_log_log():
    found, left = textbook(), 18 / 21 * 16 / 17
    greenwood = 3 / (21 * 18) + 1 / (17 * 16)
    half = Z_90 * math.sqrt(greenwood) / -math.log(left)
    ends = [left ** math.exp(sign * half) for sign in (1, -1)]
    assert (1 - found.high[2], 1 - found.low[2]) == pytest.approx(ends, abs=1e-9)


def test_the_medians_interval_holds_the_days_whose_own_interval_has_a_half():
    median = textbook().quantile(0.5)
    assert median.low == 13.0
    assert median.high is None
    assert textbook().quantile(0.75) == (None, 23.0, None)
    assert textbook().quantile(0.9) == (None, None, None)


@pytest.mark.parametrize("n", [1, 7, 12, 97, 256])
def test_where_all_are_followed_equally_long_it_is_the_plain_count_to_the_last_bit(n):
    days, followed, samples = uniform(n, seed=n)
    found, grid = curve(days, followed, samples), np.linspace(0.0, 100.0, 41)
    counted = np.searchsorted(np.sort(days[np.isfinite(days)]), grid, side="right") / n
    assert (found.at(grid)[0] == counted).all()
    for share in (0.1, 0.25, 0.5, 0.75, 0.9):
        assert found.quantile(share).days == plain_quantile(days, share)
    assert found.mean_days(100.0) == pytest.approx(np.nan_to_num(days, nan=100.0).mean())


def test_the_mean_up_to_a_day_counts_later_ones_as_that_day():
    found = curve(np.array([10.0, 30.0, np.nan]), np.full(3, 50.0), np.arange(3))
    assert found.mean_days(20.0) == pytest.approx((10 + 20 + 20) / 3)
    with pytest.raises(ValueError, match="followed for 50 days"):
        found.mean_days(51.0)


def test_a_run_followed_half_as_long_says_nothing_of_the_second_half():
    """Of four, one is lost at day 15: the other two of then share its part of what comes later."""
    found = curve(np.array([10.0, np.nan, 20.0, np.nan]), np.array([40.0, 15.0, 40.0, 40.0]), np.arange(4))
    assert found.reached.tolist() == pytest.approx([0.0, 0.25, 1 - 0.75 / 2])


def test_an_arrival_counts_before_a_loss_on_the_same_day():
    found = curve(np.array([10.0, np.nan]), np.array([40.0, 10.0]), np.arange(2))
    assert found.reached.tolist() == [0.0, 0.5]


def test_nobody_and_everybody_have_the_interval_of_a_count():
    nobody = curve(np.full(10, np.nan), np.full(10, 5.0), np.arange(10))
    assert (nobody.low[0], nobody.high[0]) == share_interval(0, 10, 10)
    everybody = curve(np.full(10, 3.0), np.full(10, 5.0), np.arange(10))
    assert (everybody.low[1], everybody.high[1]) == share_interval(10, 10, 10)
    assert nobody.quantile(0.1).days is None


def test_replicates_that_only_repeat_add_nothing():
    """Each sample four times over: the interval of the samples alone, but for the degree of freedom."""
    days, followed, samples = uniform(40, seed=3)
    once = curve(days, followed, samples)
    again = curve(np.repeat(days, 4), np.repeat(followed, 4), np.repeat(samples, 4))
    assert again.reached == pytest.approx(once.reached)
    inner = (once.reached > 0) & (once.reached < 1)
    for found, alone in ((again.low, once.low), (again.high, once.high)):
        assert found[inner] == pytest.approx(alone[inner], abs=0.004)
    assert (again.high - again.low)[inner].min() > 0.9 * (once.high - once.low)[inner].min()


def test_one_sample_says_nothing_of_others_however_often_it_is_repeated():
    days = np.array([10.0, 20.0, 30.0, np.nan])
    found = curve(days, np.full(4, 50.0), np.zeros(4, dtype=int))
    assert found.low[1:].tolist() == [0.0] * 3
    assert found.high[1:].tolist() == [1.0] * 3


def test_without_replicates_influences_add_up_to_greenwoods_formula():
    """The cluster formula with every run its own cluster, but for the degree of freedom it takes."""
    days, followed, samples = uniform(60, seed=5)
    followed = np.where(samples % 3 == 0, 40.0, followed)
    days = np.where(days <= followed, days, np.nan)
    alone = curve(days, followed, samples)
    n = samples.size
    beside = curve(np.append(days, np.nan), np.append(followed, 0.0), np.append(samples, 0))
    stretch = np.log(np.log1p(-alone.low[1:]) / np.log1p(-alone.reached[1:]))
    grouped = np.log(np.log1p(-beside.low[1:]) / np.log1p(-beside.reached[1:]))
    assert grouped == pytest.approx(stretch * math.sqrt(n / (n - 1)), rel=1e-9)


@pytest.mark.parametrize("replicates", [1, 4])
def test_nine_intervals_in_ten_hold_the_truth(replicates):
    """Also where the replicates of a sample share most of their fate, and runs are lost at different times."""
    rng = np.random.default_rng(11)
    held, n_samples, n_studies, day = 0, 40, 400, 30.0  # by then 53.14% are there, by four million draws
    for _ in range(n_studies):
        fate = np.repeat(rng.exponential(1.0, n_samples), replicates)
        days = 40.0 * fate * np.exp(0.3 * rng.normal(size=fate.size))
        followed = np.repeat(rng.choice([25.0, 60.0], n_samples), replicates)
        found = curve(np.where(days <= followed, days, np.nan), followed, np.repeat(np.arange(n_samples), replicates))
        _, low, high = found.at(np.array([day]))
        held += low[0] <= 0.5314 <= high[0]
    assert 0.86 <= held / n_studies <= 0.94


def test_a_hundred_thousand_runs_with_replicates_are_no_matter():
    days, followed, samples = uniform(100_000, replicates=2)
    found = curve(days, followed, samples)
    n_samples = 50_000
    share, low, high = (float(values[0]) for values in found.at(np.array([50.0])))
    assert share == pytest.approx(1 - math.exp(-50 / 80), abs=0.01)
    # independent replicates: as narrow as a share of a hundred thousand runs
    assert high - low == pytest.approx(2 * Z_90 * math.sqrt(share * (1 - share) / (2 * n_samples)), rel=0.05)
