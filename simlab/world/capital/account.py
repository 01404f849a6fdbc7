"""A lab's account: what it pays and gets of its own accord, and what others take from it: the market, for rent."""

from simlab.world.books import Books


class Account:
    """One account in the books, watched."""

    def __init__(self, books: Books, name: str) -> None:
        self._books, self._name = books, name
        self._seen_cents = books.cents[name]

    @property
    def usd2025(self) -> float:
        """Cash."""
        return self._books.usd2025(self._name)

    def pay(self, payee: str, usd2025: float) -> float:
        """Pay; returns what it was, to the cent."""
        before = self._books.cents[self._name]
        self._books.pay(self._name, payee, usd2025)
        cents = before - self._books.cents[self._name]
        self._seen_cents -= cents
        return cents / 100.0

    def get(self, payer: str, usd2025: float) -> float:
        """Be paid; returns what it was, to the cent."""
        return -self.pay(payer, -usd2025)

    def taken(self) -> float:
        """What others took since this was last asked."""
        before, self._seen_cents = self._seen_cents, self._books.cents[self._name]
        return (before - self._seen_cents) / 100.0
