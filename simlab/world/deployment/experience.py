"""What models have seen of a part of a sector's work: what people show, and what models do themselves.

A model's horizon at its tasks, relative to its horizon in software, is (experience / sufficient)^b with b the
`learning_exponent`, as in a learning curve, up to 1. The models are the same everywhere, and so is the experience; but
paper work does not teach hands, so that desk work and physical work are learned apart.
"""

from simlab.world.deployment.params import DataParams, DeploymentParams


class Experience:
    """Of one part of a sector's work, of the whole world."""

    def __init__(self, data: DataParams, p: DeploymentParams) -> None:
        self.data, self.params = data, p
        self.people_days = data.sufficient_people_days * data.initial_horizon_fraction ** (1.0 / p.learning_exponent)
        """Work seen, counted in days of a person."""

    @property
    def horizon_fraction(self) -> float:
        """Horizon at its tasks relative to that in software."""
        return (self.people_days / self.data.sufficient_people_days) ** self.params.learning_exponent

    def see(self, human_people_days: float, automated_people_days: float) -> None:
        """So much of the work was done, by people and by models."""
        shown, kept = self.data.shown_fraction, self.params.kept_fraction
        seen = self.people_days + shown * human_people_days + kept * automated_people_days
        self.people_days = min(seen, self.data.sufficient_people_days)
