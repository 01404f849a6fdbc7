"""What happens to accelerators, and to the plan that divides them."""

from typing import NamedTuple

from simlab.trace.causes import Interruption
from simlab.trace.event import LabNumber, NumberOrNone, RequestNumber


class JobInterrupted(NamedTuple):
    """A running job lost its accelerators and, back to its last checkpoint, some work."""

    time_days: float
    lab: LabNumber
    job: int
    job_class: int
    why: Interruption
    n_h100e: float
    lost_h100e_days: float
    detail = True


class ComputeDelivered(NamedTuple):
    """Accelerators arrived, were retired, or became usable or unusable by a lever."""

    time_days: float
    lab: LabNumber
    delivered_h100e: float
    capacity_h100e: float
    detail = False


class ClusterMetered(NamedTuple):
    """What a lab's research cluster did since the last reading (monthly).

    productive + lost + checkpoint + restart + idle = capacity, all in H100e-days.
    """

    time_days: float
    lab: LabNumber
    capacity_h100e_days: float
    frontier_h100e_days: float
    """Held by frontier runs, productive or not."""
    experiments_h100e_days: float
    """Held by experiments, productive or not."""
    lost_h100e_days: float
    checkpoint_h100e_days: float
    restart_h100e_days: float
    idle_h100e_days: float
    queue_job_days: float
    """Integral of the number of waiting jobs over time: divided by the days, the mean queue length."""
    n_started: int
    n_ended: int
    detail = False


class PlanChanged(NamedTuple):
    """A lab divided its compute anew; the five parts add up to 1 (the state of day 0 is the first row)."""

    time_days: float
    lab: LabNumber
    frontier_fraction: float
    """Reserved for frontier runs, lent to experiments between them."""
    experiments_fraction: float
    workers_fraction: float
    """Part of the fleet meant for the lab's own AI workers."""
    customers_fraction: float
    """Part of the fleet meant for customers."""
    oversight_fraction: float
    detail = False


class FleetMetered(NamedTuple):
    """What a lab's inference fleet did since the last reading (monthly).

    customers + workers + lent + switching + idle = capacity, all in H100e-days.
    """

    time_days: float
    lab: LabNumber
    capacity_h100e_days: float
    customers_h100e_days: float
    workers_h100e_days: float
    lent_h100e_days: float
    """Lent to training and experiments while demand was low."""
    switching_h100e_days: float
    """Lost in going over to them and back."""
    idle_h100e_days: float
    peak_load_fraction: float
    """Offered over available capacity in the busiest part of the last day; above 1 is a shortage."""
    cost_usd2025_per_million_tokens: float
    """Rent of the accelerators that a million output tokens of the mean customer request takes."""
    detail = False


class RequestsMetered(NamedTuple):
    """What became of the output tokens asked of a fleet since the last reading, class by class (monthly).

    waiting before + offered = served + abandoned + lost + waiting.
    """

    time_days: float
    lab: LabNumber
    request: RequestNumber
    """The class of requests."""
    offered_tokens: float
    served_tokens: float
    abandoned_tokens: float
    """Of users who would not wait any longer."""
    lost_tokens: float
    """Turned away because too many waited already."""
    waiting_tokens: float
    """At the time of the reading."""
    latency_seconds: NumberOrNone
    """From asking to the last token, mean over the last day; null where nothing was served."""
    revenue_usd2025: float
    lost_revenue_usd2025: float
    """Of abandoned and lost requests."""
    detail = False
