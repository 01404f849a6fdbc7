"""Rent: agreed for a contract's length, owed day by day, paid when the market books it."""


class Rent:
    """What a lab owes for its accelerators."""

    def __init__(self, now: float, usd2025_per_day: float, contract_days: float) -> None:
        self.contract_days = contract_days
        self.usd2025_per_day = usd2025_per_day
        """Agreed since the last clearing."""
        self._owed = 0.0
        self._settled_days, self._until_days = now, now + contract_days

    def agree(self, now: float, usd2025_per_day: float) -> None:
        """Rent at this price from now on."""
        self._owed, self._settled_days = self.owed(now), now
        self.usd2025_per_day, self._until_days = usd2025_per_day, now + self.contract_days

    def paid(self, usd2025: float) -> None:
        """So much was paid."""
        self._owed -= usd2025

    def owed(self, now: float) -> float:
        """Rent of the days gone by that is not paid yet."""
        return self._owed + self.usd2025_per_day * (now - self._settled_days)

    def days_left(self, now: float) -> float:
        """Until the contract ends."""
        return max(self._until_days - now, 0.0)
