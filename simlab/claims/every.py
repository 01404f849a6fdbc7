"""The list of all claims, in the order of their mechanisms."""

from simlab.claims import (
    capital,
    compute,
    deployment,
    elasticities,
    frontier,
    market,
    oversight,
    people,
    policy,
    recipe,
    replica,
    research_loop,
    rivals,
    serving,
    transfer,
    verification,
    workers,
)
from simlab.claims.claim import Claim

TOPICS = (
    research_loop,
    transfer,
    people,
    compute,
    frontier,
    recipe,
    workers,
    serving,
    replica,
    verification,
    oversight,
    elasticities,
    market,
    capital,
    rivals,
    deployment,
    policy,
)

CLAIMS: tuple[Claim, ...] = tuple(
    sorted(
        (claim for topic in TOPICS for claim in topic.CLAIMS),
        key=lambda claim: claim.mechanism,
    )
)
"""Every claim there is."""
