"""The units simlab speaks, and the constants that join them.

Inside the world every quantity is a plain float in one unit, named by the last word of its name:

    time               day            queue_days          compute, amount   FLOP          run_flop
    compute, stock     H100e          capacity_h100e      compute, used     H100e-day     lost_h100e_days
    efficiency         nat            gain_nats           money             USD2025       rent_usd2025
    scale of compute   decade         rung_decades        share             1             training_fraction

H100e is one NVIDIA H100 equivalent by dense BF16 throughput. A nat of effective compute is a factor e.
"""

import math

SECONDS_PER_DAY = 86_400.0
DAYS_PER_YEAR = 365.25
MINUTES_PER_HOUR = 60.0
HOURS_PER_DAY = 24.0
NATS_PER_DECADE = math.log(10.0)
NATS_PER_DOUBLING = math.log(2.0)
