"""Algorithmic breakthrough: from a date on, the ideas of an area are worth more."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal

from annotated_types import Gt

from simlab.parameters import Unit
from simlab.world.policy.lever import Lever, ThereIs
from simlab.world.standing import Standing
from simlab.world.world import World


class Breakthrough(Lever):
    """Every idea of an area that is begun from `start_day` on, by whomever, gains so many times as much. For good."""

    lever: Literal["breakthrough"]
    area: str
    """The area of research."""
    gain_factor: Annotated[float, Gt(0), Unit("1")]
    """What gains there are multiplied by."""

    def names(self, there_is: ThereIs) -> Mapping[str, Iterable[str]]:
        """Areas of research."""
        return {"area": there_is.areas}

    def put(self, world: World, number: int) -> None:
        """Multiply the area's gains."""
        self._factors(world).put(number, self.gain_factor)

    def holds(self, world: World) -> float:
        """The product of all breakthroughs in the area."""
        return self._factors(world).product()

    def _factors(self, world: World) -> Standing:
        number = next(area.number for area in world.pool.areas if area.name == self.area)
        return world.pool.gain_factors[number]
