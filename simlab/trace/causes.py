"""The words that events use: how ideas end, what teams decide, how experiments end, why jobs stop."""

from enum import IntEnum


class Cause(IntEnum):
    """How an idea's life ended."""

    ADOPTED = 0
    """In the frontier model, measured there, and kept."""
    NO_GAIN_SEEN = 1
    """The first evidence promised nothing worth the next test."""
    DID_NOT_TRANSFER = 2
    """It had looked good at a smaller scale and lost at a larger one."""
    NOT_CONVINCING = 3
    """Probably good, but not by as many standard errors as the team asks for, and more tests did not pay."""
    DIVERGED = 4
    """Its training runs blew up."""
    CRASHED = 5
    """Its implementation failed until the team gave up."""
    CANCELLED = 6
    """Its people left or were taken away."""
    STARVED = 7
    """It waited for compute longer than the team would."""
    SCOOPED = 8
    """Somebody else published or adopted it first."""
    REVERTED = 9
    """Adopted, then found harmful by the frontier run."""
    IN_FLIGHT = 10
    """Still alive when the simulation ended."""
    REFUTED = 11
    """Whoever verified the work of AI workers found its evidence wrong."""
    UNVERIFIED = 12
    """Nobody had time to verify the work of AI workers, and the lab throws such work away."""


class Decision(IntEnum):
    """What a team does after looking at evidence."""

    BURY = 0
    """Give it up for good."""
    REPEAT = 1
    """Test it again at the same rung."""
    NEXT_RUNG = 2
    """Test it at the next larger scale."""
    ADOPT = 3
    """Put it into the next frontier run."""
    RETRY = 4
    """Run again what crashed or diverged."""


class Outcome(IntEnum):
    """How an experiment ended."""

    OK = 0
    """It ran to its end and showed something."""
    CRASHED = 1
    """A bug of its own stopped it."""
    DIVERGED = 2
    """Its training blew up."""
    WITHDRAWN = 3
    """Taken out of the queue or off the machines before it finished."""


class Interruption(IntEnum):
    """Why a running job lost its accelerators."""

    PREEMPTED = 0
    """For a job with the better right to them."""
    FAILED = 1
    """Hardware or software of the cluster, not of the idea."""
    CAPACITY_LOST = 2
    """The cluster shrank."""
