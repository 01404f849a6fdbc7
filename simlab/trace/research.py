"""What happens to ideas and to the people who have them."""

from typing import NamedTuple

from simlab.trace.causes import Cause, Decision, Outcome
from simlab.trace.event import AreaNumber, LabNumber


class IdeaProposed(NamedTuple):
    """A team picked an idea out of its candidates and started on it."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    prior_mean_nats: float
    prior_sd_nats: float
    n_candidates: int
    detail = True


class ExperimentEnded(NamedTuple):
    """A campaign (all runs that test one idea at one rung, together) gave its accelerators back."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    rung: int
    outcome: Outcome
    n_repeats: int
    flop: float
    n_h100e: float
    used_h100e_days: float
    queue_days: float
    run_days: float
    observed_gain_nats: float
    """Mean over the repeats, as seen at that scale; 0 where the outcome is not OK."""
    estimated_gain_nats: float
    """What that says of the gain at the target's scale, corrected for what gains lose on the way up."""
    detail = True


class IdeaDecided(NamedTuple):
    """A team looked at the evidence and decided."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    rung: int
    decision: Decision
    believed_gain_nats: float
    believed_sd_nats: float
    value_of_going_on_nats_per_day: float
    """Expected gain of the best next test per day of the lab's scarce resources it takes."""
    value_of_a_new_idea_nats_per_day: float
    """The same for the best untested candidate: what going on has to beat."""
    detail = True


class IdeaEnded(NamedTuple):
    """The row in the graveyard, or in the frontier model: an idea's whole life in one lab."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    cause: Cause
    rung: int
    """The highest rung it was tested at, 0 the smallest; -1 if never tested."""
    n_experiments: int
    flop: float
    used_h100e_days: float
    people_days: float
    thinking_days: float
    building_days: float
    waiting_compute_days: float
    running_days: float
    reading_days: float
    waiting_people_days: float
    waiting_run_days: float
    """Adopted, and waiting for the next frontier run to end."""
    believed_gain_nats: float
    true_gain_nats: float
    automated_people_days: float
    """Work on it that AI workers did, in days of a person."""
    flaw_nats: float
    """Gain that flaws in their work pretended, in every test since; verification may have found it."""
    detail = False


class IdeaPublished(NamedTuple):
    """An adopted idea became known outside: by paper or by leak."""

    time_days: float
    lab: LabNumber
    area: AreaNumber
    idea: int
    believed_gain_nats: float
    n_labs_that_had_it: int
    """Labs that had adopted it on their own by then, untold by others: above 1 is a co-discovery."""
    detail = False


class LabMetered(NamedTuple):
    """What a lab's people and ideas did since the last reading (monthly). Stage days count idea-days."""

    time_days: float
    lab: LabNumber
    n_people: int
    n_teams: int
    n_in_flight: int
    mean_taste_bits: float
    hands_busy_fraction: float
    n_proposed: int
    n_buried: int
    n_adopted: int
    thinking_days: float
    building_days: float
    waiting_compute_days: float
    running_days: float
    reading_days: float
    waiting_people_days: float
    waiting_run_days: float
    adopted_true_nats: float
    """True gain of all ideas standing adopted, released or not."""
    adopted_believed_nats: float
    detail = False


class StaffChanged(NamedTuple):
    """People came or went."""

    time_days: float
    lab: LabNumber
    n_hired: int
    n_left: int
    n_people: int
    detail = False
