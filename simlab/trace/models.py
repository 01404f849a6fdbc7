"""What happens to models: trained, released, audited, deployed; and what they do for the lab."""

from typing import NamedTuple

from simlab.trace.event import LabNumber, NumberOrNone


class FrontierRunStarted(NamedTuple):
    """A frontier training run took its share of the cluster."""

    time_days: float
    lab: LabNumber
    generation: int
    n_h100e: float
    planned_flop: float
    n_ideas: int
    """Adopted ideas it carries, new ones and old ones."""
    waited_days: float
    """Since the last run ended."""
    detail = False


class ModelReleased(NamedTuple):
    """A frontier run ended; its adopted ideas were measured for real, harmful ones reverted, the model released."""

    time_days: float
    lab: LabNumber
    generation: int
    run_flop: float
    run_days: float
    days_lost: float
    """To pre-training that went wrong and was rolled back."""
    algorithmic_gain_nats: float
    """True gain of the ideas in it, since the scenario's start."""
    believed_gain_nats: float
    """The same as the lab believed when it started the run."""
    effective_flop: float
    """Compute at the algorithms and the recipe of the scenario's start:
    run_flop * exp(algorithmic gain + reinforcement gain - text penalty - size penalty)."""
    loss_nats: float
    n_parameters: float
    """As trained, by the recipe; without one, of a compute-optimal model of this effective compute."""
    n_tokens: float
    """The same."""
    horizon_50_minutes: float
    horizon_80_minutes: float
    hour_task_success_fraction: float
    """The smooth skill: success on tasks that take a person an hour."""
    chain_success_fraction: float
    """The thresholded skill: a chain of such tasks, all of which must succeed."""
    n_kept: int
    n_reverted: int
    text_penalty_nats: float
    """Effective compute lost to repeated and generated text beyond what the model of day 0 lost."""
    size_penalty_nats: float
    """The same for a model that is cheaper to serve; negative where day 0's gave up more."""
    reinforcement_gain_nats: float
    """The same won by reinforcement learning, less the pre-training given up for it."""
    detail = False


class ModelDeployed(NamedTuple):
    """A released model passed its audit and serves from now on."""

    time_days: float
    lab: LabNumber
    generation: int
    audit_days: float
    audit_people_days: float
    audit_worker_days: float
    """Work of AI workers, in days of a person."""
    features_found_fraction: float
    """Share of the model's features that interpretability knows."""
    n_active_parameters: float
    horizon_50_minutes: float
    detail = False


class WorkersMetered(NamedTuple):
    """What a lab's AI workers did since the last reading (monthly)."""

    time_days: float
    lab: LabNumber
    n_workers: float
    """Human-speed workers that the tokens served to them were."""
    wanted_tokens: float
    """Output tokens that the work they were given takes, since the last reading."""
    served_fraction: float
    """Share of the wanted tokens that the fleet gave."""
    thinking_decades: float
    """Test-time compute spent on a task, above that of the reference, in decades."""
    reliable_horizon_minutes: float
    """Longest task they are trusted to do alone."""
    thinking_automated_fraction: float
    """Share of the human work of each step that they do, as the fleet stands."""
    building_automated_fraction: float
    reading_automated_fraction: float
    worker_people_days: float
    """Work done, in days of a person."""
    n_automated_teams: int
    automated_ideas_seen: float
    """Ideas that the fleet has learnt from, a member of an automated team."""
    detail = False


class VerificationMetered(NamedTuple):
    """What became of the automated work that was handed in for verification since the last reading (monthly).

    waiting before + handed in = passed + refuted + adopted unverified + discarded + withdrawn + waiting.
    """

    time_days: float
    lab: LabNumber
    n_handed_in: int
    n_passed: int
    n_refuted: int
    n_adopted_unverified: int
    n_discarded: int
    n_withdrawn: int
    n_waiting: int
    n_slipped: int
    """Flawed work among the passed and the adopted unverified."""
    verified_fraction: NumberOrNone
    """Share of the work settled that somebody looked at; null where none was settled."""
    waiting_days: float
    """Idea-days spent waiting for a verifier."""
    people_days: float
    """Spent on verifying."""
    worker_people_days: float
    """Spent by AI workers with audit tools, in days of a person."""
    detail = False


class OversightMetered(NamedTuple):
    """What interpretability and audits did since the last reading (monthly)."""

    time_days: float
    lab: LabNumber
    capacity_h100e_days: float
    """Compute set aside for it."""
    n_people: float
    """People set aside for it."""
    features_found_fraction: float
    """Of the deployed model."""
    flaw_detection_fraction: float
    """Chance that its tools find a flaw in automated work."""
    detail = False
