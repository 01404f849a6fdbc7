"""Dated growth: something multiplies by so much a year, at a pace that changes at given dates."""

import math
from itertools import pairwise
from typing import Annotated

from annotated_types import Gt, MinLen
from pydantic import AfterValidator

from simlab.parameters import Day, Params, Unit
from simlab.units import DAYS_PER_YEAR


class PaceParams(Params):
    """A pace of growth from a date on."""

    from_day: Day
    """First day of this pace."""
    factor_per_year: Annotated[float, Gt(0), Unit("1")]
    """What the thing multiplies by in a year."""


def _in_order_of_date(paces: tuple[PaceParams, ...]) -> tuple[PaceParams, ...]:
    for number, (before, after) in enumerate(pairwise(paces), 1):
        if after.from_day <= before.from_day:
            raise ValueError(f"{number}.from_day: a period must begin after the one before it")
    return paces


Paces = Annotated[tuple[PaceParams, ...], MinLen(1), AfterValidator(_in_order_of_date)]
"""The paces, period by period, in order of date."""


def growth_nats(paces: tuple[PaceParams, ...], day: float) -> float:
    """Logarithm of the growth from day 0 to `day`, 0 before it; the first pace holds before its own date as well."""
    total, begin = 0.0, 0.0
    for pace, after in zip(paces, (*paces[1:], None), strict=True):
        end = day if after is None else min(max(after.from_day, 0.0), day)
        if end > begin:
            total += math.log(pace.factor_per_year) * (end - begin) / DAYS_PER_YEAR
            begin = end
    return total
