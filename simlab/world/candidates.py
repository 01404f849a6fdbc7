"""Shot calling: out of the ideas that come to mind, pick the one whose prior promises most.

A team thinks of a few candidates at a time, from the open pool, and reads what was published since. Its taste gives
each a signal; it takes up the one with the largest upside, the expected gain if the truth could be known for free.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simlab.world.beliefs import value_of_test_nats
from simlab.world.gains import taste_correlation, taste_level, upside_nats
from simlab.world.ideas import Area, IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.teams import Team


class Candidate(NamedTuple):
    """An idea that came to mind, with the team's prior for what it would bring this lab."""

    upside_nats: float
    mean_nats: float
    sd_nats: float
    area: Area
    idea: int
    published: bool
    """Whether it comes from the literature."""


class Field(NamedTuple):
    """An area as a team of some taste sees it."""

    area: Area
    scores: Sequence[float]
    upsides_nats: Sequence[float]
    """By signal."""
    left: float
    """What the lab's stock and chips leave of a gain there."""


def pick(team: Team, pool: IdeaPool, knowledge: Knowledge, n_candidates: int) -> Candidate | None:
    """The best of `n_candidates` random ideas that nobody is known to have tried, or of the literature.

    Areas in which the lab has nothing to gain do not come to mind. None if all that came to mind was known already.
    """
    row = team.candidates[team.n_proposed]
    team.n_proposed += 1
    best = _from_literature(pool, knowledge) if knowledge.literature else None
    best_upside, chosen = (best.upside_nats if best else -1.0), None
    correlation = taste_correlation(team.taste_bits)
    level, blind = taste_level(correlation), math.sqrt(1.0 - correlation * correlation)
    fields = knowledge.fields.get(level) or _fields(pool, knowledge, level)
    n_areas = len(fields)
    for i in range(n_candidates):
        position = (1.0 - row[i]) * n_areas  # one uniform draw in (0, 1] names an area and an idea in it
        at = int(position)
        area, scores, upsides, left = fields[at]
        idea = int((position - at) * len(scores))
        signal = correlation * scores[idea] + blind * row[n_candidates + i]
        upside = upside_nats(upsides, signal) * left
        if upside > best_upside and not _is_known(team, area, idea, knowledge):  # few are the best so far
            best_upside, chosen = upside, (area, idea, signal)
    return _own(*chosen, level, knowledge) if chosen else best


def _fields(pool: IdeaPool, knowledge: Knowledge, level: int) -> list[Field]:
    """Where a team of this taste may look; it stays until the lab's stock or chips change what is left of gains."""
    found = [
        Field(a, a.scores, pool.upsides_nats[level][a.number], knowledge.difficulty[a.number])
        for a in knowledge.open_areas
    ]
    knowledge.fields[level] = found
    return found


def _is_known(team: Team, area: Area, idea: int, knowledge: Knowledge) -> bool:
    """Whether the world, the lab or the team knows that somebody tried it."""
    number = area.number
    return area.public[idea] == 1 or knowledge.knows(number, idea) or (number, idea) in team.tried


def _own(area: Area, idea: int, signal: float, level: int, knowledge: Knowledge) -> Candidate:
    """A candidate of one's own thinking: the prior of its signal, at what the lab's stock leaves of gains."""
    mean, sd, upside = area.priors.of(signal, level)
    scale = knowledge.difficulty[area.number]
    return Candidate(upside * scale, mean * scale, sd * scale, area, idea, published=False)


def _from_literature(pool: IdeaPool, knowledge: Knowledge) -> Candidate | None:
    """The most promising published idea that the lab has not taken up, looked for anew when something has changed."""
    if knowledge.literature_changed:
        knowledge.literature_changed = False
        knowledge.most_promising_read = _look_through(pool, knowledge)
    return knowledge.most_promising_read


def _look_through(pool: IdeaPool, knowledge: Knowledge) -> Candidate | None:
    """All that was read and not taken up; what was taken up is forgotten."""
    best, unread = None, []
    for reading in knowledge.literature:
        if knowledge.knows(reading.area, reading.idea):
            continue
        unread.append(reading)
        scale = knowledge.difficulty[reading.area]
        if scale == 0.0:
            continue
        upside = scale * value_of_test_nats(reading.mean_nats, reading.sd_nats, 0.0, 0.0)
        if best is None or upside > best.upside_nats:
            mean, sd = scale * reading.mean_nats, scale * reading.sd_nats
            best = Candidate(upside, mean, sd, pool.areas[reading.area], reading.idea, published=True)
    knowledge.literature = unread
    return best
