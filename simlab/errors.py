"""The errors simlab raises.

SimlabError
  ScenarioError     your file: lists every problem at once, each with file, line and column
  WorldError        our state: the world reached a state that cannot be; carries the day and the last events
  StudyError        a study folder: missing, of another format, or made from another scenario

An exception's arguments go unchanged to ``super().__init__`` and the message is built in ``__str__``: SimPy
re-raises a process's exception as ``type(e)(*e.args)`` and Dask pickles it, so a message composed earlier would be
composed twice.
"""

from collections.abc import Sequence


class SimlabError(Exception):
    """Anything simlab can explain to its user."""


class ScenarioError(SimlabError):
    """A scenario file that cannot be used. `problems` are finished texts, one a problem, in file order."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(problems)
        self.problems = problems

    def __str__(self) -> str:
        count = len(self.problems)
        return "\n".join([*self.problems, f"{count} problem{'' if count == 1 else 's'}"])


class WorldError(SimlabError):
    """The world reached a state that cannot be. Carries the day and the last events as a story."""

    def __init__(self, what: str, time_days: float, story: Sequence[str] = ()) -> None:
        super().__init__(what, time_days, story)
        self.what, self.time_days, self.story = what, time_days, story

    def __str__(self) -> str:
        return f"day {self.time_days:.2f}: {self.what}" + "".join(f"\n  {line}" for line in self.story)


class StudyError(SimlabError):
    """A study folder that cannot be read or continued."""
