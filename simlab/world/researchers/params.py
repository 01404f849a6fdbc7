"""How teams work: the numbers of one lab's research."""

from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.world.hands import Work
from simlab.world.learning import LearningParams
from simlab.world.organisation import OrganisationParams
from simlab.world.skills import SkillsParams


class ResearchersParams(Params):
    """How teams work."""

    people_per_team: Annotated[int, Ge(1), Unit("person")]
    """The grain: people simulated together as one team."""
    people_per_idea: Annotated[float, Gt(0), Unit("person")]
    """People who see an idea's fate at first hand."""
    ideas_in_flight_per_person: Annotated[float, Gt(0), Unit("1/person")]
    """Limit of work in progress."""
    candidates_per_pick: Annotated[int, Ge(1), Unit("1")]
    """Ideas that come to mind at a time."""
    hurdle_fraction: Annotated[float, Ge(0), Unit("1")]
    """Least that an idea must promise to be begun, relative to what the lab's ideas yield for the same cost; otherwise
    hands rest until something better comes to mind."""
    thinking_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to think an idea through and design its test."""
    building_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to implement it."""
    rebuilding_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Part of the building that the next rung, or a failed campaign, takes again."""
    reading_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to interpret one campaign."""
    stage_cv: Annotated[float, Ge(0), Unit("1")]
    """Coefficient of variation of each of these."""
    blocked_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of buildings that end blocked: by a missing answer, access or fix from elsewhere."""
    blocked_days: Annotated[float, Ge(0), Unit("day")]
    """How long a block lasts for a lead of median agency, on average."""
    skills: SkillsParams
    learning: LearningParams
    organisation: OrganisationParams


def work_of(p: ResearchersParams) -> Work:
    """The kinds of work and what they take."""
    again = p.rebuilding_fraction * p.building_people_days
    merging = p.organisation.merge_people_days
    return Work(p.thinking_people_days, p.building_people_days, again, p.reading_people_days, merging)
