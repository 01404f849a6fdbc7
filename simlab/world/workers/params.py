"""The numbers of AI workers."""

from typing import Annotated

from annotated_types import Ge, Gt, Le, Lt

from simlab.parameters import Params, State, Unit
from simlab.world.workers.agreement import TriesParams
from simlab.world.workers.scaffolding import ScaffoldingParams
from simlab.world.workers.tasks import StepsParams


class WorkersParams(Params):
    """AI workers."""

    fleet_fraction: Annotated[float, Ge(0), Le(1), Unit("1"), State()]
    """Share of the fleet meant for them on day 0."""
    steps: StepsParams
    chain_tasks: Annotated[float, Ge(1), Unit("1")]
    """Tasks that workers do in a row between two reviews by people."""
    unreviewed_chain_tasks: Annotated[float, Ge(1), Unit("1")]
    """Tasks in a row that a team without people must come through in a step, where nobody looks before the experiment
    does."""
    required_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Chance of success that people ask of such a chain before they hand it over."""
    briefing_minutes: Annotated[float, Ge(0), Unit("minute")]
    """Time of a person to hand a chain over and to take it back, whatever its length."""
    review_fraction: Annotated[float, Ge(0), Unit("1")]
    """Time of a person to review what was handed over, relative to the time of doing it oneself."""
    review_detection_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of accepted wrong results that this review finds."""
    decisive_tasks: Annotated[float, Ge(0), Unit("1")]
    """Tasks of a step on which the finding hangs, so that an unnoticed error in one flatters the idea."""
    flaw_nats: Annotated[float, Ge(0), Unit("nat")]
    """Mean of the gain that such an error pretends (exponential)."""
    tries: TriesParams
    tokens_per_work_minute: Annotated[float, Gt(0), Unit("token/minute")]
    """Output tokens that one try spends on what takes a person a minute, at the reference's thinking."""
    session_tokens_per_s: Annotated[float, Gt(0), Unit("token/s")]
    """Output tokens a second of one session."""
    scaffolding: ScaffoldingParams
    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often the lab says how many tokens it wants, and sets tries and thinking anew."""
