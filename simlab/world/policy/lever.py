"""What every lever is: a dated change to the world, blind to its place in the file.

A lever acts through the rules that others keep (`simlab.world.standing`): it puts numbers in force under its own number
and takes them away again. The owner reads what is in force all together, so that any number of levers may act on the
same thing, and the first to end does not lift the others.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, Self

from pydantic import model_validator

from simlab.parameters import Day, Params
from simlab.stage import Alarm
from simlab.trace.events import LeverPulled
from simlab.world.lab import LabParams
from simlab.world.world import World

NOBODY = -1
"""Number of a lab or nation where none is meant."""


class Rules(Protocol):
    """Where a lever puts what it says: a `Standing`, or something with its verbs."""

    def put(self, lever: int, value: Any, /) -> None:
        """Put `value` in force in the name of lever number `lever`."""
        ...

    def lift(self, lever: int, /) -> None:
        """Take away what that lever put in force."""
        ...


class Place(NamedTuple):
    """Numbers of the lab or the nation that a lever acts on."""

    lab: int = NOBODY
    nation: int = NOBODY


class ThereIs(NamedTuple):
    """What levers may name."""

    labs: Mapping[str, LabParams]
    nations: Sequence[str]
    areas: Sequence[str]


class Lever(Params):
    """A dated change to the world. Before its date it does nothing, to the last digit."""

    needs: ClassVar[tuple[str, ...]] = ()
    """Groups of parameters that a scenario may leave out, and this lever has nothing to act on without."""
    start_day: Day
    """When it begins to act."""

    @abstractmethod
    def put(self, world: World, number: int) -> None:
        """Act. `number` is the lever's place in the policy, and only a name."""

    @abstractmethod
    def holds(self, world: World) -> float:
        """What holds where it acts, in its own unit, for the trace; NaN where nothing does."""

    def names(self, there_is: ThereIs) -> Mapping[str, Iterable[str]]:
        """For each of its fields that names something, what the lever can act on."""
        del there_is
        return {}

    def complaints(self, there_is: ThereIs) -> Iterator[tuple[str, str]]:
        """Fields that name what is not there, or what the lever cannot act on; each with a sentence."""
        everything = {*there_is.labs, *there_is.nations, *there_is.areas}
        for field, known in self.names(there_is).items():
            name, what, listed = getattr(self, field), field.removeprefix("to_"), ", ".join(known)
            if name is not None and name not in known:
                is_there = f"'{name}' has nothing that this lever acts on; {what}s that have are {listed}"
                yield field, is_there if name in everything else f"there is no {what} '{name}'; {what}s are {listed}"

    def place(self, world: World) -> Place:
        """Whom it acts on, for the trace."""
        del world
        return Place()

    def pulls(self, number: int) -> Iterator["Pull"]:
        """What it will do, and when."""
        yield Pull(self.start_day, is_end=False, says=self.model_dump_json(), number=number, lever=self)


class Reversible(Lever):
    """A lever that ends, and leaves the world to what the others say."""

    end_day: Day
    """When it ceases to act."""

    @model_validator(mode="after")
    def _ends_after_its_start(self) -> Self:
        if self.end_day <= self.start_day:
            raise ValueError("end_day must come after start_day")
        return self

    @abstractmethod
    def sets(self, world: World) -> Iterable[tuple[Rules, Any]]:
        """Whose rules it puts what in."""

    def put(self, world: World, number: int) -> None:
        """Put in force what it says."""
        for rules, value in self.sets(world):
            rules.put(number, value)

    def lift(self, world: World, number: int) -> None:
        """Take away what it put in force."""
        for rules, _ in self.sets(world):
            rules.lift(number)

    def pulls(self, number: int) -> Iterator["Pull"]:
        """Its beginning and its end."""
        yield from super().pulls(number)
        yield Pull(self.end_day, is_end=True, says=self.model_dump_json(), number=number, lever=self)


class Pull(NamedTuple):
    """One act of a lever."""

    day: float
    is_end: bool
    says: str
    """The lever's own words, which put those of the same day in order."""
    number: int
    lever: Lever


def schedule(levers: Sequence[Lever], world: World) -> None:
    """Set an alarm for everything that the levers will do.

    Of the same day, what comes into force goes before what ends, so that one rule that follows another leaves no gap;
    and beyond that the levers' own words decide. Where they stand in the file decides nothing.
    """
    now = world.stage.env.now
    pulls = [pull._replace(day=max(pull.day, now)) for n, lever in enumerate(levers) for pull in lever.pulls(n)]
    for pull in sorted(pulls, key=lambda pull: pull[:3]):
        world.stage.after(pull.day - now, _pull, (world, pull))


def _pull(alarm: Alarm) -> None:
    """Act, and write down that the lever acted."""
    world: World = alarm.owner[0]
    pull: Pull = alarm.owner[1]
    lever = pull.lever
    if pull.is_end and isinstance(lever, Reversible):
        lever.lift(world, pull.number)
    else:
        lever.put(world, pull.number)
    lab, nation = lever.place(world)
    world.stage.trace.record(LeverPulled(world.stage.env.now, lab, pull.number, lever.holds(world), nation))
