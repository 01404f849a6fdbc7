"""The command line: one module a family of verbs, heavy imports inside the verbs."""

import sys
from collections.abc import Sequence

import typer

from simlab.cli import claims, compare, discover, drivers, probes, scenario, serving, study
from simlab.errors import SimlabError

app = typer.Typer(
    help="Simulate AI research and development: labs, ideas, experiments, frontier runs, forecasts.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for _verbs in (scenario, study, drivers, discover, compare, serving, probes, claims):
    _verbs.add_to(app)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run `simlab`. What simlab can explain goes to stderr without a traceback, with exit code 2."""
    try:
        app(args=None if arguments is None else list(arguments), prog_name="simlab")
    except SimlabError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
