"""Levers: what a policy can do to the world, one file each.

To add one: write a file with a class of parameters and its `enact` process, and put it into `AnyLever` here. Scenario
files, units, sources, uncertainty, sweeps and the report know it from then on.
"""

from typing import Annotated

from pydantic import Field

from simlab.world.policy.compute_cap import ComputeCap
from simlab.world.policy.pause import Pause

AnyLever = Annotated[ComputeCap | Pause, Field(discriminator="lever")]
"""Every lever there is."""

__all__ = ["AnyLever", "ComputeCap", "Pause"]
