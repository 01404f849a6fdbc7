"""Claims about compute: mechanism 7. What ten times as much does at the baseline's point is among `elasticities`."""

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, over_seeds

GAIN_NATS = 3.0
"""Speeds are compared over the time to so much: far enough that the days of the first ideas from thought to result,
which no compute shortens, are few of them."""


def experiment_compute(times: float) -> dict[str, Change]:
    """So many times the compute for experiments, below the same frontier run.

    Ten times the compute for the same runs and a tenth of the compute a run are the same thing to a queue.
    """
    return {"experiments.runs_per_repeat": lambda runs: runs / times}


def _where_people_bind(bench: Bench) -> Shown:
    more, less = bench.lone(experiment_compute(100.0)), bench.lone(experiment_compute(10.0))
    says = "from ten times the baseline's, ten times more is {value:.2f} times as fast ({low:.2f} to {high:.2f})"
    return over_seeds(bench.speed_ratio(more, less, GAIN_NATS), says)


CLAIMS = (
    Claim(
        "people-bind",
        7,
        "More experiment compute speeds progress little where people bind",
        "saturation when people or ideas bind (aifm-2025)",
        0.8,
        1.5,
        _where_people_bind,
    ),
)
