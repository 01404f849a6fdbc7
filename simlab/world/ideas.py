"""What can be thought of, and how good it is: areas of research, each a pool of ideas open to everybody.

An idea is a number in its area. Its draws (latent score, the way it shows itself at smaller scales) are a row of its
own, so nobody's choices move another idea's truth. Taking up an idea does not remove it for the others until it is
published; that two labs find the same one is therefore possible, and happens. New scales of compute, and adopted
ideas, open new ones.

Ideas get harder to find: gains fall as A^-beta with the efficiency A that a lab has already adopted (semi-endogenous
growth; Jones, and kwa-2026 for AI software). Each area counts its own stock s as if all n areas that raise the same
thing had as much, A = exp(n s), so that balanced research obeys the published law and a neglected area stays rich.

Ideas of areas that raise "hardware" win back what weak chips lose (`simlab.world.hardware`): their gains are those of a
lab that loses a nat, and shrink with what a lab has left to win.
"""

import math
from array import array
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import Annotated, Literal, Self

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import model_validator

from simlab.parameters import Params, State, Unit
from simlab.randomness import normal_cdf, normals
from simlab.stage import Stage
from simlab.world.gains import GainParams, Priors, gain_nats
from simlab.world.standing import Standing


class Raises(IntEnum):
    """What an area's ideas make better."""

    TRAINING = 0
    """Effective compute of the next frontier run."""
    INFERENCE = 1
    """Tokens an accelerator serves."""
    OVERSIGHT = 2
    """Features that a day of interpretability finds."""
    HARDWARE = 3
    """What comes out of chips that are weaker than algorithms expect."""


class AreaParams(GainParams):
    """One area of research."""

    raises: Literal["training", "inference", "oversight", "hardware"]
    """What its ideas make better: frontier runs, the serving of models, the understanding of them, or the use of weak
    chips; gains of the last are those for a lab whose chips lose it a nat."""
    n_open_ideas: Annotated[float, Ge(1), Unit("1"), State()]
    """Ideas conceivable on day 0."""


class IdeasParams(Params):
    """Ideas, how they show themselves at small scale, and how they run out."""

    areas: Annotated[dict[str, AreaParams], MinLen(1)]
    """Areas by name."""
    difficulty_exponent: Annotated[float, Ge(0), Unit("1")]
    """Gains fall as (efficiency adopted so far)^-exponent: the Jones beta of ideas getting harder to find."""
    transfer_floor_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Correlation between a gain at the target and at an infinitely smaller scale."""
    transfer_decades: Annotated[float, Gt(0), Unit("decade")]
    """Decades of compute over which the rest of that correlation falls by e."""
    transfer_spread_ratio: Annotated[float, Ge(0), Unit("1")]
    """Size of the part of an idea's small-scale gain that does not transfer, relative to the idea's own gain."""
    gain_kept_per_decade_fraction: Annotated[float, Gt(0), Unit("1")]
    """Gains seen a decade of compute below the target are this much larger, inverted: 0.8 means 1 / 0.8 there."""
    scale_dependent_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of ideas that show nothing below some scale of their own."""
    emergence_decades: Annotated[float, Gt(0), Unit("decade")]
    """How far below the target that scale lies, on average (exponential)."""
    opened_per_decade_fraction: Annotated[float, Ge(0), Unit("1")]
    """Ideas that each new decade of frontier compute opens, as a fraction of those open on day 0."""
    opened_per_adoption: Annotated[float, Ge(0), Unit("1")]
    """Ideas that each publicly known adopted idea opens in its area."""

    @model_validator(mode="after")
    def _there_is_something_to_think_about(self) -> Self:
        if all(area.raises == "hardware" for area in self.areas.values()):
            raise ValueError("areas: labs without weak chips need an area that raises something else than hardware")
        return self


def transfer_correlation(decades: float, p: IdeasParams) -> float:
    """Correlation of a gain at the target with the same `decades` of compute below: floor + (1 - floor) e^(-d / l)."""
    return p.transfer_floor_fraction + (1.0 - p.transfer_floor_fraction) * math.exp(-decades / p.transfer_decades)


class Area:
    """One area's pool: which ideas exist, which are public, and the truth about each."""

    def __init__(self, stage: Stage, name: str, number: int, params: AreaParams, n_rungs: int) -> None:
        self.name, self.number, self.params = name, number, params
        self.raises = Raises[params.raises.upper()]
        self.priors = Priors(params)
        self.n_open = 0.0
        self.public = bytearray()
        """Which open ideas are publicly known."""
        self._luck = stage.streams.rows(f"ideas.{name}.score", normals, 1)
        self.scores = array("d")
        """Latent score of each open idea: standard normal over the area."""
        self._scales = stage.streams.rows(f"ideas.{name}.scales", normals, 2 + n_rungs)
        self.open(params.n_open_ideas)

    def open(self, n_ideas: float) -> None:
        """Let `n_ideas` more become conceivable (fractions add up)."""
        self.n_open += n_ideas
        before, now = len(self.public), int(self.n_open)
        self.public.extend(bytes(now - before))
        self.scores.extend(self._luck.firsts(before, now))

    def gain_nats(self, idea: int) -> float:
        """Gain of `idea` at the target scale on day 0, in nats."""
        return gain_nats(self.scores[idea], self.params)

    def shows_down_to_decades(self, idea: int, p: IdeasParams) -> float:
        """How many decades below the target `idea` still shows itself; infinite for all but the scale-dependent."""
        if normal_cdf(self._scales.one(idea, 0)) >= p.scale_dependent_fraction:
            return math.inf
        return -p.emergence_decades * math.log(normal_cdf(self._scales.one(idea, 1)))

    def transfer_draw(self, idea: int, rung: int) -> float:
        """The innovation of the idea's path over scales at `rung`: standard normal."""
        return self._scales.one(idea, 2 + rung)


class IdeaPool:
    """All areas; shared by all labs."""

    def __init__(self, stage: Stage, params: IdeasParams, n_rungs: int) -> None:
        self.params = params
        areas: Mapping[str, AreaParams] = params.areas
        self.areas = [Area(stage, name, i, p, n_rungs) for i, (name, p) in enumerate(areas.items())]
        rows = zip(*(area.priors.upsides_nats for area in self.areas), strict=True)
        self.upsides_nats = list(rows)
        """Each taste level's row of upsides, area by area."""
        self._n_raising = [sum(area.raises is what for area in self.areas) for what in Raises]
        self._frontier_decades: float | None = None
        self._changed: list[Callable[[], None]] = []
        self.gain_factors = [Standing(self._tell) for _ in self.areas]
        """By area and lever: what gains of ideas that are begun while it is in force are multiplied by."""

    def difficulty(self, area: int, stock_nats: float, initial_gain_nats: float = 0.0) -> float:
        """What is left of a gain once `stock_nats` are adopted in its area: A^-exponent with ln A = areas * stock.

        The areas counted are those that raise the same thing. Where that is training, the efficiency A is that of the
        lab: one that opened `initial_gain_nats` ahead has so much of it behind it, and a laggard has easier ideas
        left. Breakthroughs in force multiply all of it.
        """
        raises = self.areas[area].raises
        log_efficiency = self._n_raising[raises] * max(stock_nats, 0.0)
        if raises is Raises.TRAINING:
            log_efficiency += initial_gain_nats
        left = math.exp(-self.params.difficulty_exponent * log_efficiency)
        return left * self.gain_factors[area].product()

    def listen(self, changed: Callable[[], None]) -> None:
        """`changed` is called when a breakthrough has come or gone."""
        self._changed.append(changed)

    def _tell(self) -> None:
        for changed in self._changed:
            changed()

    def reach(self, frontier_flop: float) -> None:
        """A frontier run of this size started: if it is the largest so far, it opens ideas in every area."""
        decades = math.log10(frontier_flop)
        if self._frontier_decades is None:
            self._frontier_decades = decades
        opened = max(decades - self._frontier_decades, 0.0) * self.params.opened_per_decade_fraction
        self._frontier_decades = max(decades, self._frontier_decades)
        for area in self.areas:
            area.open(opened * area.params.n_open_ideas)

    def publish(self, area: int, idea: int) -> None:
        """`idea` is publicly known from now on, and opens others."""
        self.areas[area].public[idea] = 1
        self.areas[area].open(self.params.opened_per_adoption)
