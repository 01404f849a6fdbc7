"""Researchers: teams of people or of AI workers, the loop they run, and how an idea's life ends."""

from simlab.world.researchers.params import ResearchersParams
from simlab.world.researchers.people import Researchers

__all__ = ["Researchers", "ResearchersParams"]
