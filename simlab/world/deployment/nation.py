"""A nation: its sectors, side by side, and the accelerators it divides among them."""

from collections.abc import Iterator, Sequence

from simlab.trace.events import SectorMetered
from simlab.units import DAYS_PER_YEAR, MINUTES_PER_HOUR
from simlab.world.deployment.allocation import allot
from simlab.world.deployment.params import NationLabourParams, SectorParams
from simlab.world.deployment.reach import Reach
from simlab.world.deployment.site import Site


class Nation:
    """One nation's work."""

    def __init__(
        self, number: int, labour: NationLabourParams, sectors: dict[str, SectorParams], adopted: Sequence[float]
    ) -> None:
        self.number, self.labour = number, labour
        self.sites = [Site(sector, let) for sector, let in zip(sectors.values(), adopted, strict=True)]
        fractions = [labour.sectors[name].wages_fraction for name in sectors]
        hourly = [sector.relative_wage * labour.wage_usd2025_per_hour for sector in sectors.values()]
        self.wages_usd2025_per_minute = [wage / MINUTES_PER_HOUR for wage in hourly]
        self.wages_usd2025_per_day = [fraction * labour.wages_usd2025_per_day for fraction in fractions]
        pairs = zip(self.wages_usd2025_per_day, self.wages_usd2025_per_minute, strict=True)
        self.minutes_per_day = [wages / wage for wages, wage in pairs]
        """Work there is, in minutes of a person a day, sector by sector; lists below go by sector as well."""
        self.ready_fractions = self.automated_fractions = [0.0] * len(sectors)
        self.wanted_h100e = self.used_h100e = [0.0] * len(sectors)

    @property
    def automated_wages_usd2025_per_day(self) -> float:
        """Labour cost of what is automated."""
        pairs = zip(self.automated_fractions, self.wages_usd2025_per_day, strict=True)
        return sum(fraction * wages for fraction, wages in pairs)

    @property
    def automated_fraction(self) -> float:
        """The same as a share of all labour cost, that of work in no sector included."""
        return self.automated_wages_usd2025_per_day / self.labour.wages_usd2025_per_day

    def advance(self, capable: Sequence[float], days: float) -> None:
        """Let `days` go by in which models can do so much of each sector's work."""
        for site, fraction in zip(self.sites, capable, strict=True):
            site.advance(fraction, days)

    def automate(self, reaches: Sequence[Reach], tokens_per_h100e_day: float, available_h100e: float) -> None:
        """Have done what is ready, as far as there are accelerators for it."""
        self.ready_fractions = [
            site.ready_fraction(reach.capable_fraction) for site, reach in zip(self.sites, reaches, strict=True)
        ]
        per_minute = [reach.tokens_per_work_minute / tokens_per_h100e_day for reach in reaches]
        pieces = zip(self.ready_fractions, self.minutes_per_day, per_minute, strict=True)
        self.wanted_h100e = [ready * minutes * h100e_days for ready, minutes, h100e_days in pieces]
        pairs = zip(self.wages_usd2025_per_minute, per_minute, strict=True)
        worth = [wage / h100e_days for wage, h100e_days in pairs]
        self.used_h100e = allot(self.wanted_h100e, worth, available_h100e)
        triples = zip(self.ready_fractions, self.used_h100e, self.wanted_h100e, strict=True)
        self.automated_fractions = [ready * used / wanted if wanted else 0.0 for ready, used, wanted in triples]

    def readings(self, now: float, capable: Sequence[float]) -> Iterator[SectorMetered]:
        """How things stand, sector by sector."""
        for i, fraction in enumerate(capable):
            wages = self.wages_usd2025_per_day[i] * DAYS_PER_YEAR
            shares = fraction, self.ready_fractions[i], self.automated_fractions[i]
            costs = wages, self.automated_fractions[i] * wages
            yield SectorMetered(now, self.number, i, *shares, *costs, self.wanted_h100e[i], self.used_h100e[i])
