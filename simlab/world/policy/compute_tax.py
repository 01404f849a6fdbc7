"""Compute tax: between two dates, a lab pays the state a share of what it spends on compute, or is paid one."""

from typing import Annotated, Literal

from annotated_types import Gt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class ComputeTax(OnLabs, Reversible):
    """From `start_day` to `end_day` each lab pays the state so much on top of its rent; a negative tax is a subsidy."""

    needs = ("capital",)
    lever: Literal["compute_tax"]
    tax_fraction: Annotated[float, Gt(-1), Unit("1")]
    """Tax relative to the rent; a subsidy of a fifth is -0.2."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A tax on each lab's rent."""
        treasuries = [lab.rooms.treasury for lab in self.labs(world)]
        return [(treasury.compute_taxes, self.tax_fraction) for treasury in treasuries if treasury]

    def holds(self, world: World) -> float:
        """The highest sum of all such taxes on any of the labs."""
        return max(lab.rooms.treasury.compute_taxes.total() for lab in self.labs(world) if lab.rooms.treasury)
