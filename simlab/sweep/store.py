"""The tables of a study on disk: chunks as they come, sorted into parts when a part's runs are done.

A chunk is a folder of tables of some runs of one part; it appears whole, by one rename. Settling merges a
part's chunks into its files and then removes them. It may be cut off anywhere and done again: rows of
the same run replace one another, and the outcomes, which say what is done, are written last.
"""

import os
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from simlab.sweep.files import write_parquet
from simlab.sweep.one import ABOUT, Result
from simlab.sweep.runs import State

TABLES = (*ABOUT, "outcomes")


def write_chunk(study: Path, results: Sequence[Result], attempt: int) -> None:
    """Put the tables of these runs, all of one part, on disk."""
    first = results[0].key
    name = f"{first.part}+{first.run_id}+{len(results)}-{attempt}-{os.getpid()}"
    draft = study / "chunks" / f".{name}"
    draft.mkdir(parents=True)
    for table in TABLES:
        frames = [result.tables[table] for result in results if table in result.tables]
        if frames:
            pl.concat(frames).write_parquet(draft / f"{table}.parquet")
    draft.rename(study / "chunks" / name)


def settle(study: Path, part: str = "part-") -> None:
    """Merge the finished chunks of `part` (all parts if not given) into their files."""
    chunks = sorted((study / "chunks").glob(f"{part}*"))
    for part_name in sorted({chunk.name.partition("+")[0] for chunk in chunks}):
        _settle_part(study, part_name, [chunk for chunk in chunks if chunk.name.startswith(f"{part_name}+")])


def _settle_part(study: Path, part: str, chunks: Sequence[Path]) -> None:
    runs = _read(chunks, "outcomes")["run_id"]
    for table in TABLES:
        path = study / table / f"{part}.parquet"
        kept = [pl.read_parquet(path).filter(~pl.col("run_id").is_in(runs.implode()))] if path.exists() else []
        new = _read(chunks, table)
        frames = [frame for frame in (*kept, new) if frame.width]
        if frames:
            path.parent.mkdir(exist_ok=True)
            write_parquet(pl.concat(frames).sort("sample", "replicate", maintain_order=True), path)
    for chunk in chunks:
        shutil.rmtree(chunk)


def _read(chunks: Iterable[Path], table: str) -> pl.DataFrame:
    """The rows of all chunks; of a run that is in several, those of the last."""
    frames = [pl.read_parquet(path) for chunk in chunks if (path := chunk / f"{table}.parquet").exists()]
    seen: set[str] = set()
    kept = []
    for frame in reversed(frames):
        kept.append(frame.filter(~pl.col("run_id").is_in(list(seen))))
        seen |= set(frame["run_id"])
    return pl.concat(kept) if kept else pl.DataFrame()


def states(study: Path) -> dict[str, State]:
    """What became of each run that is done, by run_id, settled or not."""
    paths = [
        *sorted((study / "outcomes").glob("part-*.parquet")),
        *(study / "chunks").glob("part-*/outcomes.parquet"),
    ]
    frames = [pl.read_parquet(path, columns=["run_id", "state"]) for path in paths]
    return {run_id: State(state) for frame in frames for run_id, state in frame.iter_rows()}


def remove_drafts(study: Path) -> None:
    """Throw away what a killed process left half written."""
    for draft in (study / "chunks").glob(".*"):
        shutil.rmtree(draft)
    for draft in (path for table in TABLES for path in (study / table).glob(".*")):
        draft.unlink()
