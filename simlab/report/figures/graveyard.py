"""The graveyard: causes, areas and rungs, with what they cost, and the decisions that were wrong."""

from collections.abc import Mapping, Sequence

import polars as pl

from simlab.analysis.graveyard import ADOPTED, VERDICTS
from simlab.report.figures.bars import bars_panel
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.words import n_of, percent, plain, rough

CAUSE_WORDS = {
    "adopted": "adopted",
    "no_gain_seen": "no gain seen",
    "did_not_transfer": "did not transfer",
    "not_convincing": "not convincing",
    "diverged": "diverged",
    "crashed": "crashed",
    "cancelled": "cancelled",
    "starved": "starved of compute",
    "scooped": "scooped",
    "reverted": "reverted",
    "refuted": "refuted on checking",
    "unverified": "never checked",
}
VERDICT_COLOURS = {
    "adopted": "#3d8b78",
    "decision": "#7fa3c7",
    "crash": "#c2571a",
    "circumstance": "#a9adb2",
    "other": "#a9adb2",
}
VERDICT_WORDS = {
    "adopted": "adopted",
    "decision": "ruled out by evidence",
    "crash": "broken runs",
    "circumstance": "stopped by circumstance",
}
SWATCHES = tuple((words, VERDICT_COLOURS[verdict]) for verdict, words in VERDICT_WORDS.items())
GOOD, BAD = "#7fa3c7", "#c2571a"

COLUMNS = {
    "n_ideas_per_run": "lives a run",
    "n_ideas_fraction": "share of lives, %",
    "used_h100e_days_fraction": "share of compute, %",
    "people_days_fraction": "share of people’s time, %",
    "n_truly_good_per_run": "truly good, a run",
    "n_truly_bad_per_run": "truly harmful, a run",
}


def causes_figure(by_cause: pl.DataFrame, verdicts: pl.DataFrame, n_runs: int) -> Figure:
    """How ideas end, from `simlab.analysis.graveyard.accounts` by cause and by verdict."""
    words = [CAUSE_WORDS.get(cause, plain(cause)) for cause in by_cause["cause"]]
    colours = [VERDICT_COLOURS[VERDICTS.get(cause, "other")] for cause in by_cause["cause"]]
    return Figure(
        key="causes",
        title="How ideas end, and what that cost",
        takeaway=_waste(by_cause, verdicts),
        caption=(
            f"Lives of ideas that ended, mean over {n_of(n_runs, 'run')}, all labs together; an idea that "
            "two labs try has two lives. Compute is that of experiments, in H100-equivalent days; frontier "
            "runs are not in it."
        ),
        panels=[
            _shares(by_cause, words, colours, "n_ideas_fraction", "Share of lives"),
            _shares(by_cause, words, colours, "used_h100e_days_fraction", "Share of experiments’ compute"),
        ],
        table=_table(by_cause, "cause", words),
        swatches=SWATCHES,
    )


def _waste(by_cause: pl.DataFrame, verdicts: pl.DataFrame) -> str:
    lives = dict(by_cause.select("cause", "n_ideas_fraction").iter_rows())
    spent = dict(verdicts.select("verdict", "used_h100e_days_fraction").iter_rows())
    decision, crash = spent.get("decision", 0.0), spent.get("crash", 0.0)
    return (
        f"{percent(1 - lives.get(ADOPTED, 0.0))} of the ideas that end are buried. Ideas that evidence ruled "
        f"out took {percent(decision)} of the experiments’ compute; ideas that broke, {percent(crash)}; "
        f"adopted ones, {percent(spent.get(ADOPTED, 0.0))}."
    )


def areas_figure(by_area: pl.DataFrame, fates: pl.DataFrame, n_runs: int) -> Figure:
    """Where the compute goes and what it brings, by area."""
    table = by_area.join(fates.select("area", "adopted_fraction"), on="area").sort(
        "used_h100e_days_fraction", descending=True
    )
    words = [plain(area) for area in table["area"]]
    top = table.row(0, named=True)
    best = table.sort("adopted_fraction", descending=True, nulls_last=True).row(0, named=True)
    return Figure(
        key="areas",
        title="By area of research",
        takeaway=(
            f"{plain(top['area']).capitalize()} takes the most of the experiments’ compute "
            f"({percent(top['used_h100e_days_fraction'])}); the largest share of ideas is adopted in "
            f"{plain(best['area'])} ({percent(best['adopted_fraction'] or 0.0)})."
        ),
        caption=f"Lives of ideas that ended, {n_of(n_runs, 'run')}, all labs together.",
        panels=[
            _shares(table, words, [GOOD] * len(words), "used_h100e_days_fraction", "Share of experiments’ compute"),
            _shares(table, words, ["#3d8b78"] * len(words), "adopted_fraction", "Share of ideas adopted"),
        ],
        table=_table(table, "area", words, {"adopted_fraction": "adopted, %"}),
    )


def rungs_figure(by_rung: pl.DataFrame, fates: pl.DataFrame, n_runs: int) -> Figure:
    """How far up the ladder ideas come, and what each rung costs."""
    table = by_rung.join(fates.select("rung", "adopted_fraction"), on="rung").sort("rung")
    words = [rung_words(rung, table["rung"].to_list()) for rung in table["rung"]]
    dearest = max(table.iter_rows(named=True), key=lambda row: row["used_h100e_days_fraction"])
    told = (
        "Ideas never tested"
        if dearest["rung"] < 0
        else f"Ideas that came as far as {words[table['rung'].to_list().index(dearest['rung'])]}"
    )
    return Figure(
        key="rungs",
        title="By rung of the ladder of scales",
        takeaway=(
            f"{told} are {percent(dearest['n_ideas_fraction'])} of the lives and took "
            f"{percent(dearest['used_h100e_days_fraction'])} of the experiments’ compute."
        ),
        caption=(
            f"Lives of ideas that ended, by the highest rung they were tested on, {n_of(n_runs, 'run')}, all "
            "labs. A rung is a fixed distance below the frontier run in compute."
        ),
        panels=[
            _shares(table, words, [GOOD] * len(words), "n_ideas_fraction", "Share of lives"),
            _shares(table, words, [GOOD] * len(words), "used_h100e_days_fraction", "Share of experiments’ compute"),
            _shares(table, words, ["#3d8b78"] * len(words), "adopted_fraction", "Share of them adopted"),
        ],
        table=_table(table, "rung", words, {"adopted_fraction": "adopted, %"}),
    )


def rung_words(rung: int, rungs: Sequence[int]) -> str:
    """A rung as a reader can place it."""
    if rung < 0:
        return "never tested"
    places = {min(r for r in rungs if r >= 0): " (smallest)", max(rungs): " (largest)"}
    return f"rung {rung + 1}{places.get(rung, '')}"


def regret_figure(wrong: pl.DataFrame, n_runs: int) -> Figure:
    """Good ideas buried and harmful ones adopted, from `simlab.analysis.graveyard.regret` by area."""
    table = wrong.sort("good_buried_per_run", descending=True)
    words = [plain(area) for area in table["area"]]
    buried, kept = float(table["good_buried_per_run"].sum()), float(table["bad_adopted_per_run"].sum())
    nats = float(table["good_buried_nats_per_run"].sum())
    return Figure(
        key="regret",
        title="Decisions that were wrong",
        takeaway=(
            f"A run buries {rough(buried)} ideas that truly help (their gains add up to {rough(nats)} nats, "
            f"counting an idea once in every lab that buried it) and keeps {rough(kept)} that truly harm."
        ),
        caption=(
            "Only the simulation knows an idea’s true gain; the labs do not. Sums over "
            f"{n_of(n_runs, 'run')}, all labs. A buried good idea may still be found by another lab. A nat is a "
            "factor of 2.7 in effective compute."
        ),
        panels=[
            _shares(table, words, [GOOD] * len(words), "good_buried_fraction", "Good ideas that were buried"),
            _shares(table, words, [BAD] * len(words), "bad_adopted_fraction", "Adopted ideas that harm"),
        ],
        table=_regret_table(table, words),
    )


def _shares(table: pl.DataFrame, words: Sequence[str], colours: Sequence[str], column: str, title: str) -> Panel:
    shares = table[column].fill_null(0.0).to_list()
    told = ["none" if share is None else percent(share) for share in table[column]]
    return bars_panel(words, [100 * share for share in shares], colours, title, told)


def _table(table: pl.DataFrame, key: str, words: Sequence[str], more: Mapping[str, str] | None = None) -> Table:
    columns = {key: key} | COLUMNS | dict(more or {})
    return table_of(_in_percent(table, columns).with_columns(pl.Series(key, words)), columns)


def _regret_table(table: pl.DataFrame, words: Sequence[str]) -> Table:
    columns = {
        "area": "area",
        "good_buried_per_run": "good ones buried, a run",
        "good_buried_nats_per_run": "their gains, nats a run",
        "good_buried_fraction": "of the good lives, %",
        "bad_adopted_per_run": "harmful ones adopted, a run",
        "bad_adopted_nats_per_run": "their gains (negative), nats a run",
        "bad_adopted_fraction": "of the adopted lives, %",
    }
    return table_of(_in_percent(table, columns).with_columns(area=pl.Series(words)), columns)


def _in_percent(table: pl.DataFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    return table.with_columns(pl.col(name) * 100 for name in columns if name.endswith("_fraction"))
