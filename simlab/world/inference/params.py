"""The numbers of serving."""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, State, Unit
from simlab.world.inference.costs import ServerParams


class WorkerRequestParams(Params):
    """Requests of AI workers."""

    input_tokens: Annotated[float, Gt(0), Unit("token")]
    """Context at the beginning of a request."""
    cached_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of it that is still in memory."""
    output_tokens: Annotated[float, Gt(0), Unit("token")]
    """Output of a request."""
    size_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Parameters that a token passes in the model that serves them, relative to the flagship's."""


class InferenceParams(Params):
    """Serving."""

    server: ServerParams
    worker: WorkerRequestParams
    priority: Literal["customers_first", "workers_first", "by_plan"]
    """Who is served first; "by_plan" guarantees to each the accelerators that the plan means for it."""
    segments_per_day: Annotated[int, Ge(1), Unit("1")]
    """Stretches of the day with constant rates."""
    target_load_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """A fleet keeps what it uses over this, and lends the rest to research."""
    switching_days: Annotated[float, Ge(0), Unit("day")]
    """Time that an accelerator is lost when it goes over to research, and again when it comes back."""
    least_change_fraction: Annotated[float, Ge(0), Unit("1")]
    """What is lent changes between deliveries only if it would by more than this share of the fleet."""
    rent_usd2025_per_h100e_hour: Annotated[float, Gt(0), Unit("USD2025/(H100e*hour)"), State()]
    """Rent of an accelerator, from which costs and prices of tokens follow."""
    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often demand is looked at anew and the loan to research reconsidered."""
