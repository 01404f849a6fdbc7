"""Sectors of work, nation by nation: what AI could do of them, and what the compute there is for does.

    capable      what the best deployed model does reliably enough, after what it has seen of such work
    ready        of that, what it is let do and has machines for
    automated    of that, what the nation's accelerators are enough for

Nobody else hears of it: nobody loses a job or earns less, nothing grows or becomes cheaper, and labs sell no more
tokens for it. Tokens are not traded: a nation's work is done on the accelerators that stand there. No rent is looked
at, because an hour of work takes seconds to minutes of an accelerator and costs far more than those.
"""

from collections.abc import Sequence

from simlab.errors import WorldError
from simlab.stage import Alarm, Stage
from simlab.units import DAYS_PER_YEAR
from simlab.world.capability import CapabilityParams
from simlab.world.deployment.experience import Experience
from simlab.world.deployment.frontier import Frontier
from simlab.world.deployment.nation import Nation
from simlab.world.deployment.params import DeploymentParams
from simlab.world.deployment.reach import Reach, reach
from simlab.world.deployment.work import parts_of
from simlab.world.workers.tasks import MINUTES_PER_WORKING_DAY


class Deployment:
    """All sectors in all nations."""

    def __init__(
        self,
        stage: Stage,
        params: DeploymentParams,
        capability: CapabilityParams,
        nations: Sequence[str],
        frontier: Frontier,
    ) -> None:
        self.stage, self.params, self.capability, self.frontier = stage, params, capability, frontier
        self.names = nations
        self.parts = parts_of(tuple(params.sectors.values()))
        """Desk work and physical work of each sector; lists go in this order."""
        self.experience = [Experience(part.sector.data, params) for part in self.parts]
        self.nations: list[Nation] = []
        """By number, from day 0 on."""
        self._read_days = 0.0
        self._horizons = [0.0] * len(self.parts)
        self._seen_reaches = [reach(0.0, part.sector, params, capability) for part in self.parts]

    def begin(self) -> None:
        """Open on day 0; read every month from then on."""
        self._read_days = self.stage.env.now
        adopted = [self.params.initial_adopted_fraction * reach.capable_fraction for reach in self._reaches()]
        labour = self.params.nations
        self.nations = [Nation(n, labour[name], self.parts, adopted) for n, name in enumerate(self.names)]
        self.stage.after(0.0, self._read)

    # -- what others may ask ----------------------------------------------------------------------------------------

    def automated_fraction(self, nation: int) -> float:
        """Share of a nation's labour cost that pays for work which models do now."""
        return self.nations[nation].automated_fraction

    @property
    def automated_wages_usd2025_per_year(self) -> float:
        """What that work costs where people do it, over all nations: neither revenue of labs nor world product."""
        return DAYS_PER_YEAR * sum(nation.automated_wages_usd2025_per_day for nation in self.nations)

    # -- month by month ---------------------------------------------------------------------------------------------

    def _read(self, alarm: Alarm) -> None:
        now = self.stage.env.now
        days, self._read_days = now - self._read_days, now
        self._learn(days)
        reaches = self._reaches()
        for nation in self.nations:
            nation.advance(reaches, days)
            if any(reach.capable_fraction for reach in reaches):
                nation.automate(reaches, self._tokens_per_h100e_day(), self._available_h100e(nation))
            for reading in nation.readings(now, reaches):
                self.stage.trace.record(reading)
        self.stage.set(alarm, self.params.review_days)

    def _learn(self, days: float) -> None:
        """Models see the work that people and they themselves have done since the last reading, all over the world."""
        for i, experience in enumerate(self.experience):
            for nation in self.nations:
                people_days = days * nation.minutes_per_day[i] / MINUTES_PER_WORKING_DAY
                automated = people_days * nation.automated_fractions[i]
                experience.see(people_days - automated, automated)

    def _reaches(self) -> list[Reach]:
        """How far the best model comes; looked at anew only where its horizon has changed."""
        best = self.frontier.horizon_50_minutes()
        horizons = [best * experience.horizon_fraction for experience in self.experience]
        for i, horizon in enumerate(horizons):
            if horizon != self._horizons[i]:
                self._seen_reaches[i] = reach(horizon, self.parts[i].sector, self.params, self.capability)
        self._horizons = horizons
        return self._seen_reaches

    def _available_h100e(self, nation: Nation) -> float:
        return self.params.available_fraction * self.frontier.serving_h100e(nation.number)

    def _tokens_per_h100e_day(self) -> float:
        """Raises WorldError where a model is deployed that nobody serves."""
        tokens = self.frontier.tokens_per_h100e_day()
        if not tokens > 0.0:
            raise WorldError("a model is at work, but no accelerator serves it", self.stage.env.now)
        return tokens
