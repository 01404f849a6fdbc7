"""Capital: what labs earn, raise and spend; what investors and customers are willing to pay at most."""

from simlab.world.capital.investors import Investors
from simlab.world.capital.params import CapitalParams
from simlab.world.capital.treasury import Treasury

__all__ = ["CapitalParams", "Investors", "Treasury"]
