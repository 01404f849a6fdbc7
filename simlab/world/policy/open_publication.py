"""Open publication: between two dates, a lab must publish what it adopts."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from simlab.parameters import Unit
from simlab.world.policy.lever import Reversible
from simlab.world.policy.reach import OnLabs
from simlab.world.standing import Standing
from simlab.world.world import World


class OpenPublication(OnLabs, Reversible):
    """Of the ideas adopted from `start_day` to `end_day`, this share at least is published, and not much later."""

    lever: Literal["open_publication"]
    least_published_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Share of adopted ideas that is published, at least."""
    most_lag_days: Annotated[float, Ge(0), Unit("day")]
    """Mean time from adoption to publication, at most."""

    def sets(self, world: World) -> list[tuple[Standing, float]]:
        """A floor under what each lab publishes, and a cap on how late."""
        rules = [world.press.openness[lab.number] for lab in self.labs(world)]
        floors = [(rule.least_fractions, self.least_published_fraction) for rule in rules]
        return floors + [(rule.most_lags_days, self.most_lag_days) for rule in rules]

    def holds(self, world: World) -> float:
        """The smallest share that any of the labs publishes of what it adopts."""
        return min(
            (world.press.openness[lab.number].published_fraction(lab.params.publication.published_fraction))
            for lab in self.labs(world)
        )
