"""What a parameter is: a field of a frozen class that says its unit, its limits and, below it, its meaning.

A parameter is declared once, beside the mechanism that uses it. Scenario files, the editor schema, the uncertainty
axes, the origins table and the report read these declarations; there are no defaults in code, because the baseline
file is the default and there each number has a source.
"""

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True)
class Unit:
    """The canonical unit of a parameter, as `simlab.scenario` spells it: "day", "H100e", "FLOP/s", "nat", "1"."""

    name: str


@dataclass(frozen=True)
class State:
    """Marks a parameter that describes the world on the first day: a stock, staff, a price, capability, capacity.

    What a scenario says of it must be of that day or an earlier one; `simlab.scenario.dates` holds it to that. A
    shape, an elasticity, a lag, a pace or a physical ratio is no state.
    """


class Params(BaseModel):
    """A group of parameters. Frozen; unknown names are refused; infinities and NaN are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, use_attribute_docstrings=True)


Day = Annotated[float, Unit("date")]
"""A moment. The file says a date (2027-01-01); the world sees days since the scenario's start."""
