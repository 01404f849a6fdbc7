"""What `simlab run`, `sweep` and `rerun` do once it is known what is wanted."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from rich.console import Console

from simlab.cli.session import Means, Session
from simlab.cli.summary import say
from simlab.scenario import load_scenario
from simlab.sweep import store
from simlab.sweep.events import planned_run, stored_outcome, write_events
from simlab.sweep.one import Planned, attempt
from simlab.sweep.plan import Plan, all_runs, read_plans, remember
from simlab.sweep.provenance import arguments_of
from simlab.sweep.runs import State
from simlab.sweep.study import LIMIT_S, Study, asked, done, left, open_study, runs_of


class Wish(NamedTuple):
    """Which runs the command line asks for; None: as many as the scenario says."""

    n: int | None
    n_replicates: int | None
    policies: Sequence[str]
    retry: bool


def open_from_command(file: Path, overrides: Sequence[str], seed: int | None, out: Path) -> Study:
    """The study that a command line names."""
    scenario = load_scenario(file, overrides)
    arguments = arguments_of(file, overrides, seed, out)
    return open_study(scenario, scenario.study.seed if seed is None else seed, out, arguments)


def run_study(study: Study, wish: Wish, means: Means) -> int:
    """Do what is missing of a study, then tell about it. Returns the exit code."""
    said = study.scenario.study
    policies = list(wish.policies) or list(study.scenario.policies)
    plan = asked(study, policies, wish.n or said.samples, wish.n_replicates or said.replicates)
    session = Session(study, means, [plan])
    session.open()
    remember(study.folder, plan)
    finished = {run_id: state for run_id, state in done(study, retry=wish.retry).items() if plan.holds_id(run_id)}
    runs, n_failed = left(study, runs_of(study, plan), finished), sum(s is not State.OK for s in finished.values())
    session.do(runs, plan.n_runs - len(finished), n_failed)
    return session.close()


def rerun_study(study: Study, bad: Collection[State], means: Means) -> int:
    """Do the runs again whose state is one of `bad`, then tell about the study. Returns the exit code."""
    plans = read_plans(study.folder)
    session = Session(study, means, plans)
    session.open()
    states = store.states(study.folder)
    asked_for = {key.run_id for key in all_runs(plans)}
    again = {run_id for run_id in asked_for if states.get(run_id) in bad}
    n_failed = sum(states.get(run_id, State.OK) is not State.OK for run_id in asked_for - again)
    session.do(left(study, _runs_of(study, plans), asked_for - again), len(again), n_failed)
    return session.close()


def _runs_of(study: Study, plans: Sequence[Plan]) -> Iterator[Planned]:
    """The runs of all plans, each once."""
    for number, plan in enumerate(plans):
        for item in runs_of(study, plan):
            if not any(earlier.holds(item.key) for earlier in plans[:number]):
                yield item


def run_one(study: Study, run_id: str, *, with_events: bool, limit_s: float | None) -> int:
    """Do one run in this process and print its outcome. Returns the exit code.

    With events, its tables and timeline are written and what goes wrong in the run is raised.
    """
    console, job, planned = Console(), study.job(limit_s or LIMIT_S), planned_run(study, run_id)
    if with_events:
        folder, result = write_events(job, planned)
        say(console, f"Events: {folder}\nTimeline, for ui.perfetto.dev or chrome://tracing: {folder / 'trace.json'}")
    else:
        result = attempt(job, planned)
    for name, value in result.outcomes.row(0, named=True).items():
        say(console, f"  {name} = {value}")
    if result.story:
        say(console, result.story)
    return 0 if result.state is State.OK and _is_as_stored(console, study, planned, result.outcomes) else 1


def _is_as_stored(console: Console, study: Study, planned: Planned, row: pl.DataFrame) -> bool:
    stored = stored_outcome(study.folder, planned)
    if stored is None:
        return True
    is_same = stored.equals(row)
    verdict = "This is" if is_same else "This is NOT"
    say(console, f"{verdict} the outcome that the study has for this run.")
    return is_same
