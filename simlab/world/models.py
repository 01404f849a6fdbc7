"""A trained model, as those see it who serve it, work with it and audit it."""

from typing import NamedTuple


class Model(NamedTuple):
    """What a frontier run gave, with what the lab knew about serving and understanding models when it began."""

    generation: int
    """0 is the model of day 0."""
    run_flop: float
    effective_flop: float
    n_active_parameters: float
    """Parameters that a token passes through."""
    horizon_50_minutes: float
    inference_gain_nats: float
    """Tokens per accelerator won by research since day 0, in nats."""
    oversight_gain_nats: float
    """Features found per day of interpretability won by research since day 0, in nats."""
