"""`simlab discover`: when does it go wrong?"""

from pathlib import Path
from typing import Annotated

import typer

Study = Annotated[Path, typer.Argument(help="A study.", metavar="STUDY")]
When = Annotated[
    str,
    typer.Option(
        metavar="QUESTION",
        help="A question about a run's outcomes, like 'month_horizon > 2031-01-01 and spending_fraction < 1%', "
        "'power_binds by 2028', 'week_horizon never' or 'state is failed'.",
    ),
]
Policy = Annotated[str | None, typer.Option(help="Only runs of this policy.", metavar="NAME")]
Density = Annotated[
    float | None, typer.Option(min=0.0, max=1.0, help="The least share of runs inside that answer yes, like 0.8.")
]
Step = Annotated[int | None, typer.Option(min=1, help="The region of this number in the figure of the way to it.")]
Boxes = Annotated[int, typer.Option(min=1, max=9, help="Regions to look for, each among the runs that are left.")]
Seed = Annotated[int, typer.Option(min=0, help="The seed of shuffles and halves.")]
Out = Annotated[Path | None, typer.Option(help="The page to write; discover.html in the study if not given.")]


def add_to(app: typer.Typer) -> None:
    """Give the command line the verb of this file."""
    app.command()(discover)


def discover(
    study: Study,
    when: When,
    policy: Policy = None,
    density: Density = None,
    step: Step = None,
    boxes: Boxes = 1,
    seed: Seed = 0,
    out: Out = None,
) -> None:
    """Say in which region of the factors runs answer yes to a question, if any region stands out."""
    from simlab.cli.discover_runs import Wish, discover_and_tell

    discover_and_tell(study, when, Wish(policy, density, step, boxes, seed, out))
