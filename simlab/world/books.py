"""The books: who paid whom how much. Money moves from account to account and is neither made nor lost, to the cent."""

from collections import defaultdict
from typing import Final

CUSTOMERS: Final = "customers"
INVESTORS: Final = "investors"
STAFF: Final = "staff"
CLOUDS: Final = "clouds"
"""Owners of accelerators: they buy them, power them and let them."""
CHIP_MAKERS: Final = "chip makers"
UTILITIES: Final = "utilities"
STATES: Final = "states"
"""Governments: they tax, subsidise, and pay for what they reserve."""
OTHERS: Final = "others"
"""Everybody else who rents accelerators."""


class Books:
    """Double entry: every account's balance, in whole cents of 2025. All balances together are nothing at any time."""

    def __init__(self) -> None:
        self.cents: defaultdict[str, int] = defaultdict(int)

    def pay(self, payer: str, payee: str, usd2025: float) -> None:
        """Move money; a negative amount moves it back."""
        cents = round(100.0 * usd2025)
        self.cents[payer] -= cents
        self.cents[payee] += cents

    def usd2025(self, account: str) -> float:
        """Balance of an account."""
        return self.cents[account] / 100.0
