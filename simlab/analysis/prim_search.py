"""One search for a box: screen, peel, drop what is not needed, paste, choose, and ask what chance would do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

import numpy as np

from simlab.analysis.prim_boxes import Box, Found, Settings, box_of
from simlab.analysis.prim_chance import half, needed, screened, shuffled, telling
from simlab.analysis.prim_levels import Flags, Runs
from simlab.analysis.prim_peel import Region, paste, peel

EVERY = 3
"""Regions one slice apart need nearly the same factors: of the first peeling one in so many is asked."""


def search(runs: Runs, settings: Settings) -> Found:
    """The best box among these runs, or the reason why there is none."""
    found = Found(runs.n_runs, runs.n_cases, reason=_too_few(runs, settings))
    if found.reason:
        return found
    found = replace(found, trajectory=_trajectory(runs, settings))
    step, reason = _chosen(found.trajectory, settings)
    if step is None:
        return replace(found, reason=reason)
    rng = np.random.default_rng(settings.seed)
    found = _tried(found, runs, settings, rng)
    if found.reason:
        return found
    box, returned = found.trajectory[step], _returned(runs, settings, rng)
    told = tuple(replace(each, returned_fraction=returned.get(each.factor, 0.0)) for each in box.restrictions)
    return replace(found, step=step, box=replace(box, restrictions=told), returned=returned)


def _too_few(runs: Runs, settings: Settings) -> str:
    least, n_others = settings.least_runs, runs.n_runs - runs.n_cases
    if not runs.levels.scales:
        return "nothing varies between these runs"
    if runs.n_cases < least:
        return f"{runs.n_cases} of {runs.n_runs} runs are cases, and a region is looked for from {least} on"
    if n_others < least:
        return f"all but {n_others} of {runs.n_runs} runs are cases, and a region is looked for from {least} others on"
    return ""


def _trajectory(runs: Runs, settings: Settings) -> tuple[Box, ...]:
    """The boxes worth telling: peeled, without what is not needed, pasted; each once, the whole first.

    Peeling cuts at anything where the cases are few. So only those factors are peeled that are worth it.
    """
    few = _worth_peeling(runs, settings)
    found: list[tuple[Region, Flags]] = []
    for peeled in _peeled(few, settings):
        region = paste(needed(peeled, few, settings.chance_limit), few, settings.pasting_fraction)
        inside = region.inside(few.levels)
        if not any(np.array_equal(inside, other) for _, other in found):
            found.append((region, inside))
    return tuple(box_of(region, few) for region, _ in found)


def _worth_peeling(runs: Runs, settings: Settings) -> Runs:
    """The runs as those factors see them that tell something beyond chance, one looked for among all factors.

    Alone, by chi-squared; or together with others, as a restriction that is needed in some region while the strongest
    factors are all peeled.
    """
    limit = settings.chance_limit / len(runs.levels.scales)
    seen = screened(runs, settings.most_factors)
    some = islice(_peeled(seen, settings), 0, None, EVERY)
    needs = (needed(peeled, seen, limit) for peeled in some)
    kept = {factor for region in needs for factor in region.allowed} | set(telling(seen, limit).tolist())
    return seen.with_factors(np.array(sorted(kept), np.int64))


def _peeled(seen: Runs, settings: Settings) -> Iterator[Region]:
    least = max(settings.least_runs, round(settings.least_fraction * seen.n_runs))
    return peel(seen, settings.peeling_fraction, least)


def _chosen(boxes: tuple[Box, ...], settings: Settings) -> tuple[int | None, str]:
    """The number of the box to tell, or why there is none."""
    restricted = [step for step, box in enumerate(boxes) if box.restrictions]
    if not restricted:
        return None, "no region stands out: what any factor tells could be chance"
    if settings.step is not None:
        known = f"{restricted[0]} to {restricted[-1]}"
        return (settings.step, "") if settings.step in restricted else (None, f"the trajectory has boxes {known}")
    if settings.density is None:
        return max(restricted, key=lambda step: boxes[step].likelihood_gain_nats), ""
    dense = [step for step in restricted if boxes[step].density >= settings.density]
    if not dense:
        densest = max(boxes[step].density for step in restricted)
        return None, f"no region is as dense as {settings.density:.0%}; the densest has {densest:.0%}"
    return max(dense, key=lambda step: boxes[step].coverage), ""


def _tried(found: Found, runs: Runs, settings: Settings, rng: np.random.Generator) -> Found:
    """Whether shuffled outcomes, which no factor can know, give as good a split; the first that does ends it."""
    wanted = max(box.likelihood_gain_nats for box in found.trajectory)
    for n in range(1, settings.n_shuffles + 1):
        if _best_split(shuffled(runs, rng), settings) >= wanted:
            said = f"no region stands out: outcomes shuffled among the runs gave as good a one in shuffle {n}"
            return replace(found, n_shuffles=n, reason=said)
    return replace(found, n_shuffles=settings.n_shuffles)


def _best_split(runs: Runs, settings: Settings) -> float:
    """The largest likelihood gain of a box that could be told."""
    return max(box.likelihood_gain_nats for box in _trajectory(runs, settings))


def _returned(runs: Runs, settings: Settings, rng: np.random.Generator) -> dict[str, float]:
    """Factor to the share of halves of the runs in which the chosen box restricts it."""
    free = replace(settings, step=None)
    counts = Counter(name for _ in range(settings.n_halves) for name in _restricted(half(runs, rng), free))
    return {name: count / settings.n_halves for name, count in counts.items()}


def _restricted(runs: Runs, settings: Settings) -> list[str]:
    if runs.n_cases in {0, runs.n_runs}:
        return []
    boxes = _trajectory(runs, settings)
    step, _ = _chosen(boxes, settings)
    return [] if step is None else [each.factor for each in boxes[step].restrictions]
