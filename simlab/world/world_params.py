"""Everything the world needs to know: one group of parameters a mechanism, those of later rooms optional."""

from typing import Annotated, Self

from annotated_types import Ge, Gt, MinLen
from pydantic import model_validator

from simlab.parameters import Params, Unit
from simlab.world.automation import AutomationParams
from simlab.world.capability import CapabilityParams
from simlab.world.capital import CapitalParams
from simlab.world.chips import ChipsParams
from simlab.world.cluster import ClusterParams
from simlab.world.competition import CompetitionParams
from simlab.world.customers import CustomersParams
from simlab.world.deployment import DeploymentParams
from simlab.world.experiments import ExperimentsParams
from simlab.world.hardware import HardwareParams
from simlab.world.ideas import IdeasParams
from simlab.world.inference.fleet import InferenceParams
from simlab.world.knowledge import KnowledgeParams
from simlab.world.lab import LabParams
from simlab.world.market import MarketParams
from simlab.world.oversight import OversightParams
from simlab.world.plan import PlanParams
from simlab.world.policy import AnyLever, ThereIs
from simlab.world.reinforcement import ReinforcementParams
from simlab.world.researchers import ResearchersParams
from simlab.world.scaling import ScalingParams
from simlab.world.sizing import SizingParams
from simlab.world.staffing import StaffingParams
from simlab.world.text import TextParams
from simlab.world.thinking import ThinkingParams
from simlab.world.throughput import ThroughputParams
from simlab.world.training import TrainingParams
from simlab.world.verification import VerificationParams
from simlab.world.workers.workers import WorkersParams

NEEDS = {
    "customers": "inference",
    "workers": "inference",
    "thinking": "workers",
    "verification": "workers",
    "automation": "workers",
    "oversight": "inference",
    "capital": "market",
    "competition": "customers",
    "deployment": "market",
}
"""Mechanisms that make no sense without another."""


class WorldParams(Params):
    """Everything the world needs to know."""

    ideas: IdeasParams
    researchers: ResearchersParams
    experiments: ExperimentsParams
    knowledge: KnowledgeParams
    cluster: ClusterParams
    throughput: ThroughputParams
    chips: ChipsParams
    staffing: StaffingParams
    training: TrainingParams
    scaling: ScalingParams
    capability: CapabilityParams
    labs: Annotated[dict[str, LabParams], MinLen(1)]
    levers: tuple[AnyLever, ...]
    meter_days: Annotated[float, Gt(0), Unit("day")]
    """How often labs read their meters: the time step of the monthly series."""
    warm_up_days: Annotated[float, Ge(0), Unit("day")]
    """Days simulated before day 0 on that day's people and compute, so that labs open with ideas under way and with
    the ideas adopted since their last frontier run began; nothing of them is recorded."""
    inference: InferenceParams | None = None
    """Serving of models. Without it, what serves stands apart and nobody looks at it."""
    customers: CustomersParams | None = None
    """Who asks for tokens from outside."""
    workers: WorkersParams | None = None
    """AI workers that help with research."""
    thinking: ThinkingParams | None = None
    """Thinking longer, for workers."""
    verification: VerificationParams | None = None
    """Who verifies what workers did. Without it, everything is believed."""
    automation: AutomationParams | None = None
    """Teams of AI workers alone."""
    text: TextParams | None = None
    """The end of fresh text. Without it there is enough."""
    sizing: SizingParams | None = None
    """Models made smaller than training alone would have them, for serving."""
    reinforcement: ReinforcementParams | None = None
    """Reinforcement learning as a stage of its own. Without it, it is inside the effective compute."""
    oversight: OversightParams | None = None
    """Interpretability and audits."""
    plan: PlanParams | None = None
    """How labs move compute among all of these. Without it, the shares of day 0 stay."""
    market: MarketParams | None = None
    """Chips, power and rents. Without it, accelerators arrive by schedule, at a rent that stays."""
    capital: CapitalParams | None = None
    """Revenue, funding, wages. Without it, labs pay for what the schedules of compute and people say."""
    competition: CompetitionParams | None = None
    """Labs that set prices against one another. Without it, each has its customers and its markup."""
    hardware: HardwareParams | None = None
    """What weaker chips cost a lab, and what research can win back. Without it, an H100e is an H100e."""
    deployment: DeploymentParams | None = None
    """Sectors of work outside labs. Without it, nobody looks at them."""

    @property
    def nation_names(self) -> tuple[str, ...]:
        """All nations: the market's in the scenario's order, then those where only labs are."""
        listed = () if self.market is None else tuple(self.market.nations)
        return tuple(dict.fromkeys([*listed, *(lab.nation for lab in self.labs.values())]))

    @model_validator(mode="after")
    def _mechanisms_have_what_they_need(self) -> Self:
        lost = [name for name, needed in NEEDS.items() if getattr(self, name) and not getattr(self, needed)]
        if lost:
            also = f"; so do {', '.join(lost[1:])}" if lost[1:] else ""
            raise ValueError(f"{lost[0]}: needs '{NEEDS[lost[0]]}', which this scenario leaves out{also}")
        return self

    @model_validator(mode="after")
    def _labs_are_somewhere(self) -> Self:
        for name, lab in self.labs.items():
            if self.market is not None and lab.nation not in self.market.nations:
                known = ", ".join(self.market.nations)
                raise ValueError(f"labs.{name}.nation: there is no nation '{lab.nation}'; nations are {known}")
        return self

    @model_validator(mode="after")
    def _work_is_in_the_nations_of_the_market(self) -> Self:
        if self.market is not None and self.deployment is not None:
            known, named = set(self.market.nations), set(self.deployment.nations)
            if known != named:
                wrong = ", ".join(sorted(known ^ named))
                raise ValueError(f"deployment.nations: must be the nations of the market; differs in {wrong}")
        return self

    @model_validator(mode="after")
    def _levers_find_what_they_act_on(self) -> Self:
        there_is = ThereIs(self.labs, self.nation_names, tuple(self.ideas.areas))
        for number, lever in enumerate(self.levers):
            if lost := [name for name in lever.needs if getattr(self, name) is None]:
                raise ValueError(f"levers.{number}.lever: needs '{lost[0]}', which this scenario leaves out")
            for field, complaint in lever.complaints(there_is):
                raise ValueError(f"levers.{number}.{field}: {complaint}")
        return self
