"""What work there is outside labs, and what it takes to have it done by AI."""

from collections.abc import Iterable
from typing import Annotated, Self

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import model_validator

from simlab.parameters import Params, State, Unit
from simlab.world.workers.tasks import BundleParams


class DataParams(Params):
    """What models have seen of a sector's work, at desks and with bodies alike, and how they come to see more."""

    initial_horizon_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """A model's horizon at the sector's tasks on day 0, relative to that at the software tasks it is measured on."""
    shown_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the work still done by people that is recorded in a way models can learn from."""
    sufficient_people_days: Annotated[float, Gt(0), Unit("person*day")]
    """Experience, of each of the two, with which the horizon is that of software: more of it adds nothing."""


class MachinesParams(Params):
    """Bodies and wet labs: what part of the work needs them, and how fast there are more of them."""

    physical_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the sector's work that a model can do only with a machine."""
    initial_stock_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Share of that physical work for which there are machines on day 0 that a model can steer."""
    most_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """What the stock of machines multiplies by in a year at most: the pace of building and growing physical things."""
    delivery_days: Annotated[float, Gt(0), Unit("day")]
    """Mean time from the decision to let a model do physical work to the machine that does it."""


class SectorParams(Params):
    """One sector of work."""

    tasks: BundleParams
    """How long its tasks take a person."""
    verifiable_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of wrong results that are noticed before they do harm; those are thrown away and done again."""
    data: DataParams
    machines: MachinesParams
    adoption_days: Annotated[float, Gt(0), Unit("day")]
    """Time constant with which rules and organisations let models do what they can."""
    relative_wage: Annotated[float, Gt(0), Unit("1")]
    """Labour cost of an hour of its work, relative to the nation's mean hour."""
    tokens_per_work_minute: Annotated[float, Gt(0), Unit("token/minute")]
    """Output tokens that a model spends on what takes a person a minute."""


class WorkParams(Params):
    """A sector's place in a nation."""

    wages_fraction: Annotated[float, Ge(0), Le(1), Unit("1"), State()]
    """Its share of all labour cost of the nation. Where shares that are drawn apart come to more than all, each gives
    way in proportion."""


def wage_shares(works: Iterable[WorkParams]) -> list[float]:
    """Shares of a nation's wages, which are not more than all together."""
    shares = [work.wages_fraction for work in works]
    most = max(sum(shares), 1.0)
    return [share / most for share in shares]


class NationLabourParams(Params):
    """A nation's work. It stays what it is on day 0: people are neither fewer nor dearer where AI works."""

    wages_usd2025_per_day: Annotated[float, Gt(0), Unit("USD2025/day"), State()]
    """All labour cost."""
    wage_usd2025_per_hour: Annotated[float, Gt(0), Unit("USD2025/hour"), State()]
    """Labour cost of a mean hour of work."""
    sectors: dict[str, WorkParams]
    """Its sectors; what is in none of them is work that nobody here looks at."""


class DeploymentParams(Params):
    """Sectors and nations."""

    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often sectors look at what models can do, and compute is divided among them."""
    tolerated_error_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of results that may be wrong without anybody noticing, in any work."""
    least_success_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Chance of success below which no task is given to a model, however surely its failures are noticed."""
    learning_exponent: Annotated[float, Gt(0), Unit("1")]
    """Nats of horizon per nat of experience."""
    kept_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the work that models do which becomes experience."""
    initial_adopted_fraction: Annotated[float, Ge(0), Le(1), Unit("1"), State()]
    """Share of what models can do that they are let do on day 0."""
    available_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Share of the accelerators that serve a nation's economy which such work may take."""
    sectors: Annotated[dict[str, SectorParams], MinLen(1)]
    """Sectors by name."""
    nations: Annotated[dict[str, NationLabourParams], MinLen(1)]
    """Nations by name: the market's."""

    @model_validator(mode="after")
    def _nations_have_these_sectors(self) -> Self:
        for name, nation in self.nations.items():
            if list(nation.sectors) != list(self.sectors):
                known = ", ".join(self.sectors)
                raise ValueError(f"nations.{name}.sectors: must be the sectors of deployment, in order: {known}")
        return self
