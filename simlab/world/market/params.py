"""What the market for accelerators is made of."""

from typing import Annotated

from annotated_types import MinLen

from simlab.parameters import Params


class NationSupplyParams(Params):
    """A nation's accelerators and power on day 0, and how fast power is built."""


class MarketParams(Params):
    """Chips and power."""

    nations: Annotated[dict[str, NationSupplyParams], MinLen(1)]
    """Nations by name: everybody who has accelerators is in one."""
