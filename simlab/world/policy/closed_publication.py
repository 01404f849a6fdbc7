"""Closed publication: between two dates, a lab may publish little of what it adopts."""

from typing import Annotated, Literal

from annotated_types import Ge, Lt

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class ClosedPublication(OnLabs, Reversible):
    """Of the ideas adopted from `start_day` to `end_day`, this share at most is published; the others may leak."""

    lever: Literal["closed_publication"]
    most_published_fraction: Annotated[float, Ge(0), Lt(1), Unit("1")]
    """Share of adopted ideas that is published, at most; it wins where another lever demands more."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A cap on what each lab publishes."""
        rules = [world.press.openness[lab.number] for lab in self.labs(world)]
        return [(rule.most_fractions, self.most_published_fraction) for rule in rules]

    def holds(self, world: World) -> float:
        """The largest share that any of the labs publishes of what it adopts."""
        return max(
            (world.press.openness[lab.number].published_fraction(lab.params.publication.published_fraction))
            for lab in self.labs(world)
        )
