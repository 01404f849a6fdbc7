"""`simlab elasticities` and `simlab bottlenecks`: what a scenario answers when it is given more of this or that."""

from pathlib import Path
from typing import Annotated

import typer

File = Annotated[Path, typer.Argument(help="The scenario, a YAML file.", metavar="SCENARIO")]
Seeds = Annotated[int, typer.Option(min=2, help="Runs of each world, paired by their luck.")]
Processes = Annotated[int, typer.Option(min=0, help="Processes to use; 0 is one a core.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Out = Annotated[Path | None, typer.Option(help="The page to write; reports/NAME-VERB.html if not given.")]
Years = Annotated[str, typer.Option(help="Years from the start at which a resource is raised.")]


def elasticities(
    file: File, seeds: Seeds = 4, processes: Processes = 0, overrides: Set = None, out: Out = None
) -> None:
    """Vary people and compute around the baseline's point, and compare what comes out with what is published."""
    from simlab.cli.probe_runs import tell_elasticities

    tell_elasticities(file, overrides or [], seeds, processes, out)


def bottlenecks(
    file: File,
    seeds: Seeds = 6,
    years: Years = "0,2,4,6,8",
    processes: Processes = 0,
    overrides: Set = None,
    out: Out = None,
) -> None:
    """Say what a tenth more of each resource gains, year by year, and where ideas wait in the same year."""
    from simlab.cli.probe_runs import tell_bottlenecks

    tell_bottlenecks(file, overrides or [], seeds, years, processes, out)


def add_to(app: typer.Typer) -> None:
    """Give `app` the verbs."""
    app.command()(elasticities)
    app.command()(bottlenecks)
