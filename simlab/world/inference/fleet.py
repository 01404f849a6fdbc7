"""The fleet: a lab's accelerators that serve models, to customers and to the lab's own AI workers."""

from collections.abc import Callable

from simlab.parameters import Params
from simlab.stage import Stage
from simlab.trace.events import FleetMetered, RequestsMetered
from simlab.world.customers import CustomersParams
from simlab.world.models import Model


class InferenceParams(Params):
    """Serving."""


class Fleet:
    """One lab's fleet, fluid: rates that are constant between reviews, with a rhythm within the day."""

    used_h100e: float
    """Accelerators busy serving, mean over the last period."""
    lent_h100e: float
    """Accelerators' worth of research that the fleet lends, mean over the day."""
    worker_served_fraction: float
    """Share of the tokens wanted by AI workers that they get now."""

    def __init__(
        self,
        stage: Stage,
        params: InferenceParams,
        customers: CustomersParams | None,
        lab: int,
    ) -> None:
        raise NotImplementedError

    def begin(self, lend: Callable[[], None]) -> None:
        """Start the reviews; `lend` is called when what can be lent has changed."""
        raise NotImplementedError

    def resize(self, workers_h100e: float, customers_h100e: float) -> None:
        """Have these accelerators from now on, meant for AI workers and for customers."""
        raise NotImplementedError

    def deploy(self, model: Model) -> None:
        """Serve this model from now on."""
        raise NotImplementedError

    def want(self, tokens_per_day: float) -> None:
        """AI workers want so many output tokens a day from now on."""
        raise NotImplementedError

    def tokens_per_h100e_day(self) -> float:
        """Output tokens of AI workers' requests that one accelerator serves in a day, flat out."""
        raise NotImplementedError

    def read_meter(self) -> list[FleetMetered | RequestsMetered]:
        """What was done since the last reading; the meters start again from nothing."""
        raise NotImplementedError
