"""What a lab knows and has built: what it tried, adopted and read, and what going on is worth to it.

Two prices steer its researchers, both read off the lab itself. A resource is as scarce as ideas wait for it: the share
of waiting in all the time that they need it, waiting or using. That share of what all of it yields is its shadow price:
compute that nobody waits for is free, and so are people whom no idea waits for, so that idle machines and idle hands
find work. And the value of a new idea is what ideas have lately yielded per day: the marginal value theorem of
foraging, by which a test pays as long as it yields more than the lab's average.
"""

import math
from collections import defaultdict
from typing import Annotated, Any, NamedTuple

from annotated_types import Gt

from simlab.parameters import Params, Unit
from simlab.stage import Stage
from simlab.trace.events import Cause
from simlab.world.ideas import Area, IdeaPool, Raises
from simlab.world.projects import N_STAGES, Project, Stage7

_HANDS = (Stage7.THINKING, Stage7.BUILDING, Stage7.READING)


class KnowledgeParams(Params):
    """How a lab reads its own experience."""

    memory_days: Annotated[float, Gt(0), Unit("day")]
    """Time over which the lab averages what its ideas yield."""
    expected_gain_nats_per_day: Annotated[float, Gt(0), Unit("nat/day")]
    """What it expects its ideas to yield before it has seen any."""


class Reading(NamedTuple):
    """An idea known from outside, with the evidence published for it."""

    area: int
    idea: int
    mean_nats: float
    sd_nats: float


class Knowledge:
    """One lab's memory. Researchers and training write it; everybody in the lab reads it."""

    def __init__(
        self, stage: Stage, params: KnowledgeParams, pool: IdeaPool, lab: int, initial_gain_nats: float = 0.0
    ) -> None:
        self.stage, self.params, self.pool, self.lab = stage, params, pool, lab
        self.initial_gain_nats = initial_gain_nats
        n_areas = len(pool.areas)
        self.tried = [bytearray() for _ in range(n_areas)]
        self.literature: list[Reading] = []
        self.literature_changed = True
        """Whether what was read, or what it would bring, has changed since somebody looked through it."""
        self.most_promising_read: Any = None
        """The candidate found then."""
        self.told: set[tuple[int, int]] = set()
        """Ideas that it knows of from outside."""
        self.in_flight: defaultdict[tuple[int, int], list[Project]] = defaultdict(list)
        self.n_in_flight = 0
        self.adopted: dict[tuple[int, int], Project] = {}
        self.waiting_for_run: list[Project] = []
        self.in_run: list[Project] = []
        self.stock_nats = [0.0] * n_areas
        """True gain standing adopted, area by area."""
        self.difficulty = [1.0] * n_areas
        """What that stock, and the lab's chips, leave of a new idea's gain, area by area."""
        self.weakness_nats = 0.0
        """What weak chips would lose the lab without research to win it back."""
        self.fields: dict[int, Any] = {}
        """What there is to pick from, by taste: kept for whoever picks, until gains change."""
        self.open_areas: list[Area] = []
        """Areas in which there is something to gain."""
        self.landed = [0] * n_areas
        self.believed_nats = 0.0
        self.heard_ideas = 0.0
        self.meter = [0.0] * N_STAGES
        self.n_proposed = self.n_buried = self.n_adopted = 0
        self.compute_price_per_h100e_day = self.people_price_per_day = 0.0
        self._yield_nats_per_day = params.expected_gain_nats_per_day
        self._yield_since_days = stage.env.now
        self._reckon()
        pool.listen(self._reckon)

    @property
    def algorithmic_gain_nats(self) -> float:
        """True gain of all ideas standing adopted that raise the effective compute of training."""
        return self.gain_nats(Raises.TRAINING)

    @property
    def lost_nats(self) -> float:
        """Speed that the lab's chips lose it as things stand: no more can be won back than is lost."""
        return max(self.weakness_nats - self.gain_nats(Raises.HARDWARE), 0.0) if self.weakness_nats else 0.0

    def weaken(self, weakness_nats: float) -> None:
        """From now on the lab's chips lose it so much, less what its research has won back."""
        self.weakness_nats = weakness_nats
        self._reckon()

    def gain_nats(self, what: Raises) -> float:
        """True gain of all ideas standing adopted in the areas that raise `what`."""
        return sum(stock for area, stock in zip(self.pool.areas, self.stock_nats, strict=True) if area.raises is what)

    def knows(self, area: int, idea: int) -> bool:
        """Whether the lab as a whole remembers having worked on this idea."""
        tried = self.tried[area]
        return idea < len(tried) and tried[idea] == 1

    def remember(self, area: int, idea: int) -> None:
        """Tell everybody in the lab that this idea is, or was, somebody's."""
        tried = self.tried[area]
        if idea >= len(tried):
            tried.extend(bytes(idea + 1024 - len(tried)))
        tried[idea] = 1
        self.literature_changed |= (area, idea) in self.told

    def read(self, reading: Reading) -> None:
        """Something was published: take it up some day, even where the lab had buried the idea."""
        self.literature.append(reading)
        self.literature_changed = True
        self.told.add((reading.area, reading.idea))
        if self.knows(reading.area, reading.idea):
            self.tried[reading.area][reading.idea] = 0

    def begin(self, project: Project) -> None:
        """A team starts on an idea."""
        self.in_flight[project.area.number, project.idea].append(project)
        self.n_in_flight += 1
        self.n_proposed += 1
        if project.communicated:
            self.remember(project.area.number, project.idea)

    def bury(self, project: Project, cause: Cause) -> None:
        """An idea's life ends here, in the graveyard."""
        self._leave_flight(project)
        self.n_buried += 1
        self._write_off(project, cause)

    def adopt(self, project: Project) -> list[Project]:
        """The idea goes into the next frontier run. Returns projects of this lab that worked on the same idea."""
        self._leave_flight(project)
        key = project.area.number, project.idea
        believed = project.belief.moments()[0]
        project.move(Stage7.WAITING_RUN, self.stage.env.now, self.meter)
        self.adopted[key] = project
        self.waiting_for_run.append(project)
        self.remember(*key)
        self._add_stock(key[0], project.true_gain_nats)
        self.believe(project, believed)
        self.landed[key[0]] += 1
        self.n_adopted += 1
        self._add_yield(believed)
        return list(self.in_flight.get(key, ()))

    def believe(self, project: Project, more_nats: float) -> None:
        """Believe so much more of an adopted idea, where it is training that it raises."""
        if project.area.raises is Raises.TRAINING:
            self.believed_nats += more_nats

    def launch(self) -> None:
        """A frontier run starts and carries the ideas that waited for it."""
        self.in_run, self.waiting_for_run = self.waiting_for_run, []

    def land(self) -> list[Project]:
        """The frontier run ended; the ideas it carried can be measured."""
        landed, self.in_run = self.in_run, []
        return landed

    def trained(self) -> list[Project]:
        """Ideas that stand adopted and have gone into a model that is ready."""
        untrained = {*self.waiting_for_run, *self.in_run}
        return [project for project in self.adopted.values() if project not in untrained]

    def keep(self, project: Project) -> None:
        """The frontier run confirmed the idea."""
        self._write_off(project, Cause.ADOPTED)

    def revert(self, project: Project) -> None:
        """The frontier run found the idea harmful."""
        self._add_stock(project.area.number, -project.true_gain_nats)
        self.believe(project, -project.belief.moments()[0])
        del self.adopted[project.area.number, project.idea]
        self._write_off(project, Cause.REVERTED)

    def close(self) -> None:
        """The simulation ends: what is still alive is written down as such."""
        self.settle()
        alive = [p for projects in self.in_flight.values() for p in projects]
        for project in alive + self.waiting_for_run + self.in_run:
            self._write_off(project, Cause.IN_FLIGHT)

    def value_of_a_new_idea_nats_per_day(self) -> float:
        """What the lab's ideas have lately yielded per day of the lab."""
        return self._yield_nats_per_day * self._fade()

    def price(self, n_people: float, experiment_h100e: float) -> None:
        """Read the shadow prices off the last month: lab-days per H100e-day and per person-day.

        A day of all compute and all people is worth a day of the lab at most.
        """
        compute = self._scarcity(Stage7.WAITING_COMPUTE, (Stage7.RUNNING,))
        people = self._scarcity(Stage7.WAITING_PEOPLE, _HANDS)
        all_of_it = max(compute + people, 1.0)
        self.compute_price_per_h100e_day = compute / all_of_it / max(experiment_h100e, 1e-9)
        self.people_price_per_day = people / all_of_it / max(n_people, 1.0)

    def _scarcity(self, waiting: Stage7, using: tuple[Stage7, ...]) -> float:
        """Waiting over waiting and using, in last month's idea-days; 1 where there were none of either."""
        waited = self.meter[waiting] + 1.0
        return waited / (waited + sum(self.meter[stage] for stage in using))

    def take_meter(self) -> list[float]:
        """The stage days since the last reading (call `settle` first); the meters start again from nothing."""
        taken, self.meter[:] = list(self.meter), [0.0] * N_STAGES
        self.n_proposed = self.n_buried = self.n_adopted = 0
        return taken

    def settle(self) -> None:
        """Count the days of ideas that are in the middle of a stage up to now."""
        now = self.stage.env.now
        for projects in self.in_flight.values():
            for project in projects:
                if project.job is None:
                    project.count(now, self.meter)
                else:
                    project.count_job(now, self.meter)
        for project in self.waiting_for_run + self.in_run:
            project.count(now, self.meter)

    def _add_stock(self, area: int, gain_nats: float) -> None:
        self.stock_nats[area] += gain_nats
        self.literature_changed = True
        self.fields.clear()
        if self.pool.areas[area].raises is Raises.HARDWARE:
            self._reckon()
        else:
            self.difficulty[area] = self.pool.difficulty(area, self.stock_nats[area], self.initial_gain_nats)

    def _reckon(self) -> None:
        """What is left of gains everywhere; in areas that raise hardware, per nat that the chips still lose."""
        areas, lost_nats = self.pool.areas, self.lost_nats
        self.literature_changed = True
        self.fields.clear()
        for area, stock in zip(areas, self.stock_nats, strict=True):
            per_nat = lost_nats if area.raises is Raises.HARDWARE else 1.0
            left = self.pool.difficulty(area.number, stock, self.initial_gain_nats)
            self.difficulty[area.number] = per_nat * left
        self.open_areas = [area for area in areas if self.difficulty[area.number] > 0.0]

    def _leave_flight(self, project: Project) -> None:
        key = project.area.number, project.idea
        same = self.in_flight[key]
        same.remove(project)
        if not same:
            del self.in_flight[key]
        self.n_in_flight -= 1

    def _write_off(self, project: Project, cause: Cause) -> None:
        now = self.stage.env.now
        project.count(now, self.meter)
        self.stage.trace.record(project.ended(now, self.lab, cause))

    def _fade(self) -> float:
        return math.exp(-(self.stage.env.now - self._yield_since_days) / self.params.memory_days)

    def _add_yield(self, gain_nats: float) -> None:
        self._yield_nats_per_day = self._yield_nats_per_day * self._fade() + gain_nats / self.params.memory_days
        self._yield_since_days = self.stage.env.now
