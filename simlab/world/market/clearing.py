"""Clearing: the rent at which what is asked for is what is let.

Buyers with a budget B together ask for B / rent accelerators. An accelerator is let at any rent that pays for its
power, so supply is a staircase, the cheapest to run first. Where the steps cross B / rent is the rent: either all of
the steps below it are let, or part of the last one is, at just its cost, and the rest idles.
"""

from collections.abc import Iterable


def clear(budget_usd2025_per_hour: float, offers: Iterable[tuple[float, float]], rent: float) -> tuple[float, float]:
    """The rent an hour and what is let, of `offers` (accelerators, cost of running one an hour), the cheapest first.

    Without any offers the rent stays at `rent`, and nothing is let.
    """
    let = 0.0
    for h100e, cost in offers:
        if budget_usd2025_per_hour < cost * let:
            break
        if budget_usd2025_per_hour < cost * (let + h100e):
            return cost, budget_usd2025_per_hour / cost
        let += h100e
    return (budget_usd2025_per_hour / let if let > 0.0 else rent), let
