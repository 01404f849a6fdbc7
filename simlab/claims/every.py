"""The list of all claims, in the order of their mechanisms."""

from simlab.claims import compute, frontier, people, research_loop, transfer
from simlab.claims.claim import Claim

CLAIMS: tuple[Claim, ...] = tuple(
    sorted(
        (*research_loop.CLAIMS, *transfer.CLAIMS, *people.CLAIMS, *compute.CLAIMS, *frontier.CLAIMS),
        key=lambda claim: claim.mechanism,
    )
)
"""Every claim there is."""
