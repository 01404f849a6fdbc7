"""Whom a lever acts on: one lab or all labs of a nation, a nation as a whole, or the market for chips."""

from abc import ABC
from collections.abc import Iterable, Mapping
from typing import ClassVar, Self

from pydantic import model_validator

from simlab.errors import WorldError
from simlab.world.lab import Lab
from simlab.world.market import Market
from simlab.world.policy.lever import Lever, Place, ThereIs
from simlab.world.world import World


class OnLabs(Lever, ABC):
    """A lever on one lab, or on each lab of a nation."""

    serving: ClassVar[bool] = False
    """Whether it acts on labs that serve models only, because the others lack what it acts on."""
    lab: str | None = None
    """The lab it acts on."""
    nation: str | None = None
    """Instead of a lab: the nation whose labs it acts on."""

    @model_validator(mode="after")
    def _acts_on_a_lab_or_a_nation(self) -> Self:
        if (self.lab is None) == (self.nation is None):
            raise ValueError("name either a lab or a nation that the lever acts on")
        return self

    def names(self, there_is: ThereIs) -> Mapping[str, Iterable[str]]:
        """Labs, and nations that have labs."""
        labs = {name: lab for name, lab in there_is.labs.items() if not self.serving or lab.serving_fraction}
        return {"lab": labs, "nation": dict.fromkeys(lab.nation for lab in labs.values())}

    def labs(self, world: World) -> list[Lab]:
        """The labs it acts on."""
        named = [lab for name, lab in world.labs.items() if self.lab == name or self.nation == lab.params.nation]
        return [lab for lab in named if not self.serving or lab.params.serving_fraction]

    def place(self, world: World) -> Place:
        """The lab, or the nation."""
        if self.lab is not None:
            return Place(lab=world.labs[self.lab].number)
        return Place(nation=world.economy.nations.index(self.nation or ""))


class OnMarket(Lever, ABC):
    """A lever on the market for accelerators."""

    needs = ("market",)

    def market(self, world: World) -> Market:
        """The market; the scenario has one, for the lever would have been refused."""
        market = world.economy.market
        if market is None:
            raise WorldError("a lever acts on a market that there is not", world.stage.env.now)
        return market


class OnNation(OnMarket, ABC):
    """A lever on a nation's accelerators, whoever has them."""

    nation: str
    """The nation it acts on."""

    def names(self, there_is: ThereIs) -> Mapping[str, Iterable[str]]:
        """Nations."""
        return {"nation": there_is.nations}

    def number(self, world: World) -> int:
        """The nation's number."""
        return world.economy.nations.index(self.nation)

    def place(self, world: World) -> Place:
        """The nation."""
        return Place(nation=self.number(world))
