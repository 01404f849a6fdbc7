"""Export control by number: between two dates, so many accelerators a year may be shipped to a nation at most."""

import math
from typing import Annotated, Literal

from annotated_types import Ge

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnNation
from simlab.world.standing import Standing
from simlab.world.world import World


class ExportQuota(OnNation, Reversible):
    """From `start_day` to `end_day` a nation is shipped at most so much; what is there stays there."""

    lever: Literal["export_quota"]
    max_h100e_per_year: Annotated[float, Ge(0), Unit("H100e/year")]
    """Accelerators that may be shipped to the nation a year."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A cap on shipments."""
        return [(self.market(world).shipment_caps_h100e_per_year[self.number(world)], self.max_h100e_per_year)]

    def holds(self, world: World) -> float:
        """The lowest cap in force."""
        caps = self.market(world).shipment_caps_h100e_per_year[self.number(world)]
        return caps.least(math.inf) if caps else math.nan
