"""Features of a model: how many there are, and how fast interpretability finds them.

A model holds F = reference * (active parameters / reference parameters)^a features: what it represents is packed into
its parameters. A look takes the more work the more there are to tell apart, as F^b. Looks are made by compute and
people together (constant returns to both), and more of them a day by what research into oversight has won:

    looks a day = e^gain (F / reference)^-b (features_per_h100e_day H)^(1 - s) (features_per_person_day P)^s.

Each look hits one of the F features as likely as any other, so that after L looks the share 1 - e^(-L / F) is known
(the coupon collector): the last features take the longest. A new model's features must be looked for anew, but for the
carried share of those known from its predecessor. Sources: gao-2024 (tokens needed grow as the 0.6th to 0.65th power of
the dictionary, and so does the width), templeton-2024 (34 million features, far from all of them).
"""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.world.models import Model


class FeaturesParams(Params):
    """How many features models have, and what finding them takes."""

    reference_parameters: Annotated[float, Gt(0), Unit("1")]
    """Active parameters of the model for which the numbers below hold."""
    reference_features: Annotated[float, Gt(0), Unit("1")]
    """Features of that model."""
    features_exponent: Annotated[float, Ge(0), Unit("1")]
    """a: features grow as active parameters to this power."""
    cost_exponent: Annotated[float, Ge(0), Unit("1")]
    """b: what a look takes grows as the number of features to this power."""
    features_per_h100e_day: Annotated[float, Gt(0), Unit("1/(H100e*day)")]
    """Looks at the reference model that a day of an accelerator gives, where people keep up."""
    features_per_person_day: Annotated[float, Gt(0), Unit("1/(person*day)")]
    """Looks at the reference model that a person's day gives, where compute keeps up."""
    people_exponent: Annotated[float, Ge(0), Le(1), Unit("1")]
    """s: looks grow as people to this power, and as compute to the rest of 1."""
    carried_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the features known of a model that are known of its successor as well."""


def n_features(n_active_parameters: float, p: FeaturesParams) -> float:
    """F: features of a model of this size."""
    return p.reference_features * (n_active_parameters / p.reference_parameters) ** p.features_exponent


class Survey:
    """What is known of one model's features."""

    def __init__(self, params: FeaturesParams, model: Model, before: "Survey | None") -> None:
        self.params, self.model = params, model
        self.n_features = n_features(model.n_active_parameters, params)
        known = params.carried_fraction * before.found_fraction * before.n_features if before else 0.0
        self.found_fraction = min(known / self.n_features, 1.0)

    def looks_per_day(self, n_h100e: float, n_people: float) -> float:
        """Looks a day of so much compute and so many people."""
        p = self.params
        ease = math.exp(self.model.oversight_gain_nats) * (self.n_features / p.reference_features) ** -p.cost_exponent
        by_compute = (p.features_per_h100e_day * n_h100e) ** (1.0 - p.people_exponent)
        return ease * by_compute * (p.features_per_person_day * n_people) ** p.people_exponent

    def look(self, n_looks: float) -> None:
        """So many looks more: of what was unknown, e^(-looks / features) is left."""
        self.found_fraction = 1.0 - (1.0 - self.found_fraction) * math.exp(-n_looks / self.n_features)
