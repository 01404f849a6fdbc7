"""Work outside labs: what AI does of it, sector by sector and nation by nation."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from simlab.analysis.fans import BANDS
from simlab.analysis.sectors import SHARES
from simlab.report.figures.fan import fan_panel, in_percent
from simlab.report.figures.figure import Figure, Panel, Table, table_of
from simlab.report.figures.lines import with_line
from simlab.report.figures.money import RANGES
from simlab.report.figures.theme import ACCENT, LINES
from simlab.report.words import listed, month, n_of, percent, plain, proper

CAPABLE, READY, DONE = SHARES
SMALL: dict[str, Any] = {"height_px": 190, "labelled": False, "range": [0, 104], "ticksuffix": "%"}


def sectors_figure(fans: Mapping[str, pl.DataFrame]) -> Figure:
    """Sector by sector, all nations together, from `simlab.analysis.sectors.sector_bands`."""
    order = _by_end(fans[DONE], "sector")
    return Figure(
        key="sectors",
        title="What AI does of each sector’s work",
        takeaway=_sectors_takeaway(fans, order),
        caption=(
            "Share of each sector’s labour cost, all nations together. Solid: what AI does; median over "
            f"{n_of(fans[DONE]['n_runs'][-1], 'run')}; {RANGES}. Dashed: what models could do reliably enough; median. "
            "Between the two lie data, machines, rules, habit and the compute there is."
        ),
        panels=_panels(fans, order, "sector"),
        table=_table(fans, "sector"),
        swatches=(("done by AI", ACCENT), ("models could do", LINES[1])),
    )


def work_figure(fans: Mapping[str, pl.DataFrame], met: pl.DataFrame) -> Figure:
    """Nation by nation, all sectors together, from `simlab.analysis.sectors.nation_bands` and `compute_gap`."""
    nations = fans[DONE]["nation"].cast(pl.String).unique(maintain_order=True).to_list()
    return Figure(
        key="work",
        title="What AI does of each nation’s work",
        takeaway=_work_takeaway(fans, met, nations),
        caption=(
            "Share of labour cost, all sectors of the scenario together. Solid: what AI does; median over "
            f"{n_of(fans[DONE]['n_runs'][-1], 'run')}; {RANGES}. Dashed: what it could do today if compute were no "
            "object; median."
        ),
        panels=_panels(fans, nations, "nation", READY),
        table=_table(fans, "nation"),
        swatches=(("done by AI", ACCENT), ("would be done if compute were no object", LINES[1])),
    )


def _by_end(fans: pl.DataFrame, by: str) -> list[str]:
    """The most automated first, in the median at the end."""
    last = fans.with_columns(pl.col(by).cast(pl.String)).group_by(by, maintain_order=True).last()
    return last.sort("p50", descending=True, maintain_order=True)[by].to_list()


def _panels(fans: Mapping[str, pl.DataFrame], order: list[str], by: str, other: str = CAPABLE) -> list[Panel]:
    return [
        with_line(
            fan_panel(_of(fans[DONE], by, name), _say, log=False, title=_title(name, by), **SMALL),
            _of(fans[other], by, name),
            "could be done",
            _say,
        )
        for name in order
    ]


def _title(name: str, by: str) -> str:
    return proper(name) if by == "nation" else plain(name).capitalize()


def _of(fans: pl.DataFrame, by: str, name: str) -> pl.DataFrame:
    return in_percent(fans.filter(pl.col(by).cast(pl.String) == name))


def _say(share: float) -> str:
    return f"{share:.0f}%" if share >= 2 or share == 0 else f"{share:.2g}%"


def _sectors_takeaway(fans: Mapping[str, pl.DataFrame], order: list[str]) -> str:
    ends = {name: _of(fans[DONE], "sector", name).row(-1, named=True) for name in order}
    told = listed([f"{percent(end['p50'] / 100)} in {plain(name)}" for name, end in ends.items()])
    return f"In {month(ends[order[0]]['date'])} AI does, of the sectors’ work in the median run: {told}."


def _work_takeaway(fans: Mapping[str, pl.DataFrame], met: pl.DataFrame, nations: list[str]) -> str:
    told = []
    for name in nations:
        end = _of(fans[DONE], "nation", name).row(-1, named=True)
        low, middle, high = (percent(end[band] / 100) for band in ("p10", "p50", "p90"))
        told.append(f"{proper(name)} {middle} ({low} to {high})")
    last = met.row(-1, named=True) if met.height else None
    enough = "" if last is None else f" Work that is ready gets {percent(last['p50'])} of the accelerators it asks for."
    return f"Share of the work done by AI at the end, median and middle 80% of the runs: {listed(told)}.{enough}"


WORDS = {
    CAPABLE: "models could do",
    READY: "would be done if compute were no object",
    DONE: "done by AI",
}


def _table(fans: Mapping[str, pl.DataFrame], by: str) -> Table:
    rows = [
        in_percent(fans[share]).with_columns(pl.col(by).cast(pl.String), what=pl.lit(WORDS[share])) for share in SHARES
    ]
    headings = {band: f"{band[1:]}% of runs below, %" for band in BANDS}
    return table_of(pl.concat(rows), {by: by, "what": "what", "date": "date", **headings, "n_runs": "runs"})
