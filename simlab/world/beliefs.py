"""What evidence does to a belief, and what more evidence would be worth. Gaussian, in nats.

A belief about an idea's gain at the target scale is a precision and a precision-weighted mean. Evidence at a rung has
two errors: noise, which repeats wash out, and transfer, which they do not, because the rung is not the target.
"""

import math

_INV_SQRT_2PI = 1.0 / math.sqrt(2.0 * math.pi)
_SQRT_HALF = math.sqrt(0.5)


class Belief:
    """A team's belief about one idea's gain at the target scale.

    Rungs already left are folded into (`precision`, `weighted`); the present rung is a running mean of `n_runs` runs,
    each an unbiased estimate of the gain with variance `noise_var`, sharing one transfer error of `transfer_var`.
    Variances and kept fractions are positive; no measurement is exact.
    """

    __slots__ = ("n_runs", "noise_var", "precision", "total_nats", "transfer_var", "weighted")

    def __init__(self, mean_nats: float, sd_nats: float) -> None:
        self.precision = 1.0 / (sd_nats * sd_nats)
        self.weighted = mean_nats * self.precision
        self.n_runs = 0
        self.total_nats = self.noise_var = self.transfer_var = 0.0

    def enter_rung(self, transfer_var: float, noise_var: float, kept_fraction: float) -> None:
        """Go on to a new rung; the old one's evidence stays as far as its transfer error is its own.

        `kept_fraction` is 1 - c^2, c the correlation between the transfer errors of the two rungs: the part of the
        old rung's transfer error that the new rung will not show again.
        """
        if self.n_runs:
            shared = self.transfer_var / kept_fraction
            p = 1.0 / (shared + self.noise_var / self.n_runs)
            self.precision += p
            self.weighted += p * self.total_nats / self.n_runs
        self.n_runs, self.total_nats = 0, 0.0
        self.transfer_var, self.noise_var = transfer_var, noise_var

    def see(self, mean_estimate_nats: float, n_runs: int) -> None:
        """Add the mean of `n_runs` runs at the present rung, as an estimate of the gain at target scale."""
        self.total_nats += mean_estimate_nats * n_runs
        self.n_runs += n_runs

    def moments(self) -> tuple[float, float]:
        """Posterior mean and standard deviation, in nats."""
        if not self.n_runs:
            return self.weighted / self.precision, self.precision**-0.5
        p = 1.0 / (self.transfer_var + self.noise_var / self.n_runs)
        precision = self.precision + p
        return (self.weighted + p * self.total_nats / self.n_runs) / precision, precision**-0.5

    def sd_after_repeats(self, n_more: int) -> float:
        """Posterior standard deviation after `n_more` runs at the present rung."""
        return (self.precision + 1.0 / (self.transfer_var + self.noise_var / (self.n_runs + n_more))) ** -0.5

    def sds_after_rung(
        self, transfer_var: float, noise_var: float, kept_fraction: float, n_runs: tuple[int, ...]
    ) -> list[float]:
        """Posterior standard deviations after each number of runs at a rung above; arguments as in `enter_rung`."""
        before, kept = self.precision, 0.0
        if self.n_runs:
            kept = 1.0 / (self.transfer_var / kept_fraction + self.noise_var / self.n_runs)
        return [(before + 1.0 / (transfer_var + noise_var / n) + kept) ** -0.5 for n in n_runs]


def certainty_equivalent_nats(mean_nats: float, sd_nats: float, paranoia_se: float) -> float:
    """What adopting is worth to a team that wants `paranoia_se` standard errors: max(mean - paranoia * sd, 0)."""
    return max(mean_nats - paranoia_se * sd_nats, 0.0)


def value_of_test_nats(mean_nats: float, sd_nats: float, sd_after_nats: float, paranoia_se: float) -> float:
    """Expected certainty equivalent after a test that will leave `sd_after_nats`.

    The posterior mean will be normal around the present mean with variance sd^2 - sd_after^2 (law of total variance);
    the expectation of max(mean' - k sd', 0) over it is s (phi(z) + z Phi(z)), z = (mean - k sd') / s. What the idea is
    worth without the test, nothing or its present certainty equivalent, is the caller's to subtract.
    """
    spread2 = sd_nats * sd_nats - sd_after_nats * sd_after_nats
    if spread2 <= 0.0:
        return certainty_equivalent_nats(mean_nats, sd_nats, paranoia_se)
    spread = math.sqrt(spread2)
    z = (mean_nats - paranoia_se * sd_after_nats) / spread
    return spread * (_INV_SQRT_2PI * math.exp(-0.5 * z * z) + z * 0.5 * math.erfc(-z * _SQRT_HALF))


def chance_of_worth(mean_nats: float, sd_nats: float, sd_after_nats: float, paranoia_se: float) -> float:
    """Chance that a test that will leave `sd_after_nats` leaves a positive certainty equivalent: Phi(z), z as above."""
    spread2 = sd_nats * sd_nats - sd_after_nats * sd_after_nats
    margin = mean_nats - paranoia_se * sd_after_nats
    if spread2 <= 0.0:
        return 1.0 if margin > 0.0 else 0.0
    return 0.5 * math.erfc(-margin / math.sqrt(spread2) * _SQRT_HALF)
