"""`simlab compare`: what differs between policies, studies and scenarios, and how sure that is."""

from pathlib import Path
from typing import Annotated

import typer

Things = Annotated[
    list[Path], typer.Argument(help="Studies, or scenario and sweep files to run first.", metavar="STUDY-OR-FILE...")
]
Prefer = Annotated[
    str,
    typer.Option(
        metavar="WISHES",
        help="What is better, for regrets: outcomes with sooner, later, lower or higher, like "
        '"month_horizon later, spending_fraction lower".',
    ),
]
Months = Annotated[float, typer.Option(min=0.001, help="Runs needed: half width of a milestone's shift, months.")]
Percent = Annotated[float, typer.Option(min=0.001, help="Runs needed: half width of other numbers, % of their mean.")]
Samples = Annotated[int | None, typer.Option(min=1, help="Of files: draws of the uncertain parameters.")]
Replicates = Annotated[int | None, typer.Option(min=1, help="Of files: runs of each draw, with different luck.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Of files: processes; one a core if not given.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Of files: change a value.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Of files: the seed of all luck and draws.")]
Out = Annotated[
    Path | None,
    typer.Option(help="The folder for page, tables and studies; the first study and reports/ if not given."),
]


def compare(
    things: Things,
    prefer: Prefer = "",
    months: Months = 1.0,
    percent: Percent = 5.0,
    samples: Samples = None,
    replicates: Replicates = None,
    workers: Workers = None,
    set_: Set = None,
    seed: Seed = None,
    out: Out = None,
) -> None:
    """Compare the policies of a study, or several studies or scenarios with the first, pair by pair of runs."""
    from simlab.cli.compare_runs import Ask, tell_comparison

    try:
        tell_comparison(things, Ask(prefer, months, percent, samples, replicates, workers, set_ or [], seed, out))
    except KeyboardInterrupt:
        typer.echo("Cut off. What is done is kept: the same command goes on from here.", err=True)
        raise typer.Exit(130) from None


def add_to(app: typer.Typer) -> None:
    """Give `app` the verb."""
    app.command()(compare)
