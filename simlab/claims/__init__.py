"""Every claim: what the sources say, and what the simulation shows when nobody types it in.

A claim is measured on running worlds, by paired seeds, and compared with a band that comes from the sources or from the
definition of the mechanism. The band is never adjusted to the measurement; a claim that fails says so.
"""

from simlab.claims.bench import Bench
from simlab.claims.claim import Claim, Shown
from simlab.claims.every import CLAIMS

__all__ = ["CLAIMS", "Bench", "Claim", "Shown"]
