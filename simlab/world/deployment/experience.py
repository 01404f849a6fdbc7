"""What models have seen of a sector's work: it grows with what people show and with what models do themselves.

A model's horizon at the sector's tasks, relative to its horizon in software, is (experience / sufficient)^b with b the
`learning_exponent`, as in a learning curve, up to 1. The models are the same everywhere, and so is the experience.
"""

from simlab.world.deployment.params import DataParams, DeploymentParams


class Experience:
    """One sector's, of the whole world."""

    def __init__(self, data: DataParams, p: DeploymentParams) -> None:
        self.data, self.params = data, p
        self.people_days = data.sufficient_people_days * data.initial_horizon_fraction ** (1.0 / p.learning_exponent)
        """Work seen, counted in days of a person."""

    @property
    def horizon_fraction(self) -> float:
        """Horizon at the sector's tasks relative to that in software."""
        return (self.people_days / self.data.sufficient_people_days) ** self.params.learning_exponent

    def see(self, human_people_days: float, automated_people_days: float) -> None:
        """So much of the sector's work was done, by people and by models."""
        shown, kept = self.data.shown_fraction, self.params.kept_fraction
        seen = self.people_days + shown * human_people_days + kept * automated_people_days
        self.people_days = min(seen, self.data.sufficient_people_days)
