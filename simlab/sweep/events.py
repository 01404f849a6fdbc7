"""One run in full: all its events as tables, and its timeline."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from simlab.errors import StudyError
from simlab.sweep.designs import points
from simlab.sweep.files import write_parquet, write_text
from simlab.sweep.one import Job, Planned, Result, result, simulate, words_of
from simlab.sweep.runs import parse_run_id
from simlab.sweep.study import Study, require_policy
from simlab.tables.perfetto import write_timeline
from simlab.tables.stories import stories
from simlab.tables.tidy import tidy


def planned_run(study: Study, run_id: str) -> Planned:
    """The run of that name, whether or not it was ever part of the study's plan.

    Raises:
        StudyError: it is no name of a run, or of a policy that the scenario does not have.
    """
    key = parse_run_id(run_id)
    require_policy(study.scenario, key.policy)
    (point,) = points(study.scenario.design, study.seed, key.sample, key.sample + 1)
    return Planned(key, *point)


def write_events(job: Job, planned: Planned) -> tuple[Path, Result]:
    """Do the run again with every event kept. Returns the folder of its tables and its result.

    What goes wrong in it is raised, not recorded: this is where one looks for the reason.
    """
    trace = simulate(job, planned, detail=True)
    tables = tidy(trace, words_of(job.scenario, planned.key.policy, planned.uniforms))
    folder = job.folder / "events" / planned.key.run_id
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        write_parquet(table, folder / f"{name}.parquet")
    write_timeline(tables, folder / "trace.json")
    about = {"run_id": planned.key.run_id, "start": job.scenario.start.isoformat(), "seed": job.seed}
    write_text(json.dumps(about) + "\n", folder / "run.json")
    return folder, result(job, planned, trace)


def stored_outcome(study: Path, planned: Planned) -> pl.DataFrame | None:
    """The row that the study has for this run; None if it has none."""
    path = study / "outcomes" / f"{planned.key.part}.parquet"
    if not path.exists():
        return None
    row = pl.read_parquet(path).filter(pl.col("run_id") == planned.key.run_id)
    return None if row.is_empty() else row


def tell(folder: Path, idea: int, lab: str | None) -> Sequence[Sequence[str]]:
    """The stories of an idea, from a folder of events or from a study with exactly one.

    Raises:
        StudyError: no events are there, or several runs have some, or nothing is known of this idea.
    """
    events = _events_folder(folder)
    start = date.fromisoformat(json.loads((events / "run.json").read_text(encoding="utf-8"))["start"])
    tables = {path.stem: pl.read_parquet(path) for path in events.glob("*.parquet")}
    told = stories(tables, start, idea, lab)
    if not told:
        at = f" at {lab}" if lab else ""
        known = tables["idea_proposed"]["idea"].head(5).to_list()
        raise StudyError(f"{events}: no idea {idea}{at}; some that are there: {', '.join(map(str, known))}")
    return told


def _events_folder(folder: Path) -> Path:
    if (folder / "run.json").exists():
        return folder
    found = sorted(path.parent for path in (folder / "events").glob("*/run.json"))
    if len(found) == 1:
        return found[0]
    if not found:
        raise StudyError(f"{folder}: no events here; write them with simlab run FILE --run RUN --events")
    raise StudyError(f"{folder}: events of several runs; name one of {', '.join(str(path) for path in found)}")
