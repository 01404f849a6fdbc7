"""`simlab drivers`, carried out: tables in, told in the terminal, written as a page and as Parquet."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl
from rich.console import Console
from rich.style import Style
from rich.text import Text

from simlab.analysis.discover import discover
from simlab.analysis.drawn import Drawn, has_factors, read_drawn
from simlab.analysis.drivers import (
    MORRIS,
    SALTELLI,
    Drivers,
    draws_and_values,
    drivers,
    drivers_table,
    summaries,
)
from simlab.analysis.questions import FAILURES
from simlab.analysis.sensitivity_failures import too_many_missing
from simlab.analysis.sensitivity_responses import finished, response, response_names
from simlab.analysis.study import NOT_RUN, OK, Study, load_study
from simlab.cli.drivers_told import print_drivers
from simlab.errors import StudyError
from simlab.report.driver_methods import method_of
from simlab.report.driver_words import Facts
from simlab.report.probe_words import number
from simlab.report.words import n_of
from simlab.scenario.spelling import closest
from simlab.sweep.files import write_parquet


class Question(NamedTuple):
    """What is asked of a study."""

    outcomes: Sequence[str]
    """None: all milestones."""
    policy: str | None
    """None: the study's first."""
    against: str | None


def tell_drivers(folder: Path, question: Question, out: Path | None) -> None:
    """Find, print, write."""
    from simlab.report.drivers import write_drivers

    console = Console(highlight=False)
    with console.status("reading the study"):
        study = load_study(folder)
        policy, against = _policies(study, question)
        names, drawn = _names(study, question.outcomes), read_drawn(study)
        _require_enough(study, policy, drawn)
    shown = [any(there) for there in zip(*(has_factors(study, p, drawn) for p in (policy, against) if p), strict=True)]
    found = []
    with console.status("looking for drivers") as status:
        for name in names:
            status.update(f"looking for drivers of {name}")
            driven = drivers(drawn, response(study, name, policy, against), shown)
            found.append(_with_settings(study.of_policy(policy), driven))
    asked = study.of_policy(policy)
    facts = _facts(asked, drawn, policy, against, sum(shown), _notes(study, drawn, shown, found))
    print_drivers(console, facts, found)
    _write_tables(folder, policy, against, found)
    path = write_drivers(_ready(out or folder / "drivers.html"), facts, found)
    console.print(Text.assemble("\nPage: ", (str(path), Style(link=path.resolve().as_uri()))), soft_wrap=True)


def _policies(study: Study, question: Question) -> tuple[str, str | None]:
    for policy in (question.policy, question.against):
        if policy is not None and policy not in study.policies:
            raise StudyError(f"{study.folder}: no runs of a policy {policy!r}; {_meant(policy, study.policies)}")
    if question.against is None:
        return question.policy or study.policies[0], None
    if question.policy is None or question.policy == question.against:
        raise StudyError("--against needs another policy to set against it: --policy NAME --against OTHER")
    return question.policy, question.against


def _meant(word: str, known: Sequence[str]) -> str:
    near = closest(word, known)
    return f"did you mean {near}?" if near else f"there are {', '.join(known[:8])}"


def _names(study: Study, asked: Sequence[str]) -> list[str]:
    """The responses that were asked for, a milestone's own name meaning both its sides; all milestones if none."""
    known = response_names(study)
    for name in asked:
        if name not in known:
            raise StudyError(f"{study.folder}: no outcome {name!r}; {_meant(name, list(known))}")
    wanted = asked or [milestone.name for milestone in study.lock.milestones]
    return list(dict.fromkeys(response for name in wanted for response in known[name]))


def _require_enough(study: Study, policy: str, drawn: Drawn) -> None:
    """Raises StudyError where so many runs failed that what the others say of the factors would mislead."""
    if drawn.kind not in (SALTELLI, MORRIS):
        return
    ended = finished(study, policy)
    reason = too_many_missing(*draws_and_values(drawn, ended), ended.is_done, drawn.factors)
    if reason:
        where = f"{reason}.{_region(study.of_policy(policy))}"
        help_ = f"Why they failed: simlab status {study.folder}; to try again: simlab rerun {study.folder} --failed"
        raise StudyError(f"{study.folder}: {where} {method_of(drawn.kind).name} of the others would mislead. {help_}")


def _region(study: Study) -> str:
    """Where runs fail, by scenario discovery; nothing where none has failed or no region is to be believed."""
    if (study.runs["state"].is_in([OK, NOT_RUN])).all():
        return ""
    found = discover(study, FAILURES)
    is_found = any(search.box for search in found.discovery.searches)
    return f" {' '.join(found.sentences)}" if is_found else ""


def _with_settings(study: Study, found: Drivers) -> Drivers:
    """A tornado with the values that its ends stand for."""
    if "draw" not in found.table.columns:
        return found
    rows = {row["sample"]: row for row in study.design.iter_rows(named=True)}
    settings = [_setting(rows[sample].get(factor)) for sample, factor in found.table.select("sample", "factor").rows()]
    return found._replace(table=found.table.with_columns(setting=pl.Series(settings, dtype=pl.String)))


def _setting(value: object) -> str | None:
    return None if value is None else number(value) if isinstance(value, float) else str(value)


def _facts(
    study: Study, drawn: Drawn, policy: str, against: str | None, n_there: int, missing: Sequence[tuple[str, str]]
) -> Facts:
    states = study.runs["state"]
    return Facts(
        title=study.lock.title,
        kind=drawn.kind,
        policy=policy,
        against=against,
        n_factors=n_there,
        n_samples=study.design["sample"].n_unique(),
        n_runs=study.design.height,
        n_unfinished=int((states != OK).sum()),
        fingerprint=study.lock.fingerprint,
        notes=missing,
    )


def _notes(study: Study, drawn: Drawn, shown: Sequence[bool], found: Sequence[Drivers]) -> list[tuple[str, str]]:
    """What else a reader needs to know."""
    notes = []
    if study.lock.scenario.get("correlations"):
        notes.append(
            (
                "Correlated numbers",
                "A factor is its own draw. Where the scenario correlates numbers, the draw of one moves the other too, "
                "and what that does counts for the draw.",
            )
        )
    left = [factor for factor, is_there in zip(drawn.factors, shown, strict=True) if not is_there]
    if left:
        notes.append(
            ("Not in this policy", f"{n_of(len(left), 'factor')}: {', '.join(left[:8])}{' …' * (len(left) > 8)}")
        )
    told = dict.fromkeys(d.missing for d in found if d.missing)
    return notes + [("Runs without a number", f"{words}. What is said is said of the others.") for words in told]


def _write_tables(folder: Path, policy: str, against: str | None, found: Sequence[Drivers]) -> None:
    """Beside the study: analysis/drivers.parquet, and of luck and means where the design tells of them."""
    where = folder / "analysis"
    where.mkdir(exist_ok=True)
    luck, means = summaries(found)
    for name, table in {"drivers": drivers_table(found), "drivers_luck": luck, "drivers_means": means}.items():
        path = where / f"{name}.parquet"
        if table.height:
            whose = (pl.lit(policy).alias("policy"), pl.lit(against, pl.String).alias("against"))
            write_parquet(table.select(*whose, pl.all()), path)
        else:
            path.unlink(missing_ok=True)  # of another question to the same study


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path
