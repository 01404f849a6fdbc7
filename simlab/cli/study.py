"""Verbs on studies: run one or a sweep, see how far it is, do again what failed, tell the story of one idea in it."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="The scenario, or a sweep of one, a YAML file.", metavar="FILE")]
Samples = Annotated[int | None, typer.Option(min=1, help="Draws of the uncertain parameters.")]
Size = Annotated[
    int | None,
    typer.Option(
        "--n", "-n", min=1, help="Size of the design: its draws, or its trajectories (morris), or its blocks."
    ),
]
Replicates = Annotated[int | None, typer.Option(min=1, help="Runs of each draw, with different luck.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; as many as there are cores if not given.")]
Scheduler = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="A Dask scheduler, like tcp://10.0.0.1:8786: its workers do the runs."),
]
Out = Annotated[Path, typer.Option(help="The folder in which the study gets its own.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Seed = Annotated[int | None, typer.Option(min=0, help="The seed of all luck and draws.")]
Policy = Annotated[list[str] | None, typer.Option(help="Only these policies.", metavar="NAME")]
RunId = Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only this run, like baseline-s0007-r0.")]
Events = Annotated[bool, typer.Option("--events", help="With --run: write all its events and its trace.json.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.")]
Timeout = Annotated[float | None, typer.Option(min=0.1, metavar="SECONDS", help="The longest a run may take.")]
Memory = Annotated[float | None, typer.Option(min=1, metavar="MB", help="The most memory a run may hold, in MiB.")]
Retry = Annotated[bool, typer.Option("--retry", help="Do the runs again that did not end well.")]
FailFast = Annotated[bool, typer.Option("--fail-fast", help="Stop at the first run that does not end well.")]
MaxFailures = Annotated[
    str | None,
    typer.Option(metavar="SHARE", help="So many runs may fail, like 1% or 5: the exit code is 0; beyond it stops."),
]
Failed = Annotated[bool, typer.Option("--failed", help="All runs that did not end well.")]
State = Annotated[
    list[str] | None,
    typer.Option(metavar="STATE", help="Only those: failed, crashed, timed_out, out_of_memory or invalid."),
]

Study = Annotated[Path, typer.Argument(help="A study.", metavar="STUDY")]
Folder = Annotated[Path, typer.Argument(help="A study, or a folder of events in it.", metavar="FOLDER")]
Idea = Annotated[int, typer.Argument(help="The idea's number.", metavar="IDEA")]
Lab = Annotated[str | None, typer.Option(help="Only its life in this lab.")]

INTERRUPTED = 130


def add_to(app: typer.Typer) -> None:
    """Give the command line the verbs of this file."""
    for verb in (run, sweep, status, rerun, story):
        app.command()(verb)


def run(
    file: File,
    samples: Samples = None,
    replicates: Replicates = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: Out = Path("reports"),
    set_: Set = None,
    seed: Seed = None,
    policy: Policy = None,
    run_id: RunId = None,
    events: Events = False,
    no_report: NoReport = False,
    timeout: Timeout = None,
    memory: Memory = None,
    retry: Retry = False,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
) -> None:
    """Simulate a scenario many times and report what came out.

    What is done already is not done again: the same command continues a study that was cut off.
    """
    from simlab.cli.running import Wish, open_from_command, run_one, run_study
    from simlab.cli.session import Means

    study = open_from_command(file, set_ or [], seed, out)
    if run_id is not None:
        raise typer.Exit(run_one(study, run_id, with_events=events, limit_s=timeout))
    means = Means(workers, scheduler, timeout, memory, fail_fast, max_failures, not no_report)
    _end(lambda: run_study(study, Wish(samples, replicates, policy or [], retry), means))


def sweep(
    file: File,
    n: Size = None,
    replicates: Replicates = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    out: Out = Path("reports"),
    set_: Set = None,
    seed: Seed = None,
    policy: Policy = None,
    no_report: NoReport = False,
    timeout: Timeout = None,
    memory: Memory = None,
    retry: Retry = False,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
) -> None:
    """Do the runs of a sweep, here or on a cluster, and report what came out.

    What is done already is not done again: the same command goes on with what was cut off, and a larger --n adds to it.
    Exit code: 0 if all runs ended well, or at most --max-failures did not; else 1.
    """
    from simlab.cli.running import Wish, open_from_command, run_study
    from simlab.cli.session import Means

    study = open_from_command(file, set_ or [], seed, out)
    means = Means(workers, scheduler, timeout, memory, fail_fast, max_failures, not no_report, "sweep")
    _end(lambda: run_study(study, Wish(n, replicates, policy or [], retry), means))


def rerun(
    study: Study,
    failed: Failed = False,
    state: State = None,
    workers: Workers = None,
    scheduler: Scheduler = None,
    no_report: NoReport = False,
    timeout: Timeout = None,
    memory: Memory = None,
    fail_fast: FailFast = False,
    max_failures: MaxFailures = None,
) -> None:
    """Do runs of a study again that did not end well; the others stay as they are.

    The folder says what was asked for. If the scenario's file says something else by now, nothing is done.
    """
    from simlab.cli.again import failures, reopen
    from simlab.cli.running import rerun_study
    from simlab.cli.session import Means

    states = failures(state or [], every=failed)
    means = Means(workers, scheduler, timeout, memory, fail_fast, max_failures, not no_report)
    _end(lambda: rerun_study(reopen(study), states, means))


def _end(work: Callable[[], int]) -> None:
    """Leave with the exit code of `work`."""
    try:
        raise typer.Exit(work())
    except KeyboardInterrupt:
        typer.echo("Cut off. What is done is kept: the same command goes on from here.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def status(study: Study) -> None:
    """Say how far a study is: runs planned, done, how they ended, why some failed, and how long the rest takes."""
    from simlab.cli.status import tell_status

    tell_status(study)


def story(folder: Folder, idea: Idea, lab: Lab = None) -> None:
    """Tell the life of one idea: what was hoped, tested, believed and decided, and where its days went."""
    from simlab.sweep.events import tell

    typer.echo("\n\n".join("\n".join(lines) for lines in tell(folder, idea, lab)))
