"""Claims about money: mechanism 20."""

import math
from functools import partial

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.probes.worlds import changed
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.sweep.designs.latin_hypercube import samples
from simlab.trace.economy import MoneyMetered, PriceMetered, SpendingMetered
from simlab.trace.events import ModelReleased
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams
from simlab.world.competition import best_markup

YEARS = 10.0
SEEDS = (0, 1, 2)
LOWEST, LOW, NONE = 0.005, 0.01, 1.0
"""Shares of world product: the low end of the baseline's range, a soft wall, and none."""
PEOPLE_ALONE: dict[str, Change] = dict.fromkeys(
    ("workers", "thinking", "verification", "automation", "oversight", "plan")
)
"""Without AI workers, whose effect on research is no part of these claims."""
MARKS_FLOP = (1e29, 3e29, 1e30, 3e30)
"""Milestones: effective compute from three to five decades above that of day 0."""
HORIZON_YEARS = 15.0
N_DRAWS = 20
LUCK = 3
"""Seed of the draws and of their luck."""


def leader(bench: Bench, ceiling_fraction: float) -> WorldParams:
    """The leader and all other buyers of compute, under this ceiling."""
    return bench.params({**PEOPLE_ALONE, "capital.ceiling_fraction": ceiling_fraction}, labs=("leader",))


def decades(trace: Trace, from_year: float, to_year: float) -> float:
    """Decades of effective compute that the best model gained between two dates."""
    ends = []
    for year in (from_year, to_year):
        known = [e.effective_flop for e in trace.of(ModelReleased) if e.time_days <= year * DAYS_PER_YEAR]
        ends.append(math.log10(max(known)))
    return ends[1] - ends[0]


def spent_usd2025(trace: Trace, from_year: float, to_year: float) -> float:
    """What labs and all other buyers spent between two dates."""
    rows = [e for e in trace.of(SpendingMetered) if from_year < e.time_days / DAYS_PER_YEAR <= to_year]
    return sum(row.spending_usd2025_per_year for row in rows) / len(rows) * (to_year - from_year)


def _cost_per_decade(bench: Bench) -> Shown:
    ratios = []
    for seed in SEEDS:
        trace = bench.trace(leader(bench, LOW), seed, YEARS)
        early, late = (spent_usd2025(trace, *span) / decades(trace, *span) for span in ((0.0, 5.0), (5.0, YEARS)))
        ratios.append(late / early)
    return over_seeds(ratios, "a decade of effective compute costs {value:.1f} times as much after 2030 as before")


def _spending_stalls(bench: Bench) -> Shown:
    ratios = []
    for seed in SEEDS:
        rows = list(bench.trace(leader(bench, LOW), seed, YEARS).of(SpendingMetered))
        nats = [math.log(b.spending_usd2025_per_year / a.spending_usd2025_per_year) for a, b in _spans(rows)]
        ratios.append(nats[1] / nats[0])
    says = "spending grows in the last three of ten years {value:.2f} times as fast as in the first three"
    return over_seeds(ratios, says)


def _spans(rows: list[SpendingMetered]) -> list[tuple[SpendingMetered, SpendingMetered]]:
    """The rows at the ends of the first and of the last three years."""
    return [(rows[0], rows[36]), (rows[-37], rows[-1])]


def _capability_stalls(bench: Bench) -> Shown:
    ratios = []
    for seed in SEEDS:
        walled, free = (decades(bench.trace(leader(bench, c), seed, YEARS), 4.0, YEARS) for c in (LOW, NONE))
        ratios.append(walled / free)
    says = "from the fourth year on, capability gains {value:.2f} of the decades that it gains without a ceiling"
    return over_seeds(ratios, says)


def _counts(bench: Bench, ceiling_fraction: float) -> tuple[int, int, int]:
    """Milestones reached in the first half of the horizon, in the second, and not in it, over draws of the prior.

    The leader alone, with its AI workers: they are what makes progress feed on money and money on progress.
    """
    design, early, late, never = samples(LUCK, bench.scenario.uncertain, N_DRAWS), 0, 0, 0
    for draw in range(N_DRAWS):
        base = bench.scenario.params("baseline", design[draw])
        world = changed(base, {"capital.ceiling_fraction": ceiling_fraction}, ("leader",))
        trace = simulate(world, HORIZON_YEARS * DAYS_PER_YEAR, Streams(LUCK, draw))
        days = [_first_day(trace, mark) for mark in MARKS_FLOP]
        early += sum(day <= 0.5 * HORIZON_YEARS * DAYS_PER_YEAR for day in days)
        never += sum(math.isinf(day) for day in days)
        late = len(MARKS_FLOP) * (draw + 1) - early - never
    return early, late, never


def _first_day(trace: Trace, effective_flop: float) -> float:
    """When a model of so much effective compute is released; infinite if none is."""
    reached = (e.time_days for e in trace.of(ModelReleased) if e.effective_flop >= effective_flop)
    return min(reached, default=math.inf)


def _two_modes(bench: Bench) -> Shown:
    """How many times thinner the middle of the dates is than the thinner end: above 1, there are two modes."""
    early, late, never = _counts(bench, LOWEST)
    free = _counts(bench, NONE)
    says = f"under a ceiling of 0.5%, {early} dates of {sum(free)} fall before mid-2032, {late} until 2040, {never} "
    says += "later: the middle is {value:.1f} times thinner than either end; "
    says += f"without a ceiling {free[0]}, {free[1]} and {free[2]}"
    return exactly(min(early, never) / max(late, 1), says)


def _competition_lowers_markups(bench: Bench) -> Shown:
    alone, together = (partial(bench.params, PEOPLE_ALONE, labs=labs) for labs in (("leader",), ()))
    ratios = []
    for seed in SEEDS:
        markups = [_last_markup(bench.trace(world(), seed, 3.0)) for world in (together, alone)]
        ratios.append(markups[0] / markups[1])
    return over_seeds(ratios, "with a rival, the leader's markup after three years is {value:.2f} of what it is alone")


def _last_markup(trace: Trace) -> float:
    return [row.markup for row in trace.of(PriceMetered) if row.lab == 0][-1]


def _more_sellers(bench: Bench) -> Shown:
    competition, customers = bench.base.competition, bench.base.customers
    if competition is None or customers is None:
        return exactly(math.nan, "no competition")
    numbers = competition.substitution_elasticity, customers.mean_price_elasticity, competition.limit_markup
    two, six = best_markup(1 / 2, *numbers), best_markup(1 / 6, *numbers)
    says = f"six equal sellers take a markup of {six:.2f}, two of {two:.2f}: {{value:.2f}} of it"
    return exactly(six / two, says)


def _growth_attracts_funding(bench: Bench) -> Shown:
    """The same lab, whose customers care much or little for better models."""
    ratios = []
    for seed in SEEDS:
        raised = []
        for elasticity in (0.6, 0.2):
            names = bench.base.customers.requests if bench.base.customers is not None else {}
            taste: dict[str, Change] = {
                f"customers.requests.{name}.capability_elasticity": elasticity for name in names
            }
            trace = bench.trace(bench.params({**PEOPLE_ALONE, **taste}, labs=("leader",)), seed, 3.0)
            rows = list(trace.of(MoneyMetered))
            raised.append(sum(r.raised_usd2025 for r in rows) / sum(r.revenue_usd2025 for r in rows))
        ratios.append(raised[0] / raised[1])
    says = "for each dollar of revenue, a lab of fast growth raises {value:.1f} times as much as one of slow growth"
    return over_seeds(ratios, says)


CLAIMS = (
    Claim(
        "cost-per-decade",
        20,
        "A decade of capability costs ever more",
        "from logic: spending grows while each decade of effective compute takes ten times the compute or ideas",
        2.0,
        1e3,
        _cost_per_decade,
    ),
    Claim(
        "spending-stalls",
        20,
        "At a ceiling of 1% of world product, the growth of spending stalls",
        "from logic: what doubled every year cannot when a share of product bounds it",
        0.0,
        0.33,
        _spending_stalls,
    ),
    Claim(
        "capability-stalls",
        20,
        "The soft wall slows capability",
        "from logic: less money buys less compute; how much less capability that is, the mechanisms say",
        0.0,
        0.98,
        _capability_stalls,
    ),
    Claim(
        "two-modes",
        20,
        "A spending ceiling makes dates bimodal: what does not come early does not come",
        '"this decade or bust": growth of compute cannot last past about 2030; from the definition of two modes',
        1.0,
        100.0,
        _two_modes,
    ),
    Claim(
        "rivals-lower-markups",
        20,
        "A rival lowers the leader's markup",
        "from logic: a smaller share makes customers more elastic",
        0.0,
        0.98,
        _competition_lowers_markups,
    ),
    Claim(
        "more-sellers",
        20,
        "More sellers of equal size mean lower markups",
        "Bertrand competition of differentiated sellers",
        0.0,
        0.9,
        _more_sellers,
    ),
    Claim(
        "funding-on-growth",
        20,
        "Growth in revenue attracts funding",
        "OpenAI and Anthropic were valued at 24 to 45 times revenue while it tripled (cnbc-openai-2024)",
        1.1,
        100.0,
        _growth_attracts_funding,
    ),
)
