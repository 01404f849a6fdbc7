"""`simlab serving`, carried out: the kinds of requests of a scenario, run at every load, told and drawn."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
from rich.console import Console
from rich.style import Style
from rich.table import Table
from rich.text import Text

from simlab.analysis.serving import RUNS, latencies, over_runs, with_verdict
from simlab.errors import SimlabError
from simlab.randomness import Streams
from simlab.report.words import exact, listed, percent, plain, seconds
from simlab.scenario import Scenario, load_scenario
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams, build_world
from simlab.world.inference.replica import Memory
from simlab.world.inference.replica_loads import Kind, Measured, fluid, kinds_of, measure, most_per_s
from simlab.world.inference.server import Server
from simlab.world.models import Model

SECONDS_PER_HOUR = 3_600.0
CURVE = [i / 100 for i in range(5, 99)]
"""Loads at which the fluid form is drawn."""


class Wish(NamedTuple):
    """What the command line asks for."""

    lab: str | None
    loads: str
    n_requests: int
    only: Sequence[str]
    memory: Memory
    seed: int
    out: Path | None


class Served(NamedTuple):
    """One kind of requests, and the replica that serves it."""

    kind: Kind
    server: Server
    rent_usd2025_per_h100e_hour: float

    def usd2025_per_million(self, tokens_per_h100e_s: float) -> float:
        """Rent of the accelerators for a million tokens."""
        return 1e6 * self.rent_usd2025_per_h100e_hour / SECONDS_PER_HOUR / tokens_per_h100e_s


def serve_and_tell(file: Path, overrides: Sequence[str], wish: Wish) -> None:
    """Run everything, print the table, write the page."""
    scenario = load_scenario(file, overrides)
    lab, model, kinds = _kinds(scenario, wish)
    loads = _loads(wish.loads)
    console = Console(highlight=False)
    rows: list[dict[str, Any]] = []
    for name, served in kinds.items():
        for load in loads:
            with console.status(f"{name} at {load:.0%}"):
                rows += [_row(name, served, load, run, wish) for run in range(RUNS)]
    found = over_runs(pl.DataFrame(rows)).join(_fluid(kinds, loads), on=["kind", "load"], maintain_order="left")
    with console.status("flat out"):
        table = with_verdict(found, _capacity(kinds, wish))
    size = f"{model.n_active_parameters / 1e9:.0f} billion active parameters"
    _print(console, f"{scenario.title}: {lab}’s model of day 0, {size}", table)
    _write(console, scenario, wish, lab, size, table, _fluid(kinds, CURVE))


def _kinds(scenario: Scenario, wish: Wish) -> tuple[str, Model, dict[str, Served]]:
    """The lab, its model of day 0, and each kind of requests on the replica meant for it."""
    params = scenario.params()
    assert isinstance(params, WorldParams)  # for the type checker: scenarios here are of worlds
    p, lab = params.inference, wish.lab or next(iter(params.labs))
    if p is None:
        raise SimlabError(
            f"{scenario.name} leaves out serving: it has no 'world.inference'. The shipped baseline has one; "
            "extend it, or give the group"
        )
    if lab not in params.labs:
        raise SimlabError(f"there is no lab '{lab}'; labs are {', '.join(params.labs)}")
    model = build_world(params, Streams(wish.seed), Trace()).labs[lab].training.initial_model()
    kinds = kinds_of(p, params.customers, model)
    unknown = [name for name in wish.only if name not in kinds]
    if unknown:
        raise SimlabError(f"no kind of requests is called {', '.join(unknown)}; there are {', '.join(kinds)}")
    rent = p.rent_usd2025_per_h100e_hour
    wanted = [name for name in kinds if not wish.only or name in wish.only]
    return lab, model, {name: Served(*kinds[name], rent) for name in wanted}


def _loads(text: str) -> list[float]:
    try:
        loads = sorted({float(word) for word in text.split(",")})
    except ValueError:
        raise SimlabError(f"--loads are numbers with commas between them, like 0.5,0.9; not '{text}'") from None
    if not all(0.0 < load < 1.0 for load in loads):
        raise SimlabError(f"--loads are shares of a replica's capacity, above 0 and below 1; not '{text}'")
    return loads


def _row(name: str, served: Served, load: float, run: int, wish: Wish) -> dict[str, Any]:
    """One run as a row."""
    luck = Streams(wish.seed, 0, run)
    found = measure(served.server, served.kind, load, wish.n_requests // RUNS, luck, wish.memory)
    requests = pl.DataFrame(found.served._asdict())
    return {"kind": name, "load": load, "run": run} | latencies(requests) | _meters(found, served)


def _meters(found: Measured, served: Served) -> dict[str, float]:
    speed = found.output_tokens / found.window_s / served.server.n_h100e
    return {
        "tokens_per_h100e_s": speed,
        "n_running": found.mean_running,
        "held_fraction": found.held_fraction,
        "usd2025_per_million": served.usd2025_per_million(speed),
        "n_stops": float(found.n_stops),
    }


def _capacity(kinds: Mapping[str, Served], wish: Wish) -> pl.DataFrame:
    """A row a kind and run: what it serves flat out, as a load."""
    n = wish.n_requests // RUNS
    rows = [
        (
            name,
            most_per_s(s.server, s.kind, n, Streams(wish.seed, 0, run), wish.memory)
            / fluid(s.server, s.kind).max_per_s,
        )
        for name, s in kinds.items()
        for run in range(RUNS)
    ]
    return pl.DataFrame(rows, schema=["kind", "load"], orient="row")


def _fluid(kinds: Mapping[str, Served], loads: Sequence[float]) -> pl.DataFrame:
    """The fluid form's values: kind, load, fluid_request_s, fluid_tokens_per_h100e_s, fluid_usd2025_per_million."""
    rows = []
    for name, served in kinds.items():
        queue, tokens = fluid(served.server, served.kind), served.kind.shape().output_tokens
        for load in loads:
            per_s = load * queue.max_per_s
            speed = per_s * tokens / served.server.n_h100e
            rows.append((name, load, queue.mean_s(per_s), speed, served.usd2025_per_million(speed)))
    names = ["kind", "load", "fluid_request_s", "fluid_tokens_per_h100e_s", "fluid_usd2025_per_million"]
    return pl.DataFrame(rows, schema=names, orient="row")


WIDE = 108
"""Columns of a terminal that hold the whole table."""
HEADINGS = (
    ("tokens/s", "", "tokens_per_h100e_s", True),
    ("fluid", "", "fluid_tokens_per_h100e_s", False),
    ("1st token", "mean", "first_token_s", True),
    ("", "95%", "first_token_p95_s", True),
    ("a token", "mean", "per_token_s", True),
    ("", "95%", "per_token_p95_s", False),
    ("request", "mean", "request_s", True),
    ("", "95%", "request_p95_s", True),
    ("", "fluid", "fluid_request_s", True),
    ("batch", "", "n_running", False),
    ("memory", "", "held_fraction", True),
    ("$/million", "", "usd2025_per_million", True),
    ("fluid", "", "fluid_usd2025_per_million", False),
)
"""Two lines of heading, the column below them, and whether a narrow terminal shows it."""


def _print(console: Console, title: str, table: pl.DataFrame) -> None:
    """The table, the kinds one below the other; what is dim has no end."""
    console.print(f"\n{title}\n", style="bold", markup=False)
    wide = not console.is_terminal or console.width >= WIDE
    headings = [heading for heading in HEADINGS if wide or heading[3]]
    shown = Table("", box=None, pad_edge=False, header_style="dim", padding=(0, 1, 0, 0))
    for first, second, _, _ in headings:
        shown.add_column(f"{first}\n{second}", justify="right", no_wrap=True)
    for (name,), rows in table.group_by("kind", maintain_order=True):
        shown.add_row(Text(plain(str(name)), style="bold"))
        for row in rows.iter_rows(named=True):
            cells = [f"  {row['load']:.0%}", *(_cell(name, row[name]) for _, _, name, _ in headings)]
            shown.add_row(*cells, style="" if row["is_sustained"] else "dim")
    Console(width=None if console.is_terminal else 200, highlight=False).print(shown)
    _print_limits(console, table)


def _print_limits(console: Console, table: pl.DataFrame) -> None:
    limits = table.group_by("kind", maintain_order=True).agg(pl.col("capacity_load").first())
    told = listed([f"{percent(load)} ({plain(kind)})" for kind, load in limits.iter_rows()])
    console.print(
        "\nTokens are of output, per accelerator; dollars (of 2025) are its rent for a million of them. Flat out, a "
        f"replica serves {told} of what the fluid form says; where that is less, its memory is full of context "
        "earlier. At loads above it, dim, waits grow without end.",
        markup=False,
    )


def _cell(name: str, value: float) -> str:
    if name == "held_fraction":
        return percent(value)
    return seconds(value) if name.endswith("_s") and "h100e" not in name else exact(float(f"{value:.3g}"))


def _write(
    console: Console, scenario: Scenario, wish: Wish, lab: str, size: str, table: pl.DataFrame, curve: pl.DataFrame
) -> None:
    from simlab.report.serving import Facts, write_serving

    path = wish.out or Path("reports") / f"{scenario.name}-serving.html"
    facts = Facts(scenario.title, lab, size, wish.n_requests // RUNS, wish.memory, wish.seed, scenario.fingerprint)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = write_serving(path, facts, table, curve)
    link = Style(link=written.resolve().as_uri())
    console.print(Text.assemble("\nPage: ", (str(written), link)), soft_wrap=True)
