"""Dues: rent, and the tax on it: agreed for a contract's length, owed day by day, paid now and then."""


class Dues:
    """What a lab owes for its accelerators, to those who own them or to the state."""

    def __init__(self, now: float, usd2025_per_day: float, contract_days: float) -> None:
        self.contract_days = contract_days
        self.usd2025_per_day = usd2025_per_day
        """Agreed since the last clearing."""
        self._owed = 0.0
        self._settled_days, self._until_days = now, now + contract_days

    def agree(self, now: float, usd2025_per_day: float) -> None:
        """So much from now on."""
        self._owed, self._settled_days = self.owed(now), now
        self.usd2025_per_day, self._until_days = usd2025_per_day, now + self.contract_days

    def paid(self, usd2025: float) -> None:
        """So much was paid."""
        self._owed -= usd2025

    def owed(self, now: float) -> float:
        """For the days gone by, and not paid yet."""
        return self._owed + self.usd2025_per_day * (now - self._settled_days)

    def ahead(self, now: float) -> float:
        """For the days that are left of the contract."""
        return self.usd2025_per_day * max(self._until_days - now, 0.0)
