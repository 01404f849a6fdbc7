"""A lab's plan: how it divides its compute over training, experiments, its own AI workers, customers and oversight.

A plan is fixed, or it is reviewed: at every review a step of the lab's compute goes from the use where one more
accelerator is worth least to the one where it is worth most (`simlab.world.worth`), if the difference is large enough
to act on. No use falls below a floor. What binds therefore attracts compute until it binds no longer.

A safety floor put in force raises the share of oversight at once, at the cost of all other uses in proportion, and no
review brings it below. When it is lifted, a lab that has not reviewed its plan meanwhile goes back to what it had.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import PlanChanged
from simlab.world.standing import Standing
from simlab.world.worth import NOTHING, Worth, WorthParams

_GRAIN = 1e-9
"""A share no further above the floor than this, which is rounding, lies on it."""


class PlanParams(Params):
    """How a lab moves compute toward what binds."""

    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often the plan is reviewed."""
    step_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of the lab's compute that one review moves."""
    floor_fraction: Annotated[float, Ge(0), Lt(0.2), Unit("1")]
    """Share that no use is brought below."""
    least_ratio: Annotated[float, Ge(1), Unit("1")]
    """How many times as much an accelerator must be worth elsewhere before any is moved."""
    worth: WorthParams


class TwoSided(NamedTuple):
    """What one more accelerator would bring in each use, and what one less would cost."""

    gains: Sequence[float]
    losses: Sequence[float]


class Shares(NamedTuple):
    """Parts of the usable accelerators; they add up to 1."""

    frontier: float
    experiments: float
    workers: float
    customers: float
    oversight: float

    @property
    def research(self) -> float:
        """What the research cluster gets: all that neither serves nor oversees."""
        return 1.0 - self.fleet - self.oversight

    @property
    def fleet(self) -> float:
        """What serves models."""
        return self.workers + self.customers


_OVERSIGHT = Shares._fields.index("oversight")


def raised(shares: Shares, least_oversight: float) -> Shares:
    """The shares with so much for oversight at least; all other uses give in proportion."""
    if shares.oversight >= least_oversight:
        return shares
    left = (1.0 - least_oversight) / (1.0 - shares.oversight)
    return Shares(*(left * share for share in shares))._replace(oversight=least_oversight)


def moved(shares: Shares, values: TwoSided, uses: Sequence[int], p: PlanParams, least_oversight: float = 0.0) -> Shares:
    """The shares after a review: a step from where it is missed least to where it brings most, by the uses' numbers."""
    gains, losses = values
    best = max(uses, key=lambda use: gains[use])
    floors = [p.floor_fraction] * len(shares)
    floors[_OVERSIGHT] = max(p.floor_fraction, least_oversight)
    givers = [use for use in uses if shares[use] > floors[use] + _GRAIN and use != best]
    if not givers:
        return shares
    least = min(givers, key=lambda use: losses[use])
    if gains[best] <= p.least_ratio * losses[least]:
        return shares
    after = list(shares)
    after[least] = max(shares[least] - p.step_fraction, floors[least])
    after[best] += shares[least] - after[least]
    return Shares(*after)


class Plan:
    """One lab's division of its compute: fixed where `params` is None, else moved at every review.

    `uses` are the numbers of the shares that the lab can move: a use without a room, or without demand, is not one.
    """

    def __init__(
        self,
        stage: Stage,
        params: PlanParams | None,
        lab: int,
        shares: Shares,
        worth: Worth | None = None,
        uses: Sequence[int] = (0, 1),
        usable_h100e: Callable[[], float] = lambda: 1.0,
    ) -> None:
        self.stage, self.params, self.lab, self.shares = stage, params, lab, shares
        self._worth, self._uses, self._usable_h100e = worth, uses, usable_h100e
        self._divide: Callable[[], None] = lambda: None
        self._chosen = shares
        """What the lab last chose of its own."""
        self.safety_floors = Standing(self._follow_floor)
        """By lever: share of oversight, at least."""

    def begin(self, divide: Callable[[], None]) -> None:
        """Follow the plan from now on; `divide` is called when the shares have changed."""
        self._divide = divide
        until_day_0 = max(-self.stage.env.now, 0.0)
        self.stage.after(until_day_0, lambda alarm: self.tell())
        if self.params is not None:
            self.stage.after(until_day_0 + self.params.review_days, self._review)

    def tell(self) -> None:
        """Write down the shares as they stand."""
        self.stage.trace.record(PlanChanged(self.stage.env.now, self.lab, *self.shares))

    def read(self, readings: Iterable[NamedTuple]) -> None:
        """Take in the month's meters."""
        if self._worth is not None:
            self._worth.read(readings)

    def values(self) -> TwoSided:
        """What an accelerator of the next step is worth, use by use; all nothing where the plan is fixed."""
        if self._worth is None or self.params is None:
            return TwoSided(NOTHING, NOTHING)
        step_h100e = self.params.step_fraction * self._usable_h100e()
        return TwoSided(self._worth.gains(step_h100e), self._worth.losses(step_h100e))

    def _review(self, alarm: Alarm) -> None:
        params = self.params
        if params is None:
            return
        after = moved(self.shares, self.values(), self._uses, params, self.safety_floors.most(0.0))
        if after != self.shares:
            self._chosen = after
            self._change(after)
        self.stage.set(alarm, params.review_days)

    def _follow_floor(self) -> None:
        """A safety floor has come or gone."""
        self._change(raised(self._chosen, self.safety_floors.most(0.0)))

    def _change(self, shares: Shares) -> None:
        self.shares = shares
        self.tell()
        self._divide()
