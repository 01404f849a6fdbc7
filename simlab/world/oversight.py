"""Oversight: interpretability and audits, and the compute and people they take.

Interpretability looks for the features of the model in use, or of the one on the audit table (`simlab.world.features`);
the share it knows raises the chance that its tools find a flaw in automated work. An audit is a bundle of tasks of
log-normal human lengths. AI workers do those they can be trusted with alone, at `worker_pace` times a person's pace;
people do the others. With the share a of the work done by workers, a unit of it costs an overseer 1 - a + a / pace.
"""

import math
from collections.abc import Callable
from typing import Annotated, NamedTuple, Protocol, Self

from annotated_types import Ge, Gt, Le, Lt
from pydantic import model_validator

from simlab.parameters import Params, State, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import OversightMetered
from simlab.world.features import FeaturesParams, Survey
from simlab.world.models import Model


class OversightParams(Params):
    """Interpretability and audits."""

    people_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1"), State()]
    """Share of the lab's people who work on oversight instead of having ideas."""
    compute_fraction: Annotated[float, Ge(0), Lt(0.9), Unit("1"), State()]
    """Share of the lab's research compute set aside for it."""
    audit_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work of auditing one model, before it is deployed."""
    task_median_minutes: Annotated[float, Gt(0), Unit("minute")]
    """Median length of a task of oversight, done by a person."""
    task_log_sd: Annotated[float, Ge(0), Unit("1")]
    """Standard deviation of the logarithm of that length."""
    worker_pace: Annotated[float, Gt(0), Unit("1")]
    """How many times as fast as a person the AI workers at an overseer's call do what they can do alone."""
    base_detection_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Chance that audit tools find a flaw in automated work where nothing is known of the model's features."""
    limit_detection_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """The same where all of them are known."""
    features: FeaturesParams

    @model_validator(mode="after")
    def _audits_have_auditors(self) -> Self:
        if self.audit_people_days and not self.people_fraction:
            raise ValueError("people_fraction: audits that take work never end without people")
        return self


class Audit(NamedTuple):
    """What auditing a model took, and what is known of the model by then."""

    days: float
    people_days: float
    worker_people_days: float
    features_found_fraction: float


NO_AUDIT = Audit(0.0, 0.0, 0.0, 0.0)


class Helpers(Protocol):
    """AI workers, as oversight sees them."""

    def alone_fraction(self, median_minutes: float, log_sd: float) -> float:
        """Share of the work in tasks of such lengths that they can be trusted to do alone."""
        ...


class Table(NamedTuple):
    """A model that is audited, or waits for it."""

    model: Model
    passed: Callable[[Model, Audit], None]


class Oversight:
    """One lab's interpretability and audits."""

    def __init__(self, stage: Stage, params: OversightParams, workers: Helpers | None, lab: int) -> None:
        self.stage, self.params, self.lab = stage, params, lab
        self._workers = workers
        self.n_people = self.capacity_h100e = 0.0
        self._h100e_days, self._since_days = 0.0, stage.env.now
        self._deployed: Survey | None = None
        self._studied: Survey | None = None
        self._waiting: Table | None = None
        self._is_auditing = False

    @property
    def features_found_fraction(self) -> float:
        """Share of the deployed model's features that are known, as last settled."""
        return self._deployed.found_fraction if self._deployed is not None else 0.0

    @property
    def flaw_detection_fraction(self) -> float:
        """Chance that its tools find a flaw in automated work: base + (limit - base) * share of features known."""
        p = self.params
        more = p.limit_detection_fraction - p.base_detection_fraction
        return p.base_detection_fraction + more * self.features_found_fraction

    def coverage_per_h100e(self) -> float:
        """What a lasting accelerator more would add to the share of features known.

        With c = 1 - e^(-x) and x growing as H^(1 - s), dc/dH = (1 - s) x e^(-x) / H.
        """
        known = self.features_found_fraction
        if not self.capacity_h100e or not 0.0 < known < 1.0:
            return 0.0
        elasticity = (1.0 - self.params.features.people_exponent) * -math.log1p(-known) * (1.0 - known)
        return elasticity / self.capacity_h100e

    def staff(self, n_people: float) -> None:
        """The lab has so many people from now on."""
        self._settle()
        self.n_people = n_people * self.params.people_fraction

    def resize(self, capacity_h100e: float) -> None:
        """This much compute is set aside from now on."""
        self._settle()
        self.capacity_h100e = capacity_h100e

    def audit(self, model: Model, passed: Callable[[Model, Audit], None]) -> None:
        """Audit a released model; `passed` is told from the event loop when it may be deployed.

        One audit at a time. A model that waits for the table gives way to a newer one.
        """
        if self._is_auditing:
            self._waiting = Table(model, passed)
        else:
            self._begin(Table(model, passed))

    def deploy(self, model: Model) -> None:
        """This model is in use from now on."""
        self._settle()
        if self._studied is None or self._studied.model is not model:
            self._studied = Survey(self.params.features, model, self._studied)
        self._deployed = self._studied

    def read_meter(self) -> OversightMetered:
        """What was done since the last reading."""
        self._settle()
        h100e_days, self._h100e_days = self._h100e_days, 0.0
        known, detection = self.features_found_fraction, self.flaw_detection_fraction
        return OversightMetered(self.stage.env.now, self.lab, h100e_days, self.n_people, known, detection)

    def _begin(self, table: Table) -> None:
        """Put a model on the table: from now on it is the one that is studied."""
        self._settle()
        self._is_auditing = True
        self._studied = Survey(self.params.features, table.model, self._studied)
        alone, work = self._alone_fraction(), self.params.audit_people_days
        days = work * self._left(alone) / self.n_people if work else 0.0
        self.stage.after(days, self._end, (table, days, work * (1.0 - alone), work * alone))

    def _end(self, alarm: Alarm) -> None:
        """The model passes; where it is not deployed after all, study goes back to the one that is."""
        table, days, people_days, worker_people_days = alarm.owner
        self._settle()
        self._is_auditing = False
        known = self._studied.found_fraction if self._studied is not None else 0.0
        table.passed(table.model, Audit(days, people_days, worker_people_days, known))
        self._studied = self._deployed
        if self._waiting is not None:
            waiting, self._waiting = self._waiting, None
            self._begin(waiting)

    def _alone_fraction(self) -> float:
        if self._workers is None:
            return 0.0
        return self._workers.alone_fraction(self.params.task_median_minutes, self.params.task_log_sd)

    def _left(self, alone: float) -> float:
        """Overseer's time that a unit of work takes where workers do the share `alone` of it."""
        return 1.0 - alone + alone / self.params.worker_pace

    def _settle(self) -> None:
        """Count compute and looks up to now."""
        now = self.stage.env.now
        days, self._since_days = now - self._since_days, now
        self._h100e_days += self.capacity_h100e * days
        if self._studied is not None and days:
            n_people = self.n_people / self._left(self._alone_fraction())
            self._studied.look(self._studied.looks_per_day(self.capacity_h100e, n_people) * days)
