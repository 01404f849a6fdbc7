"""Deployment beyond labs: sectors of work, automated as models, data and machines allow, in nations with compute."""

from simlab.world.deployment.deployment import Deployment
from simlab.world.deployment.frontier import Frontier
from simlab.world.deployment.params import DeploymentParams

__all__ = ["Deployment", "DeploymentParams", "Frontier"]
