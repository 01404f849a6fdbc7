"""What the market for accelerators is made of."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, MinLen

from simlab.parameters import Params, State, Unit


class AcceleratorParams(Params):
    """The accelerator that is made: what it draws and costs, how that progresses, and how long it lasts."""

    initial_h100e_per_mw: Annotated[float, Gt(0), Unit("H100e/MW"), State()]
    """Newest accelerators that a megawatt runs on day 0, with servers, network, cooling and losses."""
    energy_progress_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Growth of that by design."""
    speed_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Growth of what one accelerator is in H100e. Machines fail by the piece, so an H100e fails the less for it."""
    initial_price_usd2025_per_h100e: Annotated[float, Gt(0), Unit("USD2025/H100e"), State()]
    """Price of day 0, the mean over makers, server and network included."""
    cost_progress_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """What the cost of making an H100e is divided by in a year. Clouds expect rents to fall as fast."""
    life_days: Annotated[float, Gt(0), Unit("day")]
    """Age at which an accelerator is taken out of service."""
    failures_per_day: Annotated[float, Ge(0), Unit("1/day")]
    """Rate at which it fails for good before."""


class StageParams(Params):
    """A stage of making that is counted in units: wafers of logic, wafers of packaging, gigabytes of memory."""

    initial_units_per_day: Annotated[float, Gt(0), Unit("1/day"), State()]
    """What the stage can turn out on day 0."""
    initial_h100e_per_unit: Annotated[float, Gt(0), Unit("H100e"), State()]
    """Accelerators to a unit, losses included, on day 0."""
    progress_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Growth of that by design."""
    lead_days: Annotated[float, Gt(0), Unit("day")]
    """From the decision to build to the first unit."""
    initial_growth_factor_per_year: Annotated[float, Ge(1), Unit("1"), State()]
    """Pace at which what is being built on day 0 comes on line, one lead time long."""
    most_growth_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Pace of growth that can be started at most, of what there is and what is being built."""


class WafersParams(StageParams):
    """Leading-edge logic wafers, of which accelerators get a share and everything else the rest."""

    initial_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Share that makers of accelerators may have on day 0."""
    most_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Share that they can ever outbid others for."""
    fraction_growth_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Pace at which the share can grow: designs of others leave the lines they were planned for."""


class MakersParams(Params):
    """Who makes accelerators: their order books and prices."""

    wafers: WafersParams
    packaging: StageParams
    """Advanced packaging, in wafers."""
    memory: StageParams
    """High-bandwidth memory, in gigabytes."""
    initial_backlog_days: Annotated[float, Ge(0), Unit("day"), State()]
    """Orders open on day 0, in days of making at that day's pace."""
    initial_book_to_bill: Annotated[float, Gt(0), Unit("1"), State()]
    """Orders that come in on day 0 over what is made."""
    initial_markup: Annotated[float, Ge(1), Unit("1"), State()]
    """Price over cost on day 0."""
    markup_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats of markup beyond cost per nat of open orders over what can be made."""


class CloudsParams(Params):
    """Who buys accelerators to let them."""

    order_elasticity: Annotated[float, Ge(0), Unit("1")]
    """Nats by which orders grow, from one clearing to the next, per nat of Tobin's q."""
    most_order_factor_per_year: Annotated[float, Gt(1), Unit("1")]
    """Orders grow, or shrink, by this factor at most."""
    rent_memory_days: Annotated[float, Gt(0), Unit("day")]
    """Time constant with which expected rents follow those seen."""
    discount_per_day: Annotated[float, Ge(0), Unit("1/day")]
    """Rate at which later rents count less."""
    delivery_days: Annotated[float, Ge(0), Unit("day")]
    """From making to running."""
    electricity_usd2025_per_mw_hour: Annotated[float, Gt(0), Unit("USD2025/(MW*hour)")]
    """Paid for what runs; no accelerator runs for a rent below it."""
    site_usd2025_per_mw_hour: Annotated[float, Ge(0), Unit("USD2025/(MW*hour)")]
    """Paid for every megawatt of data centre, used or not."""


class BuildersParams(Params):
    """How those who build fabs and power stations look ahead over their lead times."""

    initial_growth_factor_per_year: Annotated[float, Ge(1), Unit("1"), State()]
    """Growth of orders and of accelerators that they have seen up to day 0."""
    trend_days: Annotated[float, Gt(0), Unit("day")]
    """Time constant with which the trend they see follows what happens."""
    trend_weight: Annotated[float, Ge(0), Unit("1")]
    """Share of that trend that they build for: 0 builds for today's orders, 1 expects the trend to last."""


class NationSupplyParams(Params):
    """A nation's accelerators and power on day 0, and how fast power is built."""

    initial_others_h100e: Annotated[float, Ge(0), Unit("H100e"), State()]
    """Accelerators running on day 0 that no lab of the scenario has."""
    initial_rent_usd2025_per_h100e_hour: Annotated[float, Gt(0), Unit("USD2025/(H100e*hour)"), State()]
    """Rent of day 0."""
    initial_power_ratio: Annotated[float, Ge(1), Unit("1"), State()]
    """Power for accelerators on day 0 over what those running draw."""
    power_lead_days: Annotated[float, Gt(0), Unit("day")]
    """From the decision to build to power at a data centre."""
    initial_build_mw_per_day: Annotated[float, Ge(0), Unit("MW/day"), State()]
    """Power for accelerators that can be started at most on day 0; as much comes on line for one lead time."""
    build_growth_factor_per_year: Annotated[float, Ge(1), Unit("1")]
    """Growth of what can be started, in years in which more is wanted."""


class MarketParams(Params):
    """Chips and power."""

    clearing_days: Annotated[float, Gt(0), Unit("day")]
    """From one clearing to the next: contracts last as long."""
    initial_transit_fraction: Annotated[float, Ge(0), Unit("1"), State()]
    """Accelerators made but not yet running on day 0, over those running."""
    accelerators: AcceleratorParams
    makers: MakersParams
    clouds: CloudsParams
    builders: BuildersParams
    nations: Annotated[dict[str, NationSupplyParams], MinLen(1)]
    """Nations by name: everybody who has accelerators is in one."""
