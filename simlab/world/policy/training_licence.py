"""Licence: between two dates, a frontier run above a threshold of compute needs one."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt

from simlab.parameters import Unit
from simlab.world.licences import NEVER_DAYS, Licence, Licences
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.world import World


class TrainingLicence(OnLabs, Reversible):
    """From `start_day` to `end_day` no run above `max_flop` starts without a licence; one under way is finished."""

    lever: Literal["training_licence"]
    max_flop: Annotated[float, Gt(0), Unit("FLOP")]
    """The largest run that needs no licence."""
    beyond: Literal["stay_below", "wait"]
    """What a lab does that could train more: train up to the threshold at once, or apply and wait for the licence."""
    licence_days: Annotated[float, Ge(0), Unit("day")]
    """How long a licence takes from the day on which the lab would have launched; nothing to one that stays below."""

    def sets(self, world: World) -> list[tuple[Licences, Licence]]:
        """A licence that each lab's runs need."""
        days = self.licence_days if self.beyond == "wait" else NEVER_DAYS
        return [(lab.training.licences, Licence(self.max_flop, days)) for lab in self.labs(world)]

    def holds(self, world: World) -> float:
        """The lowest threshold in force."""
        return min((lab.training.licences.threshold_flop() for lab in self.labs(world)), default=float("nan"))
