"""The tables of a study on disk: chunks as they come, sorted into parts when a part's runs are done.

A chunk is one file with the tables of some runs of one part, and travels as it is from workers that do not see the
folder. Settling merges a part's chunks into its files and then removes them. It may be cut off anywhere and done
again: rows of the same run replace one another, and the outcomes, which say what is done, are written last.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from simlab.sweep.files import is_draft, write_bytes, write_parquet, write_text
from simlab.sweep.one import ABOUT, KEY, Job, Result, design_frame, outcomes_frame
from simlab.sweep.runs import State

TABLES = ("design", *ABOUT, "outcomes")


class Chunk(NamedTuple):
    """The tables of some runs of one part."""

    name: str
    """The part's, then a plus sign, then what makes it unlike all others."""
    tables: bytes
    """A zip file of <table>.arrow."""
    failures: Mapping[str, str]
    """What is to be told of each run by its run_id; nothing of one that is ok."""


def chunk_of(job: Job, results: Sequence[Result], name: str) -> Chunk:
    """The chunk of these results."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for table, frame in _frames(job, results).items():
            with archive.open(f"{table}.arrow", "w") as member:
                frame.write_ipc(member, compression="zstd")
    return Chunk(name, packed.getvalue(), {result.key.run_id: _failure(job, result) for result in results})


def _frames(job: Job, results: Sequence[Result]) -> dict[str, pl.DataFrame]:
    """The results by table."""
    many = {table: [result.frames[table] for result in results if table in result.frames] for table in ABOUT}
    return {
        "design": design_frame(job.scenario, [result.rows["design"] for result in results]),
        **{table: pl.concat(frames) for table, frames in many.items() if frames},
        "outcomes": outcomes_frame([result.rows["outcomes"] for result in results]),
    }


def _failure(job: Job, result: Result) -> str:
    if result.state is State.OK:
        return ""
    head = f"{result.key.run_id}: {result.state}: {result.error}"
    return f"{head}\n\nTo repeat it:\n  {job.command} {result.key.run_id}\n\n{result.story}\n"


def write_chunk(study: Path, chunk: Chunk) -> None:
    """Put a chunk on disk, whole or not at all."""
    for run_id, told in chunk.failures.items():
        path = study / "failures" / f"{run_id}.txt"
        if told:
            path.parent.mkdir(exist_ok=True)
            write_text(told, path)
        else:
            path.unlink(missing_ok=True)
    folder = study / "chunks"
    folder.mkdir(exist_ok=True)
    write_bytes(chunk.tables, folder / f"{chunk.name}.zip")


def settle(study: Path, part: str | None = None) -> None:
    """Sort the chunks of a part, or all, into its files."""
    found: dict[str, list[Path]] = {}
    for path in _chunks(study, part or ""):
        found.setdefault(path.name.partition("+")[0], []).append(path)
    for name, chunks in found.items():
        _settle(study, name, chunks)


def _chunks(study: Path, part: str = "") -> list[Path]:
    """The oldest first."""
    paths = (study / "chunks").glob(f"{part}+*.zip" if part else "part-*.zip")
    return sorted(paths, key=lambda path: (path.stat().st_mtime_ns, path.name))


def _settle(study: Path, part: str, chunks: Sequence[Path]) -> None:
    new = _merged(chunks)
    runs = new["outcomes"]["run_id"]
    for table in TABLES:
        path = study / table / f"{part}.parquet"
        frames = [pl.read_parquet(path).filter(~pl.col("run_id").is_in(runs.implode()))] if path.exists() else []
        frames += [new[table]] if table in new else []
        if frames:
            path.parent.mkdir(exist_ok=True)
            write_parquet(pl.concat(frames).sort("sample", "replicate", maintain_order=True), path)
    for chunk in chunks:
        chunk.unlink()


def _merged(chunks: Sequence[Path]) -> dict[str, pl.DataFrame]:
    """The rows of all chunks by table; of a run that is in several, those of the last."""
    seen: set[str] = set()
    found: dict[str, list[pl.DataFrame]] = {}
    for path in reversed(chunks):
        tables = dict(_read(path))
        for table, frame in tables.items():
            kept = frame.filter(~pl.col("run_id").is_in(list(seen))) if seen else frame
            found.setdefault(table, []).append(kept)
        seen |= set(tables["outcomes"]["run_id"])
    return {table: pl.concat(frames) for table, frames in found.items()}


def _read(path: Path, tables: Iterable[str] = TABLES) -> Iterator[tuple[str, pl.DataFrame]]:
    """The tables of a chunk."""
    with zipfile.ZipFile(path) as archive:
        for table in set(tables) & {Path(name).stem for name in archive.namelist()}:
            yield table, pl.read_ipc(io.BytesIO(archive.read(f"{table}.arrow")))


def states(study: Path, part: str | None = None) -> dict[str, State]:
    """What became of each run that is done, of a part or of all, by run_id, settled or not."""
    return {run_id: State(state) for run_id, state in ends(study, part, ("run_id", "state")).iter_rows()}


def ends(study: Path, part: str | None = None, columns: Sequence[str] = (*KEY, "state", "error")) -> pl.DataFrame:
    """The same as a table: a row a run that is done, with these columns of its outcome."""
    settled = sorted((study / "outcomes").glob(f"{part or 'part-*'}.parquet"))
    frames = [pl.read_parquet(path, columns=list(columns)) for path in settled]
    frames += [frame.select(columns) for path in _chunks(study, part or "") for _, frame in _read(path, ["outcomes"])]
    empty = pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    return pl.concat(frames).unique("run_id", keep="last", maintain_order=True) if frames else empty


def remove_drafts(study: Path) -> None:
    """Throw away what a killed process left half written."""
    for folder in (study, *(study / name for name in ("chunks", "failures", *TABLES))):
        for draft in filter(is_draft, folder.glob(".*")):
            draft.unlink()
