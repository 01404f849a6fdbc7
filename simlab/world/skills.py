"""What a team's lead is good at: skills that multiply, so that output is near log-normal.

Source: research-skill (taste, paranoia, communication), dwarkesh-2024 and dwarkesh-2025 (engineering, agency).
"""

import math
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, Unit

N_SKILLS = 5


class SkillsParams(Params):
    """How skills are spread over leads. A `_log_sd` is the standard deviation of the logarithm across leads."""

    talent_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Spread of what a lead makes of the evidence seen: a factor on taste in bits, median 1."""
    engineering_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Spread of the speed of thinking, building and reading: median 1."""
    agency_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Spread of the speed with which a blocked idea is unblocked: median 1."""
    paranoia_median_se: Annotated[float, Ge(0), Unit("1")]
    """Standard errors that the median lead wants before believing a gain."""
    paranoia_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Its spread."""
    communication_median_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of ideas whose start and fate the median lead lets the rest of the lab know."""
    communication_logit_sd: Annotated[float, Ge(0), Unit("1")]
    """Spread of its log-odds."""


class Skills(NamedTuple):
    """One lead's skills."""

    talent: float
    engineering: float
    agency: float
    paranoia_se: float
    communication_fraction: float


def skills_of(draws: list[float], p: SkillsParams) -> Skills:
    """Skills from five standard normal draws."""
    talent, engineering, agency, paranoia, communication = draws
    odds = p.communication_median_fraction / (1.0 - p.communication_median_fraction)
    odds *= math.exp(p.communication_logit_sd * communication)
    return Skills(
        math.exp(p.talent_log_sd * talent),
        math.exp(p.engineering_log_sd * engineering),
        math.exp(p.agency_log_sd * agency),
        p.paranoia_median_se * math.exp(p.paranoia_log_sd * paranoia),
        odds / (1.0 + odds),
    )
