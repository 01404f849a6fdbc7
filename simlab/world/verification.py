"""Verification of automated work before it is adopted: a queue with people, audit tools and errors of its own.

What AI workers had a hand in is handed in by the team that wants to adopt it. Audit tools look first, at every piece;
then it waits for one of the lab's verifiers, first come, first served. A verifier finds a flaw with some probability,
and sometimes refutes sound work by mistake. Work that nobody gets to in time is settled by the lab's rule. Under a
mandate nothing is adopted that nobody looked at: a lab whose rule would do so lets it wait, and more people verify.
"""

import math
from collections import OrderedDict
from collections.abc import Callable
from enum import IntEnum
from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le, Lt

from simlab.errors import WorldError
from simlab.parameters import Params, State, Unit
from simlab.randomness import columns, gammas, uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import VerificationMetered
from simlab.world.oversight import Oversight
from simlab.world.projects import Project, Stage7
from simlab.world.standing import Standing
from simlab.world.workers.workers import Workers


class Verdict(IntEnum):
    """What becomes of automated work that was handed in."""

    PASSED = 0
    """Looked at, and believed."""
    REFUTED = 1
    """Looked at, and found wrong."""
    ADOPTED_UNVERIFIED = 2
    """Not looked at in time, and adopted by rule."""
    DISCARDED = 3
    """Not looked at in time, and thrown away by rule."""


class VerificationParams(Params):
    """Who verifies automated work, and how well."""

    people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1"), State()]
    """Share of the lab's people who verify instead of having ideas."""
    verify_fraction: Annotated[float, Ge(0), Unit("1")]
    """A verifier's work per unit of the human work that AI workers did on the idea."""
    least_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """A verifier's work on one idea, at least."""
    verifying_cv: Annotated[float, Ge(0), Unit("1")]
    """Coefficient of variation of that work."""
    sensitivity_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Chance that a verifier finds the flaw in flawed work."""
    false_alarm_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Chance that a verifier refutes sound work."""
    tools_fraction: Annotated[float, Ge(0), Unit("1")]
    """AI workers' work with audit tools per unit of the work looked at, where the lab has such tools."""
    patience_days: Annotated[float, Gt(0), Unit("day")]
    """How long work may wait for a verifier before the rule settles it."""
    unverified: Literal["adopt", "discard", "wait"]
    """The rule: adopt what nobody got to in time, throw it away, or let it wait for ever."""


class _Case:
    """One idea at the desk. `alarm` is its patience, the verifier's end of work, or the telling of the tools' find."""

    __slots__ = ("alarm", "is_begun", "is_overdue", "project", "settled", "work_people_days")

    def __init__(self, project: Project, settled: Callable[[Project, Verdict], None], work_people_days: float) -> None:
        self.project, self.settled, self.work_people_days = project, settled, work_people_days
        self.alarm: Alarm | None = None
        self.is_begun = self.is_overdue = False


class Desk:
    """One lab's verifiers."""

    def __init__(
        self,
        stage: Stage,
        params: VerificationParams,
        oversight: Oversight | None,
        workers: Workers | None,
        name: str,
        lab: int,
        area_names: list[str],
    ) -> None:
        self.stage, self.params, self.lab = stage, params, lab
        self._oversight, self._workers = oversight, workers
        self.n_verifiers = self.n_busy = 0
        self.mandates = Standing(self._follow_mandate)
        """By lever: that nothing is adopted unverified, and the share of the people who verify at least."""
        self.called_away: Callable[[], None] = lambda: None
        """Told when the share of the people who verify has changed."""
        self._n_people = 0.0
        self._cases: dict[Project, _Case] = {}
        self._queue: OrderedDict[Project, _Case] = OrderedDict()
        luck = columns((gammas(params.verifying_cv), 1), (uniforms, 2))
        self._luck = [stage.streams.rows(f"{name}.{area}.verification", luck, 3, 256) for area in area_names]
        self._counted_days = stage.env.now
        self._start_meter()

    def _start_meter(self) -> None:
        self._n_handed_in = self._n_withdrawn = self._n_slipped = 0
        self._n_settled = [0] * len(Verdict)
        self._waiting_days = self._people_days = self._worker_people_days = 0.0

    @property
    def n_waiting(self) -> int:
        """Ideas that no verifier has begun with."""
        return len(self._queue)

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on. Verifiers too many finish what they are at."""
        self._n_people = n_people
        verifying = self.people_fraction * n_people
        self.n_verifiers = max(round(verifying), 1) if verifying > 0.0 else 0
        self._take_next()

    @property
    def people_fraction(self) -> float:
        """Share of the lab's people who verify, as things stand."""
        return self.mandates.most(self.params.people_fraction)

    def _follow_mandate(self) -> None:
        """A mandate has come or gone. When the last has gone, what waits too long already is settled by the rule."""
        self.called_away()
        self.staff(self._n_people)
        if not self.mandates:
            for case in [case for case in self._queue.values() if case.is_overdue]:
                case.alarm = self.stage.after(0.0, self._lose_patience, case)

    def hand_in(self, project: Project, settled: Callable[[Project, Verdict], None]) -> None:
        """Queue an idea for verification; `settled` is told the verdict from the event loop, never from here."""
        if project in self._cases:
            raise WorldError(f"idea {project.idea} was handed in for verification twice", self.stage.env.now)
        project.move(Stage7.WAITING_PEOPLE, self.stage.env.now, project.team.meter)
        length, tools_luck, _ = self._luck[project.area.number][project.idea]
        work = self.params.verify_fraction * project.automated_people_days * length
        case = _Case(project, settled, max(work, self.params.least_people_days))
        self._cases[project] = case
        self._n_handed_in += 1
        if self._tools_find(project, tools_luck):
            case.alarm = self.stage.after(0.0, self._found_by_tools, case)
        else:
            self._enqueue(case)

    def _tools_find(self, project: Project, luck: float) -> bool:
        """Let AI workers look at it with audit tools, where there are any."""
        chance = self._oversight.flaw_detection_fraction if self._oversight is not None else 0.0
        if chance == 0.0:
            return False
        work = self.params.tools_fraction * project.automated_people_days
        self._worker_people_days += work
        if self._workers is not None:
            self._workers.work(project, Stage7.READING, work, 0.0)
        return project.flaw_nats > 0.0 and luck <= chance

    def _found_by_tools(self, alarm: Alarm) -> None:
        self._settle(alarm.owner, Verdict.REFUTED)

    # -- the queue --------------------------------------------------------------------------------------------------

    def _enqueue(self, case: _Case) -> None:
        self._count()
        self._queue[case.project] = case
        self._take_next()
        if not case.is_begun and self.params.unverified != "wait":
            case.alarm = self.stage.after(self.params.patience_days, self._lose_patience, case)

    def _take_next(self) -> None:
        """Verifiers who are free take what has waited longest."""
        self._count()
        while self._queue and self.n_busy < self.n_verifiers:
            case = next(iter(self._queue.values()))
            self._leave_queue(case)
            self.n_busy += 1
            case.is_begun = True
            case.project.move(Stage7.READING, self.stage.env.now, case.project.team.meter)
            case.alarm = self.stage.after(case.work_people_days, self._verified, case)

    def _leave_queue(self, case: _Case) -> None:
        if case.alarm is not None:
            case.alarm.cancel()
        del self._queue[case.project]

    def _verified(self, alarm: Alarm) -> None:
        """A verifier has come to a verdict: right or wrong, by the idea's own luck."""
        case: _Case = alarm.owner
        project, p = case.project, self.params
        chance = p.sensitivity_fraction if project.flaw_nats > 0.0 else p.false_alarm_fraction
        refuted = self._luck[project.area.number][project.idea][2] <= chance
        self._settle(case, Verdict.REFUTED if refuted else Verdict.PASSED)

    def _lose_patience(self, alarm: Alarm) -> None:
        case, adopts = alarm.owner, self.params.unverified == "adopt"
        case.is_overdue = True
        if self.mandates and adopts:
            return
        self._settle(case, Verdict.ADOPTED_UNVERIFIED if adopts else Verdict.DISCARDED)

    def _settle(self, case: _Case, verdict: Verdict) -> None:
        self._leave(case)
        self._n_settled[verdict] += 1
        if verdict in (Verdict.PASSED, Verdict.ADOPTED_UNVERIFIED):
            self._n_slipped += case.project.flaw_nats > 0.0
        case.settled(case.project, verdict)

    def _leave(self, case: _Case) -> None:
        """The idea leaves the desk; a verifier who was at it takes the next."""
        self._count()
        del self._cases[case.project]
        if case.is_begun:
            self.n_busy -= 1
            self._take_next()
        elif case.project in self._queue:
            self._leave_queue(case)

    def withdraw(self, project: Project) -> None:
        """Take an idea out of the queue, or off a verifier's table, if it is there."""
        case = self._cases.get(project)
        if case is not None:
            if case.alarm is not None:
                case.alarm.cancel()
            self._n_withdrawn += 1
            self._leave(case)

    # -- the meter --------------------------------------------------------------------------------------------------

    def _count(self) -> None:
        """Count the days of those who wait and of those who verify up to now. To be called before either changes."""
        days = self.stage.env.now - self._counted_days
        self._waiting_days += days * len(self._queue)
        self._people_days += days * self.n_busy
        self._counted_days = self.stage.env.now

    def read_meter(self) -> VerificationMetered:
        """What was done since the last reading."""
        self._count()
        passed, refuted, adopted, discarded = self._n_settled
        n_settled = sum(self._n_settled)
        reading = VerificationMetered(
            self.stage.env.now,
            self.lab,
            self._n_handed_in,
            *(passed, refuted, adopted, discarded),
            self._n_withdrawn,
            len(self._cases),
            self._n_slipped,
            (passed + refuted) / n_settled if n_settled else math.nan,
            self._waiting_days,
            self._people_days,
            self._worker_people_days,
        )
        self._start_meter()
        return reading
