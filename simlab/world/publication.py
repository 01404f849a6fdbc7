"""How an adopted idea becomes known outside the lab that found it: by paper, or by leak.

A lab publishes some of its adopted ideas after a lag; the others leak at a constant rate. What is published is the
idea and the evidence for it, which loses certainty over the decades of compute between the two labs' targets. Whoever
is working on the same idea then has been scooped, and a lab that had buried it may think again.
"""

import math
from collections.abc import Callable, Iterable
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.randomness import Rows, exponentials, uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import IdeaPublished
from simlab.world.experiments import Experiments
from simlab.world.ideas import IdeaPool, transfer_correlation
from simlab.world.knowledge import Knowledge, Reading
from simlab.world.ladder import transfer_ratio
from simlab.world.projects import Project
from simlab.world.standing import Standing


class PublicationParams(Params):
    """One lab's openness."""

    published_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of adopted ideas that the lab publishes."""
    lag_days: Annotated[float, Ge(0), Unit("day")]
    """Mean time from adoption to publication."""
    leaks_per_day: Annotated[float, Gt(0), Unit("1/day")]
    """Rate at which an unpublished adopted idea becomes known: people move, products are taken apart."""


class Reader(NamedTuple):
    """A lab as the press sees it."""

    knowledge: Knowledge
    experiments: Experiments
    scoop: Callable[[Project], None]


class Openness:
    """What levers say of a lab's openness. It holds for ideas that are adopted while it is in force."""

    def __init__(self) -> None:
        self.least_fractions = Standing()
        """By lever: share of adopted ideas that is published at least."""
        self.most_fractions = Standing()
        """By lever: share that is published at most; secrecy wins over openness."""
        self.most_lags_days = Standing()
        """By lever: mean time from adoption to publication, at most."""

    def published_fraction(self, of_its_own: float) -> float:
        """Share published by a lab that would publish so much of its own."""
        return self.most_fractions.least(self.least_fractions.most(of_its_own))

    def lag_days(self, of_its_own: float) -> float:
        """Mean lag of a lab that would take so long of its own."""
        return self.most_lags_days.least(of_its_own)


class Press:
    """Everything that is public, and when it becomes so."""

    def __init__(self, stage: Stage, pool: IdeaPool) -> None:
        self.stage, self.pool = stage, pool
        self._readers: dict[int, Reader] = {}
        self._lags: dict[int, tuple[list[Rows], list[Rows]]] = {}
        self.openness: dict[int, Openness] = {}
        """By lab: what levers say."""

    def subscribe(self, lab: int, name: str, reader: Reader) -> None:
        """Lab number `lab` reads, and may be read."""
        self._readers[lab] = reader
        rows, areas = self.stage.streams.rows, self.pool.areas
        lags = [rows(f"{name}.{a.name}.publication.lag", exponentials, 1, 256) for a in areas]
        chances = [rows(f"{name}.{a.name}.publication.chance", uniforms, 1, 256) for a in areas]
        self._lags[lab] = lags, chances
        self.openness[lab] = Openness()

    def hear_of(self, project: Project, lab: int, params: PublicationParams) -> None:
        """An idea was adopted in `lab`: it will be known outside one day."""
        (lags, chances), openness = self._lags[lab], self.openness[lab]
        area = project.area.number
        published = chances[area][project.idea][0] <= openness.published_fraction(params.published_fraction)
        mean_days = openness.lag_days(params.lag_days) if published else 1.0 / params.leaks_per_day
        self.stage.after(lags[area][project.idea][0] * mean_days, self._publish, (project, lab))

    def _publish(self, alarm: Alarm) -> None:
        project, lab = alarm.owner
        key = project.area.number, project.idea
        holders = [n for n, reader in self._readers.items() if key in reader.knowledge.adopted]
        if lab not in holders or project.area.public[project.idea]:
            return
        self.pool.publish(*key)
        mean = project.belief.moments()[0]
        n_finders = sum(key not in self._readers[n].knowledge.told for n in holders)
        self.stage.trace.record(IdeaPublished(self.stage.env.now, lab, *key, mean, n_finders))
        for number, reader in self._readers.items():
            if number not in holders:
                self._tell(project, self._readers[lab], reader)

    def leak(self, author: int, to: int, projects: Iterable[Project]) -> None:
        """Lab number `to` comes to know these ideas of lab `author` and the evidence for them; nobody else does."""
        adopted = self._readers[to].knowledge.adopted
        for project in projects:
            key = project.area.number, project.idea
            if key not in adopted and not project.area.public[project.idea]:
                self._tell(project, self._readers[author], self._readers[to])

    def _tell(self, project: Project, author: Reader, reader: Reader) -> None:
        """A lab reads an idea, unless it has been told before; whoever is at work on it there was scooped."""
        key = project.area.number, project.idea
        if key in reader.knowledge.told:
            return
        reader.knowledge.read(self._reading(project, author, reader))
        for rival in list(reader.knowledge.in_flight.get(key, ())):
            reader.scoop(rival)

    def _reading(self, project: Project, author: Reader, reader: Reader) -> Reading:
        """The published evidence as the reading lab must take it: of the gain on day 0, at its own target's scale."""
        gap = abs(author.experiments.target_decades - reader.experiments.target_decades)
        rho = max(transfer_correlation(gap, self.pool.params), 1e-3)
        mean, sd = project.belief.moments()
        slip = math.sqrt(transfer_ratio(rho, self.pool.params)) * math.hypot(mean, sd)
        left = project.true_gain_nats / project.area.gain_nats(project.idea)  # when the author took the idea up
        return Reading(project.area.number, project.idea, mean / left, math.hypot(sd, slip) / left)
