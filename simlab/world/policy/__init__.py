"""Levers: what a policy can do to the world, one file each.

To add one: write a file with a class of parameters that says whose rules it puts what in, and put it into `AnyLever`
here. Scenario files, units, sources, uncertainty, sweeps and the report know it from then on.
"""

from typing import Annotated

from pydantic import Field

from simlab.world.policy.breakthrough import Breakthrough
from simlab.world.policy.chip_shock import ChipShock
from simlab.world.policy.closed_publication import ClosedPublication
from simlab.world.policy.compute_cap import ComputeCap
from simlab.world.policy.compute_reserve import ComputeReserve
from simlab.world.policy.compute_tax import ComputeTax
from simlab.world.policy.export_quality import ExportQuality
from simlab.world.policy.export_quota import ExportQuota
from simlab.world.policy.lever import Lever, ThereIs, schedule
from simlab.world.policy.open_publication import OpenPublication
from simlab.world.policy.pause import Pause
from simlab.world.policy.power_build_out import PowerBuildOut
from simlab.world.policy.safety_floor import SafetyFloor
from simlab.world.policy.training_licence import TrainingLicence
from simlab.world.policy.verification_mandate import VerificationMandate
from simlab.world.policy.weight_leak import WeightLeak

AnyLever = Annotated[
    ComputeCap
    | Pause
    | TrainingLicence
    | ExportQuota
    | ExportQuality
    | ComputeTax
    | ComputeReserve
    | PowerBuildOut
    | OpenPublication
    | ClosedPublication
    | SafetyFloor
    | VerificationMandate
    | ChipShock
    | Breakthrough
    | WeightLeak,
    Field(discriminator="lever"),
]
"""Every lever there is."""

__all__ = ["AnyLever", "Lever", "ThereIs", "schedule"]
