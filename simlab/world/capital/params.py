"""What money does."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt

from simlab.parameters import Params, State, Unit


class OthersParams(Params):
    """All other buyers of compute: hyperscalers, other labs, states."""

    initial_growth_factor_per_year: Annotated[float, Gt(0), Unit("1"), State()]
    """What their budgets multiply by in a year, as things stand on day 0."""
    min_growth_factor_per_year: Annotated[float, Gt(0), Le(1), Unit("1")]
    """They cut their budgets no faster than this, whatever revenues do."""
    max_growth_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Nor raise them faster than this."""


class CapitalParams(Params):
    """Revenue, funding, wages and their ceiling."""

    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often investors look at revenues and spending."""
    world_product_usd2025_per_year: Annotated[float, Gt(0), Unit("USD2025/year"), State()]
    """World product on day 0."""
    world_product_growth_factor_per_year: Annotated[float, Gt(0), Unit("1")]
    """What it multiplies by in a year."""
    ceiling_fraction: Annotated[float, Ge(0.002), Le(1), Unit("1")]
    """Share of world product that is spent on AI compute and people at most, and by the labs' customers at most.

    A world that spends about 0.1% on day 0 cannot have a ceiling much below the least allowed here.
    """
    runway_days: Annotated[float, Ge(182), Unit("day")]
    """A lab spends what it earns, and its cash over so many days: two contracts at least, of which rent is paid."""
    contract_days: Annotated[float, Gt(0), Le(91), Unit("day")]
    """Days of rent that a lab must have in hand when it rents; no fewer than from one clearing to the next."""
    other_costs_fraction: Annotated[float, Ge(0), Lt(1), Unit("1")]
    """Share of a lab's spending that is neither compute nor people who work on ideas: other staff, data, sales."""
    initial_growth_factor_per_year: Annotated[float, Gt(0), Unit("1"), State()]
    """What labs' revenue multiplies by in a year, as things stand on day 0."""
    growth_memory_days: Annotated[float, Gt(0), Unit("day")]
    """How far back growth is looked at: time constant of adaptive expectations."""
    valuation_ratio: Annotated[float, Ge(0), Unit("1")]
    """Valuation of a lab over its annual revenue, for each nat a year by which that is expected to grow."""
    dilution_per_day: Annotated[float, Ge(0), Unit("1/day")]
    """Rate at which investors buy into a lab, relative to its valuation."""
    wage_usd2025_per_person_year: Annotated[float, Gt(0), Unit("USD2025/(person*year)"), State()]
    """Of a researcher on day 0 in labs that sell, all costs and stock included."""
    grant_wage_usd2025_per_person_year: Annotated[float, Gt(0), Unit("USD2025/(person*year)"), State()]
    """The same where there is nothing to sell."""
    labour_supply_elasticity: Annotated[float, Gt(0), Unit("1")]
    """Nats of researchers per nat of wage."""
    talent_growth_factor_per_year: Annotated[float, Gt(0), Unit("1")]
    """What the number of able people multiplies by in a year, at constant wages."""
    grant_growth_factor_per_year: Annotated[float, Gt(0), Unit("1")]
    """What grants to labs without customers multiply by in a year."""
    others: OthersParams
