"""From FLOP to accelerator time: peak speed times utilisation, and utilisation falls with the size of a job."""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.units import SECONDS_PER_DAY


class ThroughputParams(Params):
    """Speed of one H100 equivalent."""

    peak_flop_per_s: Annotated[float, Gt(0), Unit("FLOP/s")]
    """Dense BF16 peak of one H100e."""
    mfu_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Model FLOP utilisation of a job of the reference size."""
    mfu_reference_h100e: Annotated[float, Gt(0), Unit("H100e")]
    """The size at which that utilisation was measured."""
    mfu_size_exponent: Annotated[float, Ge(0), Unit("1")]
    """Utilisation falls as (size / reference)^-exponent beyond the reference size."""


def flop_per_h100e_day(n_h100e: float, p: ThroughputParams, lost_nats: float = 0.0) -> float:
    """Model FLOP that one of `n_h100e` accelerators working together does in a day; weak chips lose `lost_nats`."""
    size = max(n_h100e / p.mfu_reference_h100e, 1.0)
    return p.peak_flop_per_s * p.mfu_fraction * size**-p.mfu_size_exponent * SECONDS_PER_DAY * math.exp(-lost_nats)
