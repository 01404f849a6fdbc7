"""What AI workers make of a step of research."""

from typing import NamedTuple


class Help(NamedTuple):
    """A step of research with AI workers in it, per unit of the human work it takes without them."""

    own_fraction: float
    """Work that stays with the team, reviewing included. An automated team has all of it, and redoes what fails."""
    worker_fraction: float
    """Work that AI workers do, in the human work it stands for."""
    flaw_fraction: float
    """Chance that a flaw gets into what the step hands on, and nobody notices."""
