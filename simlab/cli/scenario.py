"""Verbs on scenario and sweep files: check, explain, resolve, diff, schema, new."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simlab.scenario import Scenario
    from simlab.scenario.differences import Difference

File = Annotated[Path, typer.Argument(help="A scenario or a sweep, a YAML file.", metavar="FILE")]
Other = Annotated[Path, typer.Argument(help="Another one.", metavar="OTHER")]
Files = Annotated[list[Path], typer.Argument(help="Scenarios and sweeps, YAML files.", metavar="FILE...")]
Set = Annotated[list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="Change a value of the scenario.")]
Strict = Annotated[bool, typer.Option("--strict", help="Ask each number for a range, or why it has none.")]
Sweep = Annotated[bool, typer.Option("--sweep", help="The schema of sweep files instead.")]
DottedPath = Annotated[str, typer.Argument(help="A dotted path, or enough of its end.", metavar="PATH")]
Folder = Annotated[Path, typer.Argument(help="A folder that does not exist yet, or is empty.", metavar="DIR")]


def add_to(app: typer.Typer) -> None:
    """Give the command line the verbs of this file."""
    for verb in (check, explain, resolve, diff, schema, new):
        app.command()(verb)


def check(files: Files, overrides: Set = None, strict: Strict = False) -> None:
    """Say whether scenarios and sweeps are right, or everything that is wrong with them."""
    from simlab.errors import ScenarioError
    from simlab.scenario import load_scenario

    complaints: list[str] = []
    for file in files:
        try:
            scenario = load_scenario(file, overrides or (), strict=strict)
        except ScenarioError as error:
            complaints.extend(error.problems)
            continue
        numbers = f"{len(scenario.origins)} numbers, {len(scenario.uncertain)} of them uncertain"
        plans = f"{len(scenario.policies)} policies, {len(scenario.milestones)} milestones"
        told = _sweep(scenario) if scenario.is_sweep else f"{numbers}; {plans}"
        typer.echo(f"{file}: fine. {told}. Fingerprint {scenario.fingerprint[:8]}")
    if complaints:
        raise ScenarioError(complaints)


def _sweep(scenario: "Scenario") -> str:
    """What a sweep does, and how large it is."""
    from simlab.sweep.designs import n_points

    design, study = scenario.design, scenario.study
    n_held = sum(factor.is_held for factor in design.factors)
    n, n_policies = n_points(design, study.samples), len(scenario.policies)
    factors = _count(len(design.factors) - n_held, "factor") + (f" ({n_held} more held)" if n_held else "")
    sizes = (_count(n, "point"), _count(n_policies, "policy"), _count(n * n_policies * study.replicates, "run"))
    return f"A {design.kind} design of {factors}: {', '.join(sizes)}"


def _count(n: int, noun: str) -> str:
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{n:,} {noun if n == 1 else plural}"


def explain(file: File, path: DottedPath, overrides: Set = None) -> None:
    """Tell a number's value, range, source, the line that set it, and what it replaced."""
    from simlab.scenario import known_sources, load_scenario
    from simlab.scenario.explain import explain as explained

    scenario = load_scenario(file, overrides or ())
    files = dict.fromkeys([file, *(Path(origin.file) for origin in scenario.origins)])
    typer.echo(explained(scenario, path, known_sources(files)))


def resolve(file: File, overrides: Set = None) -> None:
    """Print the scenario as one file, with everything it extends."""
    from simlab.scenario import load_scenario
    from simlab.scenario.writing import as_file

    scenario = load_scenario(file, overrides or ())
    typer.echo(f"# {file} with everything it extends; fingerprint {scenario.fingerprint}")
    typer.echo(as_file(scenario), nl=False)


def diff(file: File, other: Other) -> None:
    """List the parameters in which two scenarios differ."""
    from simlab.scenario import load_scenario
    from simlab.scenario.differences import differences

    found = differences(load_scenario(file), load_scenario(other))
    if found:
        _print_table(found, str(file), str(other))
    else:
        typer.echo("no difference")


def _print_table(found: "Sequence[Difference]", first: str, second: str) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("path", first, second, box=None, pad_edge=False, header_style="bold")
    for one in found:
        table.add_row(Text(one.path), Text(one.first or "-"), Text(one.second or "-"))
    console = Console()
    Console(width=None if console.is_terminal else 200).print(table)


def schema(sweep: Sweep = False) -> None:
    """Print the JSON Schema of scenario files, or of sweep files, for completion in an editor."""
    import json

    from simlab.scenario import scenario_schema, sweep_schema

    typer.echo(json.dumps(sweep_schema() if sweep else scenario_schema(), indent=1))


def new(folder: Folder) -> None:
    """Start a folder of scenarios: the baseline, a variant to edit, a list of sources, a schema."""
    from simlab.scenario.starter import create

    for file in create(folder):
        typer.echo(f"wrote {file}")
