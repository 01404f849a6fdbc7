"""`simlab serving`: what a lab's replicas give at every load, by the exact simulation and by the fluid form."""

from pathlib import Path
from typing import Annotated, Literal

import typer

LOADS = "0.1,0.3,0.5,0.7,0.8,0.9,0.95,0.98"

File = Annotated[Path, typer.Argument(help="The scenario, a YAML file.", metavar="SCENARIO")]
Lab = Annotated[str | None, typer.Option(help="The lab whose model of day 0 is served; the first one if not given.")]
Loads = Annotated[str, typer.Option(help="Shares of a replica's capacity that are asked of it.")]
Requests = Annotated[int, typer.Option(min=1000, help="Requests of each kind at each load, in ten independent runs.")]
Only = Annotated[list[str] | None, typer.Option("--only", metavar="KIND", help="Only these kinds of requests.")]
Memory = Annotated[
    Literal["reserve", "recompute"],
    typer.Option(help="Reserve the memory of a request beforehand, or stop the newest where memory runs out."),
]
Seed = Annotated[int, typer.Option(min=0, help="The seed of all luck.")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Out = Annotated[Path | None, typer.Option(help="The page to write; reports/NAME-serving.html if not given.")]


def serving(
    file: File,
    lab: Lab = None,
    loads: Loads = LOADS,
    requests: Requests = 50_000,
    only: Only = None,
    memory: Memory = "reserve",
    seed: Seed = 0,
    overrides: Set = None,
    out: Out = None,
) -> None:
    """Serve requests on one replica, event by event, and say what it gives at every load."""
    from simlab.cli.serving_runs import Wish, serve_and_tell

    serve_and_tell(file, overrides or [], Wish(lab, loads, requests, only or [], memory, seed, out))


def add_to(app: typer.Typer) -> None:
    """Give `app` the verb."""
    app.command()(serving)
