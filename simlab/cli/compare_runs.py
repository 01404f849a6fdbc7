"""`simlab compare`, carried out: studies completed, told in the terminal, written as a page and as tables."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from rich.console import Console
from rich.style import Style
from rich.text import Text

from simlab.analysis.alternatives import Comparison, alternatives_of, common_outcomes, on_common_ground
from simlab.analysis.comparison import Found, Wanted, found
from simlab.analysis.milestones import MONTH_DAYS
from simlab.analysis.policies import milestone_columns
from simlab.analysis.regret import Preference
from simlab.analysis.study import Study, load_study
from simlab.cli.compare_words import print_comparison
from simlab.errors import SimlabError, StudyError
from simlab.scenario.spelling import closest

LESS = {"sooner": True, "later": False, "lower": True, "higher": False}
"""The ways in which an outcome may be better, and whether less of it is."""


class Ask(NamedTuple):
    """What the command line asks for."""

    prefer: str
    months: float
    percent: float
    n_samples: int | None
    n_replicates: int | None
    n_workers: int | None
    overrides: Sequence[str]
    seed: int | None
    out: Path | None


def tell_comparison(things: Sequence[Path], ask: Ask) -> None:
    """Complete what is to be compared, compare it, print it, write the page and the tables."""
    folders = _folders(things, ask)
    studies = [load_study(folder, with_factors=len(folders) > 1) for folder in folders]
    comparison = on_common_ground(alternatives_of(studies))
    wishes = preferences(ask.prefer, comparison)
    result = found(comparison, Wanted(wishes, ask.months * MONTH_DAYS, ask.percent / 100))
    console = Console(highlight=False)
    print_comparison(console, comparison.alternatives[0].study.lock, result)
    if not wishes:
        console.print('\nRegrets need to know what is better: --prefer "MILESTONE later, NUMBER lower".', markup=False)
    _write(console, ask.out or studies[0].folder, comparison, studies, result)


def _folders(things: Sequence[Path], ask: Ask) -> list[Path]:
    """The study folders that are meant, those of files after their missing runs are done."""
    for thing in things:
        if not thing.exists():
            raise StudyError(f"{thing}: no study and no file is called so{_meant(thing)}")
    folders = [thing if thing.is_dir() else _completed(thing, ask) for thing in things]
    twice = [
        folder for place, folder in enumerate(folders) if folder.resolve() in {f.resolve() for f in folders[:place]}
    ]
    if twice:
        raise StudyError(f"{twice[0]} is named twice; to compare its policies name it once")
    return folders


def _meant(thing: Path) -> str:
    beside = [path.name for path in thing.parent.iterdir()] if thing.parent.is_dir() else []
    near = closest(thing.name, beside)
    return f"; did you mean {thing.parent / near}?" if near else ""


def _completed(file: Path, ask: Ask) -> Path:
    """The folder of a file's study, its missing runs done. Runs that fail do so, and are told."""
    from simlab.cli.running import Wish, open_from_command, run_study
    from simlab.cli.session import Means

    study = open_from_command(file, ask.overrides, ask.seed, ask.out or Path("reports"))
    wish = Wish(ask.n_samples, ask.n_replicates, [], retry=False)
    run_study(study, wish, Means(ask.n_workers, with_report=False, with_results=False))
    return study.folder


def preferences(text: str, comparison: Comparison) -> list[Preference]:
    """What --prefer says.

    Raises:
        SimlabError: a word in it is no outcome, or none of LESS.
    """
    return [_preference(wish.split(), comparison) for wish in text.split(",") if wish.strip()]


def _preference(words: Sequence[str], comparison: Comparison) -> Preference:
    study = comparison.alternatives[0].study
    if len(words) != 2 or words[1] not in LESS:
        said = f'an outcome and one of {", ".join(LESS)}, like "spending_fraction lower"'
        raise SimlabError(f"--prefer: '{' '.join(words)}' is not {said}")
    milestones = milestone_columns(study)
    known = common_outcomes(comparison.alternatives) if comparison.numbers_compare else sorted(milestones)
    name = words[0] if words[0] in known else f"{words[0]}_days"
    if name not in known:
        names = [column.removesuffix("_days") if column in milestones else column for column in known]
        near = closest(words[0], names)
        meant = f"; did you mean {near}?" if near else f"; there are {', '.join(names)}"
        raise SimlabError(f"--prefer: '{words[0]}' is nothing that all of these have{meant}")
    return Preference(name, LESS[words[1]], study.horizon_days if name in milestones else None)


def _write(console: Console, folder: Path, comparison: Comparison, studies: Sequence[Study], result: Found) -> None:
    from simlab.report.compare import Facts, write_comparison

    tables = folder / "analysis"
    tables.mkdir(parents=True, exist_ok=True)
    for name, table in result.tables().items():
        table.write_parquet(tables / f"{name}.parquet")
    facts = Facts(comparison.alternatives[0].study.lock, [_provenance(study) for study in studies])
    path = write_comparison(folder / "compare.html", facts, result)
    link = Style(link=path.resolve().as_uri())
    console.print(Text.assemble("\nPage: ", (str(path), link)), soft_wrap=True)
    console.print(f"Tables: {tables}/compare_*.parquet", markup=False, soft_wrap=True)


def _provenance(study: Study) -> tuple[str, str]:
    lock = study.lock
    runs = f"{study.n_finished:,} of {study.n_planned:,} runs finished"
    about = f"{lock.start} to {lock.end}, seed {lock.seed}, fingerprint {lock.fingerprint}"
    return lock.title, f"{study.folder}: {runs}; policies {', '.join(study.policies)}; {about}"
