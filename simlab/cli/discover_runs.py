"""`simlab discover`, carried out: ask, search, tell in the terminal, write page and tables."""

from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

from simlab.analysis.discover import Answered, discover
from simlab.analysis.discover_tables import box_table, run_table, trajectory_table
from simlab.analysis.prim import Settings
from simlab.analysis.questions import ask, spans
from simlab.analysis.study import Study, load_study
from simlab.errors import StudyError


class Wish(NamedTuple):
    """What was asked for."""

    policy: str | None
    density: float | None
    step: int | None
    n_boxes: int
    seed: int
    out: Path | None


def discover_and_tell(folder: Path, when: str, wish: Wish) -> None:
    """Answer the question, print the sentences, write the page and the tables."""
    from simlab.report.discover import write_discover

    study, console = _study(folder, wish.policy), Console(highlight=False)
    question = ask(when, study)
    settings = Settings(density=wish.density, step=wish.step, n_boxes=wish.n_boxes, seed=wish.seed)
    with console.status("looking for regions"):
        found = discover(study, question, settings)
    _tell(console, found, study)
    _write_tables(folder / "analysis", found, study)
    page = wish.out or folder / "discover.html"
    page.parent.mkdir(parents=True, exist_ok=True)
    _written(console, write_discover(page, study, found, settings))


def _study(folder: Path, policy: str | None) -> Study:
    study = load_study(folder)
    if policy is None:
        return study
    if policy not in study.policies:
        raise StudyError(f"{folder}: no policy {policy!r} was run; there are {', '.join(study.policies)}")
    return study.of_policy(policy)


def _tell(console: Console, found: Answered, study: Study) -> None:
    console.print(f"\n{found.n_cases:,} of {found.n_runs:,} runs answer yes: {found.question.words}.", markup=False)
    for line in (*found.left_out, *_why_none(found, study)):
        console.print(f"  {line}", style="dim", markup=False)
    for sentence in found.sentences:
        console.print(f"\n{sentence}", markup=False)
    for box in found.discovery.boxes:
        for each in box.restrictions:
            again = f"{each.returned_fraction:.0%}"
            console.print(f"  {each.factor}: quasi-p {each.chance:.1g}, found again in {again} of halves", style="dim")


def _why_none(found: Answered, study: Study) -> list[str]:
    """Where all runs answer alike, from where to where their numbers go."""
    if 0 < found.n_cases < found.n_runs:
        return []
    ends = spans(found.question, study).items()
    return [f"{name} goes from {low:.4g} to {high:.4g} in this study" for name, (low, high) in ends]


def _write_tables(folder: Path, found: Answered, study: Study) -> None:
    folder.mkdir(exist_ok=True)
    box_table(found, study.lock).write_parquet(folder / "discover-boxes.parquet")
    trajectory_table(found, study.lock).write_parquet(folder / "discover-trajectory.parquet")
    run_table(found).write_parquet(folder / "discover-runs.parquet")


def _written(console: Console, path: Path) -> None:
    console.print(Text.assemble("\nPage: ", (str(path), Style(link=path.resolve().as_uri()))), soft_wrap=True)
