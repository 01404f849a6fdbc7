"""What levers have put in force: any number of them at a time, and what holds does not depend on their order."""

import math
from collections.abc import Callable


class Standing:
    """Numbers in force, one a lever. The owner reads them as a least, a most, a sum or a product.

    Values are put in order before they are added or multiplied, so that rounding does not depend on who came first.
    """

    def __init__(self, changed: Callable[[], None] = lambda: None) -> None:
        self._values: dict[int, float] = {}
        self._changed = changed

    def put(self, lever: int, value: float) -> None:
        """Put `value` in force in the name of lever number `lever`."""
        self._values[lever] = value
        self._changed()

    def lift(self, lever: int) -> None:
        """Take away what that lever put in force."""
        del self._values[lever]
        self._changed()

    def __bool__(self) -> bool:
        return bool(self._values)

    def least(self, otherwise: float) -> float:
        """The smallest number in force, `otherwise` among them."""
        return min(otherwise, *self._values.values()) if self._values else otherwise

    def most(self, otherwise: float) -> float:
        """The largest number in force, `otherwise` among them."""
        return max(otherwise, *self._values.values()) if self._values else otherwise

    def total(self) -> float:
        """Their sum."""
        return math.fsum(self._values.values())

    def product(self) -> float:
        """Their product."""
        return math.prod(sorted(self._values.values()))
