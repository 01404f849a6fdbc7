"""All other buyers of compute in a nation: hyperscalers, other labs, states. One rule for all nations.

Their budget on day 0 is the rent of what they have. It grows as they expect revenue from AI to grow, and they look at
what the labs earn: what they sell themselves is taken to grow alike. Expectations are adaptive (`expectation`), begin
with the growth of their own investment on day 0, and act between limits: nobody builds, or shuts, faster.
"""

import math

from simlab.units import DAYS_PER_YEAR, HOURS_PER_DAY
from simlab.world.capital.params import OthersParams


class OtherBuyer:
    """One nation's other buyers."""

    def __init__(self, params: OthersParams, h100e: float, rent_usd2025_per_h100e_hour: float) -> None:
        self.params = params
        self.wanted_usd2025_per_day = h100e * HOURS_PER_DAY * rent_usd2025_per_h100e_hour
        """What they would spend without a ceiling."""
        self.spending_usd2025_per_day = self.wanted_usd2025_per_day
        """What they pay for accelerators since the last clearing."""

    def receive(self, h100e: float, rent_usd2025_per_h100e_hour: float) -> None:
        """Have so many accelerators from now on, at this rent."""
        self.spending_usd2025_per_day = h100e * HOURS_PER_DAY * rent_usd2025_per_h100e_hour

    def grow(self, days: float, expected_nats_per_year: float) -> None:
        """Let budgets follow expectations for `days`, between the limits."""
        low, high = self.params.min_growth_factor_per_year, self.params.max_growth_factor_per_year
        pace = min(max(expected_nats_per_year, math.log(low)), math.log(high))
        self.wanted_usd2025_per_day *= math.exp(pace * days / DAYS_PER_YEAR)
