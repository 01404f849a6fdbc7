"""Questions about the outcomes of a run: `month_horizon > 2031-01-01 and not spending_fraction > 1%`.

    question     comparisons joined by and, or, not, and parentheses; `and` binds tighter than `or`
    comparison   OUTCOME < <= > >= = NUMBER     0.5, 1e28, 300k, and 5% where the outcome is a share
                 MILESTONE < <= > >= DATE       2031-01-01; 2031-06 and 2031 stand for their first day
                 MILESTONE by DATE              on that day or before it
                 MILESTONE never                not before the end of the study
                 OUTCOME is WORD                of outcomes that are words, like the leader
                 state is failed                the run did not end well; or one state, like timed_out

A milestone that does not come before the end is later than any date up to it; about later dates the study knows
nothing. A run that did not end well has no outcomes: it takes part only where the question is about states. A
comparison with an outcome that the run does not have is neither true nor false.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from simlab.analysis.policies import outcome_names
from simlab.analysis.questions_parse import Vocabulary, parse
from simlab.analysis.questions_tokens import QuestionError
from simlab.analysis.questions_tree import Comparison, Ended, Tree, leaves, mentions_state
from simlab.analysis.study import NOT_RUN, OK, RUN_KEYS, Study

__all__ = ["FAILURES", "Answers", "Question", "QuestionError", "answers", "ask", "spans"]


@dataclass(frozen=True, slots=True)
class Question:
    """A question that its study can answer."""

    text: str
    tree: Tree
    words: str
    """As a sentence would say it."""

    @property
    def is_about_states(self) -> bool:
        """Whether runs that failed take part."""
        return mentions_state(self.tree)


@dataclass(frozen=True, slots=True)
class Answers:
    """Which runs answer yes."""

    table: pl.DataFrame
    """RUN_KEYS and is_case (yes or no), a row a run that answers."""
    n_failed: int
    """Runs that did not end well and were left out."""
    n_undefined: int
    """Runs left out because they lack an outcome that is asked about."""
    n_not_run: int
    """Runs that were planned and have not been done."""


def ask(text: str, study: Study) -> Question:
    """The question in `text`.

    Raises:
        QuestionError: it cannot be read, or asks about what the study does not have.
    """
    tree = parse(text, vocabulary(study))
    return Question(text, tree, tree.words(study.lock))


def vocabulary(study: Study) -> Vocabulary:
    """What can be asked about."""
    columns = study.outcomes.drop("state", "error", strict=False)
    words = [
        column for column in columns.iter_columns() if not column.dtype.is_numeric() and column.name not in RUN_KEYS
    ]
    return Vocabulary(
        start=study.lock.start,
        end=study.lock.end,
        milestones=tuple(milestone.name for milestone in study.lock.milestones),
        numbers=tuple(outcome_names(study)),
        words={column.name: _known(column) for column in words},
        states=tuple(study.runs.filter(pl.col("state") != NOT_RUN)["state"].unique(maintain_order=True)),
    )


def _known(column: pl.Series) -> tuple[str, ...]:
    return tuple(column.drop_nulls().cast(pl.String).unique().sort())


def answers(question: Question, study: Study) -> Answers:
    """Yes or no of each run that can answer."""
    done = study.runs.filter(pl.col("state") != NOT_RUN).select(*RUN_KEYS, "state")
    ended = pl.col("state") == OK
    asked = done if question.is_about_states else done.filter(ended)
    outcomes = study.outcomes.drop(*RUN_KEYS[1:], "state", "error", strict=False)
    joined = asked.join(outcomes, on="run_id", how="left", maintain_order="left")
    table = joined.select(*RUN_KEYS, is_case=question.tree.filter())
    known = table.drop_nulls("is_case")
    return Answers(
        table=known,
        n_failed=done.height - asked.height,
        n_undefined=table.height - known.height,
        n_not_run=study.runs.height - done.height,
    )


def spans(question: Question, study: Study) -> Mapping[str, tuple[float, float]]:
    """The least and the largest value of each number that the question asks about."""
    columns = dict.fromkeys(leaf.column for leaf in leaves(question.tree) if isinstance(leaf, Comparison))
    known = {name: study.outcomes[name].cast(pl.Float64).drop_nulls().to_numpy() for name in columns}
    return {name: (float(values.min()), float(values.max())) for name, values in known.items() if values.size}


FAILURES = Question("state is failed", Ended("failed"), "the run fails")
"""When does it fail?"""
