"""Claims about chips and power: mechanism 19."""

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, over_seeds
from simlab.trace.economy import NationMetered
from simlab.units import DAYS_PER_YEAR

LABS = ("leader",)
SEEDS = (0, 1)
"""The market itself draws no luck; what differs from seed to seed is what labs do with it."""
NATION = 0


def _rows(bench: Bench, changes: dict[str, Change], seed: int, years: float) -> list[NationMetered]:
    return [row for row in bench.trace(bench.params(changes, LABS), seed, years).of(NationMetered)]


def _rent(bench: Bench, changes: dict[str, Change], seed: int, year: float) -> float:
    """The rent where the leader is, at the last clearing before a date."""
    rows = [row for row in _rows(bench, changes, seed, year) if row.nation == NATION]
    return rows[-1].rent_usd2025_per_h100e_hour


def _growth_per_year(bench: Bench, changes: dict[str, Change], seed: int, years: float) -> float:
    """Factor a year of all that is installed."""
    rows = _rows(bench, changes, seed, years)
    last_day = rows[-1].time_days
    installed = [sum(row.installed_h100e for row in rows if row.time_days == day) for day in (0.0, last_day)]
    return (installed[1] / installed[0]) ** (DAYS_PER_YEAR / last_day)


def _times(factor: float, *paths: str) -> dict[str, Change]:
    """So many times some of the market's numbers."""
    return {f"market.{path}": lambda number: factor * number for path in paths}


SHOCK = _times(0.5, *(f"makers.{stage}.initial_units_per_day" for stage in ("wafers", "packaging", "memory")))
DEMAND_ENDS: dict[str, Change] = {
    "capital": None,
    **{f"chips.growth.{i}.factor_per_year": 0.5 for i in range(4)},
}
"""Nobody's budget grows any more, while everything ordered and begun before comes."""


def _shock(bench: Bench) -> Shown:
    ratios = [_rent(bench, SHOCK, seed, 1.6) / _rent(bench, {}, seed, 1.6) for seed in SEEDS]
    return over_seeds(ratios, "half the capacity to make accelerators: rents are {value:.2f} times as high in mid 2026")


def _glut(bench: Bench) -> Shown:
    ratios = [_rent(bench, DEMAND_ENDS, seed, 1.6) / _rent(bench, {}, seed, 0.2) for seed in SEEDS]
    return over_seeds(ratios, "budgets that halve every year: rents fall to {value:.2f} of the start's by mid 2026")


def _wafers(bench: Bench) -> Shown:
    """No larger share of wafers than that of day 0, and no fabs but those already being built."""
    if bench.base.market is None:
        raise LookupError("the scenario has no market")
    fraction, wafers = bench.base.market.makers.wafers.initial_fraction, "market.makers.wafers"
    held: dict[str, Change] = {f"{wafers}.most_fraction": fraction, f"{wafers}.most_growth_factor_per_year": 1.0}
    ratios = [_growth_per_year(bench, held, seed, 5.0) / _growth_per_year(bench, {}, seed, 5.0) for seed in SEEDS]
    return over_seeds(ratios, "no wafers but those under way: growth a year is {value:.2f} times as large, to 2030")


def _power(bench: Bench) -> Shown:
    built = [f"nations.{name}.initial_build_mw_per_day" for name in bench.base.nation_names]
    ratios = [
        _growth_per_year(bench, _times(0.2, *built), seed, 3.0)
        / _growth_per_year(bench, _times(5.0, *built), seed, 3.0)
        for seed in SEEDS
    ]
    return over_seeds(
        ratios, "a fifth of the power stations against five times as many: growth a year {value:.2f} times as large"
    )


CLAIMS = (
    Claim(
        "supply-shock",
        19,
        "Rents rise after a supply shock",
        "rents of an H100 rose to 8 USD an hour in the shortage of 2023 (cheah-2024); logic of a market",
        1.1,
        10.0,
        _shock,
    ),
    Claim(
        "glut",
        19,
        "Rents fall in a glut",
        "from 8 to 2 USD an hour as supply caught up in 2024 (cheah-2024); never below the cost of power",
        0.05,
        0.8,
        _glut,
    ),
    Claim(
        "wafers-bind",
        19,
        "The stock grows slower where wafers bind",
        "logic: what is made is the least of orders, wafers, packaging, memory",
        0.3,
        0.95,
        _wafers,
    ),
    Claim(
        "power-binds",
        19,
        "What is installed grows slower where power binds",
        "logic: what has no power does not run",
        0.3,
        0.95,
        _power,
    ),
)
