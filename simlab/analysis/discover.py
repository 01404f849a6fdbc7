"""When does it go wrong? A question about the outcomes, and the regions of the factors where the answer is yes."""

from dataclasses import dataclass

import polars as pl

from simlab.analysis.discover_words import POLICY, sentence
from simlab.analysis.prim import Discovery, Settings, find_boxes
from simlab.analysis.questions import Answers, Question, answers
from simlab.analysis.study import RUN_KEYS, Study

NO_FACTORS = (*RUN_KEYS, "luck")
"""Columns of the design that nobody varies."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A question, the runs that answer it, and the regions where the answer is yes."""

    question: Question
    answers: Answers
    factors: pl.DataFrame
    """A row a run that answers, a column a factor."""
    discovery: Discovery
    sentences: tuple[str, ...]
    """One a box; or the one that says why there is none."""

    @property
    def n_runs(self) -> int:
        """Runs that answer yes or no."""
        return self.answers.table.height

    @property
    def n_cases(self) -> int:
        """Runs that answer yes."""
        return int(self.answers.table["is_case"].sum())

    @property
    def left_out(self) -> tuple[str, ...]:
        """Which runs answer neither yes nor no, in words."""
        counts = {
            "failed and are neither yes nor no": self.answers.n_failed,
            "have no such outcome": self.answers.n_undefined,
            "have not been done yet": self.answers.n_not_run,
        }
        return tuple(
            f"{count:,} runs {why}".replace("1 runs have", "1 run has") for why, count in counts.items() if count
        )


def discover(study: Study, question: Question, settings: Settings | None = None) -> Answered:
    """The regions of the factors in which runs answer yes to `question`.

    Where runs of several policies answer, the policy is a factor, and factors that some policy does not have are
    left out. Runs of one sample are no independent draws.
    """
    found = answers(question, study)
    factors = factors_of(study, found.table)
    is_case, samples = found.table["is_case"].to_numpy(), found.table["sample"].to_numpy()
    discovery = find_boxes(factors, is_case, samples, settings)
    return Answered(question, found, factors, discovery, _sentences(discovery, question.words, study))


def factors_of(study: Study, runs: pl.DataFrame) -> pl.DataFrame:
    """A row for each of `runs`, in their order, and a column a factor; the policy is one if there are several."""
    design = runs.select("run_id").join(study.design, on="run_id", how="left", maintain_order="left")
    factors = design.drop(NO_FACTORS, strict=False)
    several = design["policy"].n_unique() > 1
    return factors.with_columns(design["policy"].alias(POLICY)) if several else factors


def _sentences(discovery: Discovery, asked: str, study: Study) -> tuple[str, ...]:
    told = [
        sentence(search.box, search, asked, study.lock, is_first=number == 0)
        if search.box
        else f"{search.reason[:1].upper()}{search.reason[1:]}."
        for number, search in enumerate(discovery.searches)
    ]
    return tuple(told)
