"""What money does."""

from simlab.parameters import Params


class CapitalParams(Params):
    """Revenue, funding, wages and their ceiling."""
