"""`simlab elasticities` and `simlab bottlenecks`, carried out: run, told in the terminal, written as a page."""

from collections.abc import Sequence
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.progress import Progress
from rich.style import Style
from rich.table import Table
from rich.text import Text

from simlab.errors import SimlabError
from simlab.probes.agreement import Agreement, agreement
from simlab.probes.bottlenecks import LATER_YEARS, Gain, gains
from simlab.probes.elasticities import Findings, find
from simlab.probes.literature import PUBLISHED
from simlab.probes.tables import gain_table, number_table, speed_table
from simlab.report.probe_words import interval, number, published
from simlab.scenario import Scenario, load_scenario
from simlab.sweep.one import words_of
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams


def tell_elasticities(file: Path, overrides: Sequence[str], n_seeds: int, n_processes: int, out: Path | None) -> None:
    """Run everything, print the table, write the page."""
    from simlab.report.probes import Facts, write_elasticities

    scenario, console = load_scenario(file, overrides), Console(highlight=False)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("speeds of research", total=None)
        found = find(
            _params(scenario), n_seeds, n_processes, lambda done, n: progress.update(task, completed=done, total=n)
        )
    _print_numbers(console, scenario, found)
    path = out or Path("reports") / f"{scenario.name}-elasticities.html"
    facts = Facts(scenario.title, scenario.fingerprint, n_seeds)
    _written(console, write_elasticities(_ready(path), facts, number_table(found), speed_table(found)))


def _print_numbers(console: Console, scenario: Scenario, found: Findings) -> None:
    console.print(f"\n{scenario.title}: people, compute and the speed of research\n", style="bold", markup=False)
    table = Table(box=None, pad_edge=False, header_style="dim")
    for heading, where in (
        ("", "left"),
        ("here", "right"),
        ("90% of luck", "right"),
        ("published", "left"),
        ("", "left"),
    ):
        table.add_column(heading, justify="right" if where == "right" else "left")
    for row in found.numbers:
        mark = {True: "[green]inside[/green]", False: "[red]outside[/red]", None: ""}[row.is_inside]
        said = "; ".join(published(*p) for p in PUBLISHED[row.key])
        table.add_row(
            Text(row.title), number(row.found.value), interval(row.found.low, row.found.high), Text(said), mark
        )
    Console(width=None if console.is_terminal else 200, highlight=False).print(table)
    for row in found.numbers:
        if row.key in found.reasons:
            console.print(f"\n{row.title}: {found.reasons[row.key]}", markup=False)


def tell_bottlenecks(
    file: Path, overrides: Sequence[str], n_seeds: int, years: str, n_processes: int, out: Path | None
) -> None:
    """Run everything, print the table, write the page."""
    from simlab.report.probes import Facts, write_bottlenecks

    scenario, console = load_scenario(file, overrides), Console(highlight=False)
    when, words = _years(years, scenario), words_of(scenario, "baseline", None)
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("a tenth more of everything", total=None)
        cells = gains(
            _params(scenario),
            words,
            scenario.start,
            when,
            n_seeds,
            n_processes,
            lambda done, n: progress.update(task, completed=done, total=n),
        )
    orders = agreement(cells)
    _print_gains(console, scenario, cells, orders)
    path = out or Path("reports") / f"{scenario.name}-bottlenecks.html"
    facts = Facts(scenario.title, scenario.fingerprint, n_seeds)
    table = gain_table(cells, scenario.start.year)
    _written(console, write_bottlenecks(_ready(path), facts, table, orders.words))


def _print_gains(console: Console, scenario: Scenario, cells: Sequence[Gain], orders: Agreement) -> None:
    rows = gain_table(cells, scenario.start.year)
    years = rows["year"].unique(maintain_order=True).to_list()
    console.print(
        f"\n{scenario.title}: millinats of effective compute, {LATER_YEARS:g} years later, from a tenth more; in "
        "brackets the share of an idea’s life spent waiting for it\n",
        style="bold",
        markup=False,
    )
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column("")
    for year in years:
        table.add_column(str(year), justify="right")
    for (title,), of_resource in rows.group_by("resource", maintain_order=True):
        cells_of = [
            f"{1e3 * row['nats']:+.0f} ± {1e3 * row['half']:.0f}"
            + ("" if row["wait_fraction"] is None else f" ({row['wait_fraction']:.0%})")
            for row in of_resource.iter_rows(named=True)
        ]
        table.add_row(str(title), *cells_of)
    Console(width=None if console.is_terminal else 200, highlight=False).print(table)
    console.print(f"\n{orders.words}", markup=False)


A_DAY_YEARS = 1 / DAYS_PER_YEAR
"""Ten years of the calendar have two or three leap days, so they are up to a day shorter than ten mean years."""


def _years(text: str, scenario: Scenario) -> list[int]:
    last = scenario.horizon_days / DAYS_PER_YEAR - LATER_YEARS
    try:
        years = sorted({int(word) for word in text.split(",")})
    except ValueError:
        raise SimlabError(f"--years are whole numbers with commas between them, like 0,2,4; not '{text}'") from None
    if years[0] < 0 or years[-1] > last + A_DAY_YEARS:
        raise SimlabError(
            f"--years go from 0 to {max(last, 0.0):.0f}, so that {LATER_YEARS:g} years are left; not '{text}'"
        )
    return years


def _params(scenario: Scenario) -> WorldParams:
    return cast(WorldParams, scenario.params())


def _ready(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _written(console: Console, path: Path) -> None:
    console.print(Text.assemble("\nPage: ", (str(path), Style(link=path.resolve().as_uri()))), soft_wrap=True)
