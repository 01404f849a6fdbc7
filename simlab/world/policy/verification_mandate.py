"""Verification mandate: between two dates, a lab adopts no automated work that nobody has looked at."""

from typing import Annotated, Literal

from annotated_types import Ge, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class VerificationMandate(OnLabs, Reversible):
    """From `start_day` to `end_day` all automated work waits for a verifier, however long, and more people verify.

    A lab whose own rule is to throw away what nobody gets to in time may go on doing so.
    """

    needs = ("verification",)
    serving = True
    lever: Literal["verification_mandate"]
    least_people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1")]
    """Share of a lab's people who verify, at least."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A mandate for each lab's verifiers."""
        return [(lab.rooms.desk.mandates, self.least_people_fraction) for lab in self.labs(world) if lab.rooms.desk]

    def holds(self, world: World) -> float:
        """The smallest share of the people who verify in any of the labs."""
        shares = [lab.rooms.desk.people_fraction for lab in self.labs(world) if lab.rooms.desk]
        return min(shares, default=float("nan"))
