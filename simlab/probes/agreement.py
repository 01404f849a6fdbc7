"""Whether what gains most is what ideas wait for most, and if not, why not."""

from collections.abc import Sequence
from statistics import fmean, stdev
from typing import NamedTuple

import numpy as np

from simlab.analysis.intervals import Z_90
from simlab.probes.bottlenecks import Gain
from simlab.probes.resources import RESOURCES

AGREES = 0.5
"""A rank correlation from which on two orders are said to agree."""

TITLES = {resource.key: resource.title for resource in RESOURCES}

WHY = {
    "frontier": "compute for frontier runs is effective compute at once, one for one, and ideas that wait for the next "
    "run wait for a date, which more compute does not bring nearer",
    "people": "ideas wait for people because teams hold more of them than they have hands for, which costs the idea "
    "days and the lab little; more people also bring more ideas, which then wait for machines",
    "experiments": "more compute is not only a shorter queue: it buys larger samples and rungs that were not worth "
    "their price, also where nobody waits",
    "verifiers": "what waits for a verifier is only the automated work, and in the end most of it is adopted anyway",
}
"""Why the days spent waiting for something say little of what more of it would gain."""


class Agreement(NamedTuple):
    """The two orders, over the resources that ideas wait for."""

    by_year: dict[int, float | None]
    """Spearman's rank correlation of gain and wait in each year; None where there is nothing to order."""
    overall: float | None
    """The same of the means over years."""
    words: str


def agreement(table: Sequence[Gain]) -> Agreement:
    """Compare the orders."""
    waited = [gain for gain in table if gain.wait_fraction is not None]
    years = sorted({gain.year for gain in waited})
    by_year = {year: _rank([gain for gain in waited if gain.year == year]) for year in years}
    keys = list(dict.fromkeys(gain.resource for gain in waited))
    gained = {key: fmean(fmean(gain.nats) for gain in waited if gain.resource == key) for key in keys}
    waits = {key: fmean(gain.wait_fraction or 0.0 for gain in waited if gain.resource == key) for key in keys}
    overall = spearman([gained[key] for key in keys], [waits[key] for key in keys])
    luck = "" if overall is None else _luck({key: _by_seed(waited, key) for key in keys})
    return Agreement(by_year, overall, _words(gained, waits, overall) + luck)


def _by_seed(cells: Sequence[Gain], key: str) -> list[float]:
    """The resource's gain, mean over the years, seed by seed."""
    return [fmean(nats) for nats in zip(*(cell.nats for cell in cells if cell.resource == key), strict=True)]


def _luck(seeds: dict[str, list[float]]) -> str:
    """A warning where the 90% interval of the first resource's lead over the second, seed by seed, holds nothing."""
    first, second = sorted(seeds, key=lambda key: -fmean(seeds[key]))[:2]
    lead = [more - less for more, less in zip(seeds[first], seeds[second], strict=True)]
    if fmean(lead) > Z_90 * stdev(lead) / len(lead) ** 0.5:
        return ""
    return f" Luck alone may have put {TITLES[first]} before {TITLES[second]}: more seeds would tell."


def _rank(cells: Sequence[Gain]) -> float | None:
    return spearman([fmean(cell.nats) for cell in cells], [cell.wait_fraction or 0.0 for cell in cells])


def spearman(x: Sequence[float], y: Sequence[float]) -> float | None:
    """Rank correlation, ties at their mean rank; None for fewer than three pairs, or where one side is all ties."""
    if len(x) < 3 or len(set(x)) == 1 or len(set(y)) == 1:
        return None
    return float(np.corrcoef(_ranks(x), _ranks(y))[0, 1])


def _ranks(values: Sequence[float]) -> list[float]:
    return [sum(other < value for other in values) + 0.5 * sum(other == value for other in values) for value in values]


def _words(gained: dict[str, float], waits: dict[str, float], overall: float | None) -> str:
    most, longest = max(gained, key=gained.__getitem__), max(waits, key=waits.__getitem__)
    if overall is None:
        return "There is too little that ideas wait for to compare the two orders."
    said = (
        f"Of what ideas wait for, a tenth more {TITLES[most]} gains most ({gained[most]:+.3f} nats), and most days go "
        f"into waiting for {_wait_words(longest)} ({waits[longest]:.0%}). Rank correlation {overall:.2f} "
        f"over {len(gained)} resources, of which only those are in order whose intervals are apart"
    )
    if overall >= AGREES:
        return f"{said}: the two orders agree."
    reasons = [WHY[key] for key in dict.fromkeys((most, longest))]
    return f"{said}: the two orders do not agree, because {'; and '.join(reasons)}."


def _wait_words(key: str) -> str:
    words = {"frontier": "the next frontier run", "experiments": "compute", "verifiers": "a verifier"}
    return words.get(key, TITLES[key])
