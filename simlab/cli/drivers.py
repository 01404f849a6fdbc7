"""`simlab drivers`: what drives the outcomes of a study."""

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[Path, typer.Argument(help="A study.", metavar="STUDY")]
Outcome = Annotated[
    list[str] | None,
    typer.Option(help="An outcome, or a milestone: its date and whether it is reached. All milestones if not given."),
]
Policy = Annotated[str | None, typer.Option(help="Under this policy; the study's first if not given.", metavar="NAME")]
Against = Annotated[
    str | None,
    typer.Option(help="What drives the difference of --policy to this one, run by run.", metavar="NAME"),
]
Out = Annotated[Path | None, typer.Option(help="The page to write; STUDY/drivers.html if not given.")]


def drivers(
    study: Study, outcome: Outcome = None, policy: Policy = None, against: Against = None, out: Out = None
) -> None:
    """Say what drives the outcomes of a study, by what its design can tell, and what is luck.

    Tables go to STUDY/analysis/ as Parquet.
    """
    from simlab.cli.drivers_runs import Question, tell_drivers

    tell_drivers(study, Question(outcome or [], policy, against), out)


def add_to(app: typer.Typer) -> None:
    """Give `app` the verb."""
    app.command()(drivers)
