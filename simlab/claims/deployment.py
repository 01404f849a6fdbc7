"""Claims about deployment beyond labs: mechanism 24."""

import math
from collections.abc import Mapping, Sequence

import simpy

from simlab.claims.bench import Bench
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.events import SectorMetered
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.deployment import Deployment, DeploymentParams, Frontier

FIRST, ROBOTS, CELLS = "software", "manufacturing_and_logistics", "laboratory_biology"
PROPERTIES = "verifiable_fraction", "data", "machines"
PASSED = 0.1
"""Share of a sector's work automated at which it counts as begun."""
SEEDS, YEARS = (0, 1, 2), 10.0
DOUBLING_DAYS = 212.0
"""Of the horizon in the closed worlds: seven months (metr-2025)."""
TOKENS_PER_H100E_DAY = 5e7
"""What an accelerator serves in the closed worlds: any number, in proportion to which accelerators are wanted."""
PLENTY_H100E = 1e12


def _params(bench: Bench) -> DeploymentParams:
    if bench.base.deployment is None:
        raise ValueError("these claims need a scenario with work outside labs")
    return bench.base.deployment


def _closed(bench: Bench, p: DeploymentParams, h100e: Mapping[int, float] | None = None, years: float = 20.0) -> Trace:
    """Work outside labs alone, with a model that improves at a steady pace and accelerators that stay."""
    env, start, have = simpy.Environment(), bench.base.capability.reference_horizon_minutes, h100e or {}
    stage = Stage(env, Streams(0), Trace())
    frontier = Frontier(
        lambda: start * 2.0 ** (env.now / DOUBLING_DAYS),
        lambda: TOKENS_PER_H100E_DAY,
        lambda nation: have.get(nation, PLENTY_H100E),
    )
    Deployment(stage, p, bench.base.capability, tuple(p.nations), frontier).begin()
    env.run(until=years * DAYS_PER_YEAR)
    return stage.trace


def _years_to_pass(trace: Trace, sector: int, nation: int = 0) -> float:
    """Years until so much of a sector's work is automated; infinite if never."""
    rows = (row for row in trace.of(SectorMetered) if (row.nation, row.sector) == (nation, sector))
    return next((row.time_days / DAYS_PER_YEAR for row in rows if row.automated_fraction >= PASSED), math.inf)


def _with(p: DeploymentParams, changes: Mapping[str, tuple[str, Sequence[str]]]) -> DeploymentParams:
    """The same sectors, some of which have taken properties over from another."""
    tree, old = p.model_dump(), p.model_dump()["sectors"]
    for name, (other, properties) in changes.items():
        tree["sectors"][name] |= {key: old[other][key] for key in properties}
    return DeploymentParams(**tree)


def _stated_order(names: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of sectors of which the first comes before the second: software first, robots and cells last."""
    between = [name for name in names if name not in (FIRST, ROBOTS, CELLS)]
    pairs = [(FIRST, name) for name in (*between, ROBOTS, CELLS)]
    pairs += [(name, last) for name in between for last in (ROBOTS, CELLS)]
    return [(names.index(a), names.index(b)) for a, b in pairs]


def _in_order(bench: Bench) -> Shown:
    names, p = list(_params(bench).sectors), bench.params(labs=("leader",))
    shares: list[float] = []
    years: list[str] = []
    for seed in SEEDS:
        passed = [_years_to_pass(bench.trace(p, seed, YEARS), sector) for sector in range(len(names))]
        pairs = _stated_order(names)
        shares.append(sum(passed[a] < passed[b] for a, b in pairs) / len(pairs))
        years = [f"{name} {when:.1f}" for when, name in sorted(zip(passed, names, strict=True))]
    says = f"years to a tenth automated, last seed: {', '.join(years)}; {{value:.0%}} of pairs in the stated order"
    return over_seeds(shares, says)


def _half_the_compute(bench: Bench, part_of_wanted: float) -> tuple[float, float]:
    """Of a nation that has so much of what it wants: what half of that automates of it, and what it does of all.

    In wages; all is what is automated with any number of accelerators.
    """
    p = _params(bench)
    free = _last(_closed(bench, p), nation=0)
    have = part_of_wanted * sum(row.wanted_h100e for row in free) / p.available_fraction
    some, half = (_last(_closed(bench, p, {0: h100e}), nation=0) for h100e in (have, 0.5 * have))
    paid = [sum(row.automated_wages_usd2025_per_year for row in rows) for rows in (free, some, half)]
    return paid[2] / paid[1], paid[1] / paid[0]


def _last(trace: Trace, nation: int) -> list[SectorMetered]:
    rows = [row for row in trace.of(SectorMetered) if row.nation == nation]
    return [row for row in rows if row.time_days == rows[-1].time_days]


def _compute_binds(bench: Bench) -> Shown:
    ratio, of_free = _half_the_compute(bench, 0.1)
    says = f"with a tenth of the accelerators wanted {of_free:.0%} is done of what could be; with half of those, "
    return exactly(ratio, says + "{value:.2f} of it")


def _capability_binds(bench: Bench) -> Shown:
    ratio, _ = _half_the_compute(bench, 10.0)
    return exactly(ratio, "with ten times the accelerators wanted, half of them do {value:.3f} of the work")


def _each_property(bench: Bench) -> Shown:
    """Software with the robots' verifiability, data or machines, one at a time."""
    p = _params(bench)
    number = list(p.sectors).index(FIRST)
    plain = _years_to_pass(_closed(bench, p), number)
    later = {
        key: _years_to_pass(_closed(bench, _with(p, {FIRST: (ROBOTS, (key,))})), number) - plain for key in PROPERTIES
    }
    said = ", ".join(f"{key.split('_')[0]} {years:.1f}" for key, years in later.items())
    return exactly(min(later.values()), f"years later with the robots' {said}; the least is {{value:.2f}}")


def _order_from_properties(bench: Bench) -> Shown:
    p = _params(bench)
    trace = _closed(bench, _with(p, {FIRST: (ROBOTS, PROPERTIES), ROBOTS: (FIRST, PROPERTIES)}))
    names = list(p.sectors)
    software, robots = (_years_to_pass(trace, names.index(name)) for name in (FIRST, ROBOTS))
    says = f"with properties swapped robots come after {robots:.1f} years and software {{value:.1f}} later"
    return exactly(min(software, 20.0) - robots, says)


CLAIMS = (
    Claim(
        "sectors-in-order",
        24,
        "Sectors are automated in the stated order: software first, robots and cells last",
        "tasks differ in verifiability, data and physical speed (dwarkesh-2025)",
        0.999,
        1.0,
        _in_order,
    ),
    Claim(
        "compute-of-a-nation",
        24,
        "Where compute binds, half of a nation's accelerators automate about half as much",
        "in proportion where all work is worth the same; a little above half as the best paid work goes first",
        0.45,
        0.65,
        _compute_binds,
    ),
    Claim(
        "capability-of-models",
        24,
        "Where capability binds, half of a nation's accelerators automate as much",
        "accelerators that stand idle do no work",
        0.999,
        1.001,
        _capability_binds,
    ),
    Claim(
        "each-property-delays",
        24,
        "Lower verifiability, fewer data and slower machines each delay a sector",
        "by more than one reading; no more is known",
        0.1,
        20.0,
        _each_property,
    ),
    Claim(
        "order-from-properties",
        24,
        "With the properties of robots software comes after robots with those of software",
        "the order comes out of the properties, not of the names",
        0.1,
        20.0,
        _order_from_properties,
    ),
)
