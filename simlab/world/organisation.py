"""Organisation and codebase drag: why twice the people is less than twice the output.

Two causes, both counted and neither assumed as an exponent. Coordination: a hierarchy with a given span of control has
log(people) / log(span) layers, and each layer takes its share of everybody's day. The shared codebase: every change
that lands in an idea's area while it is being built must be merged into it by hand, and more people land more changes.
"""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Lt

from simlab.parameters import Params, Unit


class OrganisationParams(Params):
    """Coordination and shared code."""

    span_of_control: Annotated[float, Gt(1), Unit("person")]
    """People that one coordinator keeps together."""
    coordination_fraction_per_layer: Annotated[float, Ge(0), Lt(0.2), Unit("1")]
    """Share of everybody's day that each layer of the hierarchy takes."""
    merge_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to merge one change that landed in the same area since an idea's building began."""


def coordination_drag(n_people: float, p: OrganisationParams) -> float:
    """Factor by which work takes longer for coordination among `n_people`: 1 / (1 - share of the day lost)."""
    layers = math.log(max(n_people, 1.0)) / math.log(p.span_of_control)
    return 1.0 / (1.0 - min(p.coordination_fraction_per_layer * layers, 0.9))
