"""A nation: its work, part by part, and the accelerators it divides among them."""

from collections.abc import Iterator, Sequence

from simlab.trace.events import SectorMetered
from simlab.units import DAYS_PER_YEAR, MINUTES_PER_HOUR
from simlab.world.deployment.allocation import allot
from simlab.world.deployment.params import NationLabourParams, wage_shares
from simlab.world.deployment.reach import Reach
from simlab.world.deployment.work import Part, Work


class Nation:
    """One nation's work. Lists go by part of a sector, in the order of `parts`."""

    def __init__(
        self, number: int, labour: NationLabourParams, parts: Sequence[Part], adopted: Sequence[float]
    ) -> None:
        self.number, self.labour, self.parts = number, labour, parts
        self.works = [Work(part, fraction) for part, fraction in zip(parts, adopted, strict=True)]
        shares = self.wage_shares = wage_shares(labour.sectors.values())
        per_day = labour.wages_usd2025_per_day
        self.wages_usd2025_per_day = [per_day * shares[part.number] * part.share_fraction for part in parts]
        per_minute = labour.wage_usd2025_per_hour / MINUTES_PER_HOUR
        self.wages_usd2025_per_minute = [per_minute * part.sector.relative_wage for part in parts]
        pairs = zip(self.wages_usd2025_per_day, self.wages_usd2025_per_minute, strict=True)
        self.minutes_per_day = [wages / wage for wages, wage in pairs]
        """Work there is, in minutes of a person a day."""
        self.ready_fractions = self.automated_fractions = [0.0] * len(parts)
        self.wanted_h100e = self.used_h100e = [0.0] * len(parts)

    @property
    def automated_wages_usd2025_per_day(self) -> float:
        """Labour cost of what is automated."""
        pairs = zip(self.automated_fractions, self.wages_usd2025_per_day, strict=True)
        return sum(fraction * wages for fraction, wages in pairs)

    @property
    def automated_fraction(self) -> float:
        """The same as a share of all labour cost, that of work in no sector included."""
        return self.automated_wages_usd2025_per_day / self.labour.wages_usd2025_per_day

    def advance(self, reaches: Sequence[Reach], days: float) -> None:
        """Let `days` go by in which models come so far."""
        for work, reach in zip(self.works, reaches, strict=True):
            work.advance(reach.capable_fraction, days)

    def automate(self, reaches: Sequence[Reach], tokens_per_h100e_day: float, available_h100e: float) -> None:
        """Have done what is ready, as far as there are accelerators for it."""
        pairs = zip(self.works, reaches, strict=True)
        self.ready_fractions = [work.ready_fraction(reach.capable_fraction) for work, reach in pairs]
        per_minute = [reach.tokens_per_work_minute / tokens_per_h100e_day for reach in reaches]
        pieces = zip(self.ready_fractions, self.minutes_per_day, per_minute, strict=True)
        self.wanted_h100e = [ready * minutes * h100e_days for ready, minutes, h100e_days in pieces]
        wages = zip(self.wages_usd2025_per_minute, per_minute, strict=True)
        worth = [wage / h100e_days for wage, h100e_days in wages]
        self.used_h100e = allot(self.wanted_h100e, worth, available_h100e)
        triples = zip(self.ready_fractions, self.used_h100e, self.wanted_h100e, strict=True)
        self.automated_fractions = [ready * used / wanted if wanted else 0.0 for ready, used, wanted in triples]

    def readings(self, now: float, reaches: Sequence[Reach]) -> Iterator[SectorMetered]:
        """How things stand, sector by sector."""
        capable = [reach.capable_fraction for reach in reaches]
        for sector, share in enumerate(self.wage_shares):
            wages = DAYS_PER_YEAR * share * self.labour.wages_usd2025_per_day
            automated = self._mean(self.automated_fractions, sector)
            shares = self._mean(capable, sector), self._mean(self.ready_fractions, sector), automated
            h100e = self._sum(self.wanted_h100e, sector), self._sum(self.used_h100e, sector)
            yield SectorMetered(now, self.number, sector, *shares, wages, automated * wages, *h100e)

    def _mean(self, fractions: Sequence[float], sector: int) -> float:
        """Over the parts of a sector, by their share of its work."""
        pairs = zip(self.parts, fractions, strict=True)
        return sum(part.share_fraction * fraction for part, fraction in pairs if part.number == sector)

    def _sum(self, h100e: Sequence[float], sector: int) -> float:
        return sum(some for part, some in zip(self.parts, h100e, strict=True) if part.number == sector)
