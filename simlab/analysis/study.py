"""A study folder, loaded once into a frozen record that every finding starts from."""

from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from simlab.analysis.ledger import read_ledger
from simlab.analysis.lock import Lock, read_lock
from simlab.analysis.parts import Parts, Table
from simlab.errors import StudyError
from simlab.sweep.plan import all_runs, read_plans

RUN_KEYS = ("run_id", "policy", "sample", "replicate")
"""The columns that name a run in every table."""

TOTAL = "all labs"
"""The name under which the labs are added up. No lab may be called so."""

LEVERS = "levers"
AROUND = ("world", "nations", "sectors", LEVERS)
"""The tables that a study has only where its scenario has anything of the kind."""

_KEY_TYPES = (pl.String, pl.String, pl.Int64, pl.Int64)

OK, NOT_RUN = "ok", "not run"
"""The state of a run whose results count, and of one that was planned and has not been done."""


@dataclass(frozen=True, slots=True)
class Study:
    """One study: what was asked (lock, design), what became of it (runs), and the finished runs’ tables."""

    folder: Path
    lock: Lock
    design: pl.DataFrame
    """A row a planned run: RUN_KEYS, luck (whose luck it met: runs that are to be compared share it), and a column a
    factor of the design: its value, words of switches as text. Null where a policy does not have the factor, and all
    null where the run has not been done."""
    runs: pl.DataFrame
    """A row a planned run: RUN_KEYS, state (NOT_RUN where it has none yet), error, seconds."""
    outcomes: pl.DataFrame
    """A row a finished run."""
    series: pl.LazyFrame
    """A row a finished run, lab and month."""
    graveyard: Table
    """A row a finished run, lab, area, cause, rung and year of ended ideas. On disk, like all that grow large."""
    world: Table = field(default_factory=pl.DataFrame)
    """A row a finished run and quarter. This and what follows have no columns where no run has anything of the kind."""
    nations: Table = field(default_factory=pl.DataFrame)
    """A row a finished run, nation and quarter."""
    sectors: Table = field(default_factory=pl.DataFrame)
    """A row a finished run, nation, sector of work and quarter."""
    levers: pl.DataFrame = field(default_factory=pl.DataFrame)
    """A row a finished run and act of a lever."""

    @property
    def policies(self) -> tuple[str, ...]:
        """The policies that were run, in the scenario's order; the others are compared with the first."""
        asked = self.runs["policy"].unique(maintain_order=True).to_list()
        return tuple(sorted(asked, key=self.lock.policies.index))

    @property
    def labs(self) -> tuple[str, ...]:
        """The labs, in the scenario's order."""
        return tuple(name for name in _words(self.series.collect_schema()["lab"]) if name != TOTAL)

    @property
    def n_planned(self) -> int:
        """Runs that were asked for."""
        return self.runs.height

    @property
    def n_finished(self) -> int:
        """Runs whose results count."""
        return self.outcomes.height

    @property
    def horizon_days(self) -> float:
        """Days from the scenario's start to its end."""
        return float((self.lock.end - self.lock.start).days)

    def of_policy(self, policy: str) -> "Study":
        """The same study as if only this policy had been asked for."""
        mine = pl.col("policy") == policy
        design = self.design.filter(mine)
        around = {name: _of_policy(table, policy) for name in AROUND if (table := getattr(self, name)).columns}
        return replace(
            self,
            design=design,
            runs=self.runs.filter(mine),
            outcomes=self.outcomes.filter(mine),
            series=self.series.filter(mine),
            graveyard=_of_policy(self.graveyard, policy),
            **around,
        )


def load_study(folder: Path, *, with_factors: bool = True) -> Study:
    """The study in `folder`, its tables restricted to the runs that ended well.

    Of hundreds of factors and many runs the design is large: without `with_factors` it has no column of theirs.

    Raises:
        StudyError: the folder is not a study, or no run of it has finished.
    """
    lock = read_lock(folder / "study.lock.yaml")
    planned = _planned(folder, lock)
    runs = _runs(folder, planned)
    finished = runs.filter(pl.col("state") == OK)["run_id"]
    if finished.is_empty():
        raise StudyError(f"{folder}: no run of this study has ended well")
    return Study(
        folder=folder,
        lock=lock,
        design=_design(folder, planned) if with_factors else planned,
        runs=runs,
        outcomes=_parts(folder, "outcomes", finished).lazy().collect().sort("run_id"),
        series=_with_ordered_labs(_parts(folder, "series", finished).lazy()),
        graveyard=_parts(folder, "graveyard", finished),
        **{name: _parts(folder, name, finished) for name in AROUND if name != LEVERS and (folder / name).is_dir()},
        **({LEVERS: _parts(folder, LEVERS, finished).lazy().collect()} if (folder / LEVERS).is_dir() else {}),
    )


def _planned(folder: Path, lock: Lock) -> pl.DataFrame:
    """RUN_KEYS of the runs that were asked for, policy by policy."""
    rows = [(key.run_id, *key) for key in all_runs(read_plans(folder))]
    frame = pl.DataFrame(rows, schema=dict(zip(RUN_KEYS, _KEY_TYPES, strict=True)), orient="row")
    order = pl.col("policy").cast(pl.Enum(lock.policies))
    return frame.sort(order, "sample", "replicate")


def _design(folder: Path, planned: pl.DataFrame) -> pl.DataFrame:
    """What was tried in each planned run."""
    parts = sorted((folder / "design").glob("part-*.parquet"))
    tried = pl.concat([pl.read_parquet(path) for path in parts], how="diagonal_relaxed") if parts else planned
    return planned.join(tried.drop(RUN_KEYS[1:]), on="run_id", how="left", maintain_order="left")


def _runs(folder: Path, planned: pl.DataFrame) -> pl.DataFrame:
    """What became of each planned run: the outcomes say its state and error, the ledger its time."""
    states = _parts(folder, "outcomes").lazy().select("run_id", pl.col("state", "error").cast(pl.String)).collect()
    known = planned.join(states, on="run_id", how="left", maintain_order="left")
    ends = read_ledger(folder / "ledger").select("run_id", "seconds")
    runs = known.join(ends, on="run_id", how="left", maintain_order="left")
    return runs.with_columns(pl.col("state").fill_null(NOT_RUN))


def _parts(folder: Path, name: str, finished: pl.Series | None = None) -> Parts:
    """All parts of a table, rows of finished runs only, in an order that no execution order moves."""
    paths = sorted((folder / name).glob("part-*.parquet"))
    if not paths:
        raise StudyError(f"{folder}: there is no {name}/part-*.parquet")
    return Parts(tuple(paths), None if finished is None else frozenset(finished))


def _of_policy(table: Table, policy: str) -> Table:
    return table.of_policy(policy) if isinstance(table, Parts) else table.filter(pl.col("policy") == policy)


def _with_ordered_labs(series: pl.LazyFrame) -> pl.LazyFrame:
    """The series with labs that sort in the scenario's order, with room for TOTAL before them."""
    labs = _words(series.collect_schema()["lab"])
    if not labs:
        labs = series.select(pl.col("lab").unique(maintain_order=True)).collect()["lab"].to_list()
    return series.with_columns(pl.col("lab").cast(pl.Enum([TOTAL, *labs])))


def _words(dtype: pl.DataType) -> list[str]:
    """The words an Enum knows, in order; none where it is no Enum."""
    return dtype.categories.to_list() if isinstance(dtype, pl.Enum) else []
