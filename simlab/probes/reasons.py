"""Why a number lies outside the published range: where ideas wait, and what it would be without a mechanism."""

import math
from collections.abc import Mapping, Sequence
from statistics import fmean

from simlab.probes.literature import band
from simlab.probes.numbers import Number
from simlab.probes.plan import COPIES, THIRTY, World
from simlab.probes.steady import STAGES, Speed

Speeds = Mapping[World, Sequence[Speed]]

WORDS = {
    "thinking": "being thought through",
    "building": "being built",
    "waiting_compute": "waiting for compute",
    "running": "running",
    "reading": "having their results read",
    "waiting_people": "waiting for people",
}

FAR = {
    "less_compute": (World(1.0, 0.1), World(1.0, 1.0)),
    "more_compute": (World(1.0, 10.0), World(1.0, 1.0)),
    "compute_exponent": (World(1.0, 3.0), World(1.0, 1.0 / 3.0)),
    "parallel_exponent": (World(3.0, 1.0), World(1.0 / 3.0, 1.0)),
    "thirty_by_thirty": (World(COPIES, 1.0, THIRTY), World(1.0, 1.0)),
}
"""The two worlds that a number compares: where to look for what holds the one back, and what held the other."""


def reasons(table: Sequence[Number], speeds: Speeds, law: float, deep: float) -> dict[str, str]:
    """A sentence or two for each number outside its range.

    `law` is the difficulty that the scenario states for the gains of ideas, `deep` the one that comes out where the
    pool does not run dry.
    """
    outside = [number for number in table if number.is_inside is False]
    return {number.key: _reason(number, speeds, law, deep) for number in outside}


def _reason(number: Number, speeds: Speeds, law: float, deep: float) -> str:
    if number.key == "difficulty":
        return (
            f"Gains fall with an exponent of {law:g} by the scenario. With a pool that does not run dry speed falls "
            f"with {deep:.2f}: smaller gains are harder to tell from noise, and fewer are worth a test. The rest of "
            f"the way to {number.found.value:.2f} is the best of the pool being taken first."
        )
    if number.key not in FAR:
        return "It follows from the exponents and ratios above."
    far, near = FAR[number.key]
    side = "below" if number.found.value < (band(number.key) or (0.0, 0.0))[0] else "above"
    told = f"It lies {side} what is published. {_lives(far, speeds[far])}; {_lives(near, speeds[near], lower=True)}."
    return f"{told} {_taken_out(number, speeds)}".strip()


def _lives(world: World, found: Sequence[Speed], *, lower: bool = False) -> str:
    """Where ideas are in a world."""
    shares = [fmean(speed.stages[i] for speed in found) for i in range(len(STAGES))]
    first, second = sorted(range(len(STAGES)), key=lambda i: -shares[i])[:2]
    busy, adopted = fmean(speed.busy_fraction for speed in found), fmean(speed.adopted_per_year for speed in found)
    proposed = fmean(speed.proposed_per_year for speed in found)
    begin = "with" if lower else "With"
    return (
        f"{begin} {_times(world)} ideas spend {shares[first]:.0%} of their lives {WORDS[STAGES[first]]} and "
        f"{shares[second]:.0%} {WORDS[STAGES[second]]}, the machines are busy {busy:.0%} of the time, and "
        f"{adopted:.0f} of {proposed:,.0f} ideas a year are adopted"
    )


def _times(world: World) -> str:
    if world.without == THIRTY:
        return "thirty workers at thirty times speed for each person"
    return f"{_multiple(world.people)} people and {_multiple(world.compute)} compute"


def _multiple(times: float) -> str:
    """So much of the baseline's.

    >>> _multiple(1.0), _multiple(3.0), _multiple(1.0 / 3.0)
    ("the baseline's", "3 times the baseline's", "1/3 of the baseline's")
    """
    if times == 1.0:
        return "the baseline's"
    return f"{times:g} times the baseline's" if times > 1.0 else f"1/{1.0 / times:.0f} of the baseline's"


def _taken_out(number: Number, speeds: Speeds) -> str:
    """What the ratio of compute would be without each mechanism, and which moves it most toward what is published."""
    if number.key not in ("less_compute", "more_compute"):
        return ""
    kept = _ratio(number.key, speeds, "")
    names = dict.fromkeys(world.without for world in speeds if world.without not in ("", THIRTY))
    ratios = {name: _ratio(number.key, speeds, name) for name in names}
    low, high = band(number.key) or (0.0, math.inf)
    told = ", ".join(f"{ratio:.1f} with {name} {_how(name)}" for name, ratio in ratios.items())
    best = min(ratios, key=lambda name: _distance(ratios[name], low, high))
    moved = _distance(ratios[best], low, high) < _distance(kept, low, high)
    blame = f"what brings it nearest to {low:g} to {high:g} is {best}" if moved else "none of them does it"
    return f"Of {kept:.1f} times it becomes {told}: {blame}."


def _distance(ratio: float, low: float, high: float) -> float:
    """How far a ratio lies outside a range, in logarithms."""
    return max(math.log(low / ratio), math.log(ratio / high), 0.0) if ratio > 0.0 else math.inf


def _how(name: str) -> str:
    return "let in" if name.startswith("ideas that") else "all but taken out"


def _ratio(key: str, speeds: Speeds, without: str) -> float:
    one, far = (
        fmean(s.nats_per_year for s in speeds[World(1.0, compute, without)])
        for compute in (1.0, 0.1 if key == "less_compute" else 10.0)
    )
    above, below = (one, far) if key == "less_compute" else (far, one)
    return above / below if below > 0.0 else math.inf
