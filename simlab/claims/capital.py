"""Claims about money: mechanism 20."""

import math
from functools import partial

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.probes.worlds import changed
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.sweep.design import samples
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
LADDER_MINUTES = tuple(10.0 ** (2.5 + 0.25 * step) for step in range(14))
"""Task horizons, four a decade, from five hours to a working life and beyond."""
N_DRAWS = 8


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


def first_years(trace: Trace) -> list[float]:
    """When each rung of the ladder of horizons is reached, in years; infinite if never."""
    models = [(e.horizon_50_minutes, e.time_days / DAYS_PER_YEAR) for e in trace.of(ModelReleased)]
    return [min((when for horizon, when in models if horizon >= rung), default=math.inf) for rung in LADDER_MINUTES]


def _early_on_time_late_put_off(bench: Bench) -> Shown:
    """Of milestones that draws of the prior reach without a ceiling, how many come within a year of it under a low one.

    Chips go on getting cheaper, so what is put off is not always put off for ever: this is the soft form of two modes.
    """
    design = samples(1, bench.scenario.uncertain, N_DRAWS)
    on_time: dict[bool, list[bool]] = {True: [], False: []}
    for draw in range(N_DRAWS):
        base = bench.scenario.params("baseline", design[draw])
        worlds = [changed(base, {**PEOPLE_ALONE, "capital.ceiling_fraction": c}, ("leader",)) for c in (NONE, LOWEST)]
        traces = [simulate(world, YEARS * DAYS_PER_YEAR, Streams(1, draw)) for world in worlds]
        for free, walled in zip(*map(first_years, traces), strict=True):
            if 0.0 < free < YEARS - 1.0:
                on_time[free < YEARS / 2.0].append(walled < free + 1.0)
    early, late = (sum(on_time[when]) / len(on_time[when]) for when in (True, False))
    says = f"under a ceiling of 0.5%, {early:.0%} of what comes in the first five years without one is on time, "
    return exactly(early - late, says + f"and {late:.0%} of what comes later: {{value:.2f}} apart")


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
        "early-or-put-off",
        20,
        "A spending ceiling parts dates in two: what comes early is on time, what would come late is put off",
        '"this decade or bust": growth of compute cannot last past about 2030',
        0.25,
        1.0,
        _early_on_time_late_put_off,
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
