"""Where in the factors runs fail, in a sentence."""

from dataclasses import dataclass

from simlab.analysis.discover import Answered, discover
from simlab.analysis.prim import Settings
from simlab.analysis.questions import FAILURES
from simlab.analysis.study import Study


@dataclass(frozen=True, slots=True)
class FailingRegion:
    """What is known about where runs fail."""

    sentence: str
    """Where they fail; or that they fail everywhere alike, or too seldom to say."""
    n_runs: int
    """Runs that were done."""
    n_failed: int
    """Runs that did not end well, whatever became of them."""
    answered: Answered
    """The search, box and trajectory included."""


def failing_region(study: Study, settings: Settings | None = None) -> FailingRegion:
    """Where in the factors runs fail: the region whose runs failed most, if chance cannot stand for it.

    By scenario discovery on the state of every run that was done (see `simlab.analysis.prim`).
    """
    answered = discover(study, FAILURES, settings)
    n_runs, n_failed = answered.n_runs, answered.n_cases
    said = "No run failed." if n_failed == 0 else answered.sentences[0]
    return FailingRegion(said, n_runs, n_failed, answered)
