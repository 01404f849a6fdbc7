"""`simlab claims`: what the sources say, and what the simulation shows."""

from pathlib import Path
from typing import Annotated

import typer


def claims(
    scenario: Annotated[
        Path | None, typer.Argument(help="The scenario to measure on; the shipped baseline if none.")
    ] = None,
    only: Annotated[list[str] | None, typer.Option("--only", help="Measure only the claims with these keys.")] = None,
) -> None:
    """Measure every claim about the mechanisms on running worlds, and say which hold."""
    from rich.console import Console

    from simlab.claims import CLAIMS, Bench
    from simlab.errors import SimlabError
    from simlab.scenario import shipped_folder

    wanted = [claim for claim in CLAIMS if not only or claim.key in only]
    unknown = sorted(set(only or ()) - {claim.key for claim in CLAIMS})
    if unknown:
        raise SimlabError(f"no claim is called {', '.join(unknown)}; claims are {', '.join(c.key for c in CLAIMS)}")
    console = Console(highlight=False)
    bench = Bench(scenario or shipped_folder() / "scenarios" / "baseline.yaml")
    n_held = 0
    for claim in wanted:
        with console.status(f"{claim.key} ..."):
            shown = claim.measure(bench)
        held = claim.holds(shown)
        n_held += held
        mark = "[green]holds[/green]" if held else "[red]fails[/red]"
        console.print(f"{mark}  [bold]{claim.title}[/bold]  [dim]({claim.key}, mechanism {claim.mechanism})[/dim]")
        console.print(f"       sources: {claim.sources_say}")
        console.print(f"       here:    {shown.says}")
        console.print(f"       band:    {claim.low:g} to {claim.high:g}\n")
    console.print(f"{n_held} of {len(wanted)} claims hold")
    if n_held < len(wanted):
        raise typer.Exit(1)


def add_to(app: typer.Typer) -> None:
    """Give `app` the verb."""
    app.command()(claims)
