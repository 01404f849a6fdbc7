"""How an adopted idea becomes known outside the lab that found it: by paper, or by leak.

A lab publishes some of its adopted ideas after a lag; the others leak at a constant rate. What is published is the
idea and the evidence for it, which loses certainty over the decades of compute between the two labs' targets. Whoever
is working on the same idea then has been scooped.
"""

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.randomness import Rows, exponentials, uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import IdeaPublished
from simlab.world.experiments import Experiments
from simlab.world.ideas import IdeaPool, transfer_correlation
from simlab.world.knowledge import Knowledge, Reading
from simlab.world.projects import Project


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


class Press:
    """Everything that is public, and when it becomes so."""

    def __init__(self, stage: Stage, pool: IdeaPool) -> None:
        self.stage, self.pool = stage, pool
        self._readers: dict[int, Reader] = {}
        self._lags: dict[int, tuple[list[Rows], list[Rows]]] = {}

    def subscribe(self, lab: int, name: str, reader: Reader) -> None:
        """Lab number `lab` reads, and may be read."""
        self._readers[lab] = reader
        rows, areas = self.stage.streams.rows, self.pool.areas
        lags = [rows(f"{name}.{a.name}.publication.lag", exponentials, 1, 256) for a in areas]
        chances = [rows(f"{name}.{a.name}.publication.chance", uniforms, 1, 256) for a in areas]
        self._lags[lab] = lags, chances

    def hear_of(self, project: Project, lab: int, params: PublicationParams) -> None:
        """An idea was adopted in `lab`: it will be known outside one day."""
        lags, chances = self._lags[lab]
        area = project.area.number
        published = chances[area][project.idea][0] <= params.published_fraction
        mean_days = params.lag_days if published else 1.0 / params.leaks_per_day
        self.stage.after(lags[area][project.idea][0] * mean_days, self._publish, (project, lab))

    def _publish(self, alarm: Alarm) -> None:
        project, lab = alarm.owner
        key = project.area.number, project.idea
        holders = [n for n, reader in self._readers.items() if key in reader.knowledge.adopted]
        if lab not in holders or project.area.public[project.idea]:
            return
        self.pool.publish(*key)
        mean, sd = project.belief.moments()
        self.stage.trace.record(IdeaPublished(self.stage.env.now, lab, *key, mean, len(holders)))
        for number, reader in self._readers.items():
            if number not in holders:
                reader.knowledge.literature.append(self._reading(key, mean, sd, self._readers[lab], reader))
                for rival in list(reader.knowledge.in_flight.get(key, ())):
                    reader.scoop(rival)

    def _reading(self, key: tuple[int, int], mean: float, sd: float, author: Reader, reader: Reader) -> Reading:
        """The published evidence as the reading lab must take it, at its own target's scale."""
        gap = abs(author.experiments.target_decades - reader.experiments.target_decades)
        rho = max(transfer_correlation(gap, self.pool.params), 1e-3)
        slip = math.sqrt(reader.experiments.transfer_ratio(rho)) * math.hypot(mean, sd)
        author_scale = author.knowledge.difficulty[key[0]]
        return Reading(*key, mean / author_scale, math.hypot(sd, slip) / author_scale)
