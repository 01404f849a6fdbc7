"""Verbs on studies: run one, tell the story of one idea in it."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="The scenario, a YAML file.", metavar="FILE")]
Samples = Annotated[int | None, typer.Option(min=1, help="Draws of the uncertain parameters.")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Runs of each draw, with different luck.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; as many as there are cores if not given.")]
Out = Annotated[Path, typer.Option(help="The folder in which the study gets its own.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Seed = Annotated[int | None, typer.Option(min=0, help="The seed of all luck and draws.")]
Policy = Annotated[list[str] | None, typer.Option(help="Only these policies.", metavar="NAME")]
RunId = Annotated[str | None, typer.Option("--run", metavar="RUN", help="Only this run, like baseline-s0007-r0.")]
Events = Annotated[bool, typer.Option("--events", help="With --run: write all its events and its trace.json.")]
NoReport = Annotated[bool, typer.Option("--no-report", help="Write no report.")]
Timeout = Annotated[float | None, typer.Option(min=0.1, metavar="SECONDS", help="The longest a run may take.")]
Retry = Annotated[bool, typer.Option("--retry", help="Do the runs again that did not end well.")]

Study = Annotated[Path, typer.Argument(help="A study.", metavar="STUDY")]
Folder = Annotated[Path, typer.Argument(help="A study, or a folder of events in it.", metavar="FOLDER")]
Idea = Annotated[int, typer.Argument(help="The idea's number.", metavar="IDEA")]
Lab = Annotated[str | None, typer.Option(help="Only its life in this lab.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line the verbs of this file."""
    app.command()(run)
    app.command()(status)
    app.command()(story)


def run(
    file: File,
    samples: Samples = None,
    replicates: Replicates = None,
    workers: Workers = None,
    out: Out = Path("reports"),
    set_: Set = None,
    seed: Seed = None,
    policy: Policy = None,
    run_id: RunId = None,
    events: Events = False,
    no_report: NoReport = False,
    timeout: Timeout = None,
    retry: Retry = False,
) -> None:
    """Simulate a scenario many times and report what came out.

    What is done already is not done again: the same command continues a study that was cut off.
    """
    from simlab.cli.running import Wish, open_from_command, run_one, run_study

    study = open_from_command(file, set_ or [], seed, out)
    if run_id is not None:
        raise typer.Exit(run_one(study, run_id, with_events=events, limit_s=timeout))
    wish = Wish(samples, replicates, workers, policy or [], timeout, retry, not no_report)
    try:
        raise typer.Exit(run_study(study, wish))
    except KeyboardInterrupt:
        typer.echo("Cut off. What is done is kept: the same command goes on from here.", err=True)
        raise typer.Exit(130) from None


def status(study: Study) -> None:
    """Say how far a study is: runs planned, done, and how they ended."""
    from simlab.sweep.summary import progress

    typer.echo("\n".join(f"{count:7d} {what}" for what, count in progress(study).items()))


def story(folder: Folder, idea: Idea, lab: Lab = None) -> None:
    """Tell the life of one idea: what was hoped, tested, believed and decided, and where its days went."""
    from simlab.sweep.events import tell

    typer.echo("\n\n".join("\n".join(lines) for lines in tell(folder, idea, lab)))
