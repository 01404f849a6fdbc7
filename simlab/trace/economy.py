"""What happens between labs and the world: chips, power, money, prices, sectors of work."""

from enum import IntEnum
from typing import NamedTuple

from simlab.trace.event import LabNumber, NationNumber, NumberOrNone, SectorNumber


class Scarce(IntEnum):
    """What held the making of accelerators back since the last reading."""

    ORDERS = 0
    """Nothing: all that was ordered was made."""
    WAFERS = 1
    PACKAGING = 2
    MEMORY = 3


class ChipsMetered(NamedTuple):
    """What chip makers did since the last reading (quarterly).

    backlog before + ordered - cancelled = made + backlog; in accelerators of that day, counted in H100e.
    """

    time_days: float
    ordered_h100e: float
    made_h100e: float
    backlog_h100e: float
    cancelled_h100e: float
    wafer_limit_h100e: float
    """What could have been made with the wafers there were, and no other limit; the two below the same."""
    packaging_limit_h100e: float
    memory_limit_h100e: float
    chip_price_usd2025_per_h100e: float
    """Agreed for what is ordered that day; paid on delivery."""
    scarce: Scarce
    detail = False


class NationMetered(NamedTuple):
    """A nation's accelerators and power at a clearing (quarterly; day 0 is the first row).

    stock before + delivered - retired = stock; installed = delivered and powered; labs + others + reserved + idle =
    installed.
    """

    time_days: float
    nation: NationNumber
    delivered_h100e: float
    retired_h100e: float
    stock_h100e: float
    installed_h100e: float
    labs_h100e: float
    others_h100e: float
    reserved_h100e: float
    power_mw: float
    """Power there is for accelerators, cooling and losses included."""
    used_mw: float
    """What those let or reserved draw of it."""
    rent_usd2025_per_h100e_hour: float
    """At which they are let until the next clearing."""
    quality_fraction: float
    """Speed of what is installed for the newest algorithms, relative to free trade's."""
    detail = False


class MoneyMetered(NamedTuple):
    """A lab's money since the last reading (monthly).

    cash before + revenue + raised - rent - taxes - wages - other costs = cash.
    """

    time_days: float
    lab: LabNumber
    cash_usd2025: float
    revenue_usd2025: float
    raised_usd2025: float
    """From investors, less what went back to them; from states where a lab lives on grants."""
    rent_usd2025: float
    taxes_usd2025: float
    wages_usd2025: float
    other_costs_usd2025: float
    compute_budget_usd2025_per_day: float
    """Rent of what it has, as agreed at the last clearing, before tax."""
    wage_usd2025_per_year: float
    """Of a researcher, all costs."""
    n_affordable: float
    """Heads the lab can pay."""
    detail = False


class SpendingMetered(NamedTuple):
    """What labs, and all other buyers of compute, spend as things stand, and would spend at most (monthly)."""

    time_days: float
    spending_usd2025_per_year: float
    """Compute, taxes on it, people and other costs of labs, and the rent that all others pay."""
    world_product_usd2025_per_year: float
    """In dollars of 2025."""
    spending_fraction: float
    """Of world product."""
    ceiling_fraction: float
    detail = False


class PriceMetered(NamedTuple):
    """A lab's price and place among those who serve (monthly)."""

    time_days: float
    lab: LabNumber
    markup: float
    """Price over rent at full load."""
    price_usd2025_per_million_tokens: NumberOrNone
    """Of the mean output token that customers ask for; null where there are none."""
    customers_fraction: float
    """Share of what customers ask of all labs, by value, that is asked of this one."""
    detail = False


class SectorMetered(NamedTuple):
    """A sector of work in a nation (monthly)."""

    time_days: float
    nation: NationNumber
    sector: SectorNumber
    capable_fraction: float
    """Share of its work, by wages, that the best deployed model could do reliably, as far as it has seen such."""
    ready_fraction: float
    """Of that, what it is let do and has machines for: what could be done today if compute were no object."""
    automated_fraction: float
    """What is done, with the compute there is for it."""
    wages_usd2025_per_year: float
    """Labour cost of all its work, were it done by people."""
    automated_wages_usd2025_per_year: float
    """Of what is done by AI."""
    wanted_h100e: float
    used_h100e: float
    detail = False


class Secret(IntEnum):
    """What became known that should not have."""

    WEIGHTS = 0


class SecretLeaked(NamedTuple):
    """A lab's model came into the hands of another."""

    time_days: float
    lab: LabNumber
    """Whose it was."""
    to_lab: LabNumber
    """Who has it now."""
    what: Secret
    detail = False
