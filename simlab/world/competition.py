"""Competition: labs set prices against one another, and customers go where a token does most for its price."""

from simlab.parameters import Params
from simlab.stage import Stage


class CompetitionParams(Params):
    """Prices and shares."""


class Competition:
    """The market for served tokens, of all labs that serve."""

    def __init__(self, stage: Stage, params: CompetitionParams) -> None:
        self.stage, self.params = stage, params

    def begin(self) -> None:
        """Open on day 0; prices are reviewed every month from then on."""
        raise NotImplementedError
