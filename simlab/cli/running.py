"""What `simlab run` does once it is known what is wanted."""

import os
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.style import Style
from rich.text import Text

from simlab.cli.summary import Calendar, duration, milestone_lines, worker_lines, world_lines
from simlab.scenario import load_scenario
from simlab.sweep.events import planned_run, stored_outcome, write_events
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned, attempt
from simlab.sweep.runs import State
from simlab.sweep.study import LIMIT_S, Study, carry_out, missing, open_study, plan, same_question, write_design
from simlab.sweep.summary import milestone_dates, read_outcomes, state_counts


class Wish(NamedTuple):
    """What the command line asks of a study; None: what the scenario says."""

    n_samples: int | None
    n_replicates: int | None
    n_workers: int | None
    policies: Sequence[str]
    limit_s: float | None
    retry: bool
    with_report: bool


def open_from_command(file: Path, overrides: Sequence[str], seed: int | None, out: Path) -> Study:
    """The study that a command line names."""
    scenario = load_scenario(file, overrides)
    arguments = [str(file), *(word for text in overrides for word in ("--set", text))]
    arguments += [] if seed is None else ["--seed", str(seed)]
    arguments += [] if out == Path("reports") else ["--out", str(out)]
    return open_study(scenario, scenario.study.seed if seed is None else seed, out, arguments)


def run_study(study: Study, wish: Wish) -> int:
    """Do what is missing of a study, then tell about it. Returns the exit code: 1 if some run is not ok."""
    console = Console()
    asked = study.scenario.study
    policies = list(wish.policies) or list(study.scenario.policies)
    planned = plan(study, policies, wish.n_samples or asked.samples, wish.n_replicates or asked.replicates)
    left = missing(study, planned, retry=wish.retry)
    write_design(study, planned)
    before = f", {len(planned) - len(left)} of them done before" if len(left) < len(planned) else ""
    _say(console, f"{study.folder}: {len(planned)} runs{before}")
    for folder in same_question(study):
        _say(console, f"{folder} answers the same question with other code of the model, so nothing is taken from it")
    took = ""
    if left:
        n_workers, began = min(wish.n_workers or os.cpu_count() or 1, len(left)), time.monotonic()
        _do(console, study, study.job(wish.limit_s or LIMIT_S), left, n_workers)
        part = f"; {len(left)} of them" if before else ","
        took = f"{part} in {duration(time.monotonic() - began)} on {_processes(n_workers)}"
    outcomes = read_outcomes(study.folder)
    _print_summary(console, study, outcomes, policies, took)
    if wish.with_report and (outcomes["state"] == State.OK).any():
        _report(console, study)
    return 0 if set(state_counts(outcomes)) == {State.OK} else 1


def _processes(n_workers: int) -> str:
    return "1 process" if n_workers == 1 else f"{n_workers} processes"


def _report(console: Console, study: Study) -> None:
    from simlab.report import write_report

    with console.status("writing the report"):
        path = write_report(study.folder)
    link = Style(link=path.resolve().as_uri())
    console.print(Text.assemble("Report: ", (str(path), link)), soft_wrap=True, highlight=False)


def _say(console: Console, text: str) -> None:
    """Print plain text: paths stay whole, and brackets are brackets."""
    console.print(text, markup=False, highlight=False, soft_wrap=True)


def _do(console: Console, study: Study, job: Job, runs: Sequence[Planned], n_workers: int) -> None:
    """Do the runs under a progress bar."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(bar_width=20),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("gone,"),
        TimeRemainingColumn(),
        TextColumn("left"),
    )
    states: Counter[State] = Counter()
    with Progress(*columns, console=console, speed_estimate_period=600.0) as progress:
        bar = progress.add_task("starting", total=len(runs))
        for entry in carry_out(study, job, runs, n_workers):
            _note(progress, entry)
            states[entry.state] += 1
            told = ", ".join(f"{count} {state}" for state, count in states.items())
            progress.update(bar, advance=1, description=told)


def _note(progress: Progress, entry: Entry) -> None:
    if entry.state is not State.OK:
        _say(progress.console, f"{entry.run_id}: {entry.state}: {entry.error}")


def _print_summary(console: Console, study: Study, outcomes: pl.DataFrame, policies: Sequence[str], took: str) -> None:
    scenario = study.scenario
    dates = milestone_dates(outcomes, policies, list(scenario.milestones))
    titles = {name: milestone.title for name, milestone in scenario.milestones.items()}
    lines = milestone_lines(dates, titles, Calendar(scenario.start, scenario.end), console.width)
    only = f", policy {policies[0]}" if len(policies) == 1 < len(scenario.policies) else ""
    console.print(f"\n{scenario.title}{only}\n", style="bold", markup=False, highlight=False)
    _say(console, "\n".join(lines) + "\n")
    for lines in (worker_lines, world_lines):
        if told := lines(outcomes, policies, console.width):
            _say(console, "\n".join(told) + "\n")
    counts = state_counts(outcomes)
    _say(console, f"{outcomes.height} runs: {', '.join(f'{n} {state}' for state, n in counts.items())}{took}.")
    if set(counts) != {State.OK}:
        _say(console, f"Reasons, and how to repeat them: {study.folder / 'failures'}")


def run_one(study: Study, run_id: str, *, with_events: bool, limit_s: float | None) -> int:
    """Do one run in this process and print its outcome. Returns the exit code.

    With events, its tables and timeline are written and what goes wrong in the run is raised.
    """
    console, job, planned = Console(), study.job(limit_s or LIMIT_S), planned_run(study, run_id)
    if with_events:
        folder, result = write_events(job, planned)
        _say(console, f"Events: {folder}\nTimeline, for ui.perfetto.dev or chrome://tracing: {folder / 'trace.json'}")
    else:
        result = attempt(job, planned)
    for name, value in result.outcomes.row(0, named=True).items():
        _say(console, f"  {name} = {value}")
    if result.story:
        _say(console, result.story)
    return 0 if result.state is State.OK and _is_as_stored(console, study, planned, result.outcomes) else 1


def _is_as_stored(console: Console, study: Study, planned: Planned, row: pl.DataFrame) -> bool:
    stored = stored_outcome(study.folder, planned)
    if stored is None:
        return True
    is_same = stored.equals(row)
    verdict = "This is" if is_same else "This is NOT"
    _say(console, f"{verdict} the outcome that the study has for this run.")
    return is_same
