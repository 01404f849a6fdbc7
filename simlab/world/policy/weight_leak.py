"""Weight leak: on a date, the model that one lab has in use comes into the hands of another."""

from collections.abc import Iterable, Mapping
from typing import Annotated, Literal, Self

from annotated_types import Ge, Le
from pydantic import model_validator

from simlab.parameters import Unit
from simlab.world.policy.lever import Lever, Place, ThereIs
from simlab.world.world import World


class WeightLeak(Lever):
    """On `start_day` the weights of a lab's model are stolen, or given away. What is known stays known."""

    lever: Literal["weight_leak"]
    lab: str
    """Whose model it is."""
    to_lab: str
    """Who gets it."""
    readable_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the ideas in the model that can be read off it."""

    @model_validator(mode="after")
    def _nobody_leaks_to_oneself(self) -> Self:
        if self.lab == self.to_lab:
            raise ValueError("to_lab must be another lab than lab")
        return self

    def names(self, there_is: ThereIs) -> Mapping[str, Iterable[str]]:
        """Two labs."""
        return {"lab": there_is.labs, "to_lab": there_is.labs}

    def put(self, world: World, number: int) -> None:
        """Hand the weights over."""
        del number
        world.leak_weights(self.lab, self.to_lab, readable_fraction=self.readable_fraction)

    def holds(self, world: World) -> float:
        """Horizon of the model that the receiving lab has in use by then, in minutes."""
        deployed = world.labs[self.to_lab].deployed
        return float("nan") if deployed is None else deployed.horizon_50_minutes

    def place(self, world: World) -> Place:
        """The lab that loses it."""
        return Place(lab=world.labs[self.lab].number)
