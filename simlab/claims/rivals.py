"""Claims about several labs and about weak chips: mechanisms 21 and 22."""

import math
from collections.abc import Mapping
from statistics import fmean

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, over_seeds
from simlab.trace.events import IdeaEnded, IdeaPublished, LabMetered, ModelReleased
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams

YEARS = 5.0
LEVEL_YEARS = 2.0
"""The follower is given the level that the leader had then."""
LEADER, FOLLOWER = 0, 1
QUALITY = 0.4
"""Of the chips of a lab that is held back: 400 of 900 GB/s between accelerators is 0.44 (zhao-2025)."""


def _rivals(bench: Bench, changes: Mapping[str, Change] | None = None) -> WorldParams:
    """The labs of the baseline, from scratch, so that all that anybody spends is seen."""
    return bench.research({"warm_up_days": 0.0, **(changes or {})})


def _closed(bench: Bench) -> WorldParams:
    """The same labs, where nothing becomes known outside."""
    shut: dict[str, Change] = {}
    for lab in bench.base.labs:
        shut[f"labs.{lab}.publication.published_fraction"] = 0.0
        shut[f"labs.{lab}.publication.leaks_per_day"] = 1e-9
    return _rivals(bench, shut)


def _levels(bench: Bench, params: WorldParams, seed: int, lab: int) -> list[tuple[float, float, float]]:
    """Month by month: day, algorithmic efficiency relative to the leader's of day 0, and person-days spent so far."""
    initial, spent, levels = list(params.labs.values())[lab].initial_gain_nats, 0.0, []
    for row in bench.trace(params, seed, YEARS).of(LabMetered):
        if row.lab == lab:
            spent += row.n_people * params.meter_days
            levels.append((row.time_days, initial + row.adopted_true_nats, spent))
    return levels


def _arrival(levels: list[tuple[float, float, float]], nats: float) -> tuple[float, float]:
    """Day on which a lab first stood at `nats`, and the person-days spent by then; the end if it never did."""
    reached = [(day, spent) for day, level, spent in levels if level >= nats]
    return reached[0] if reached else (levels[-1][0], levels[-1][2])


def _leader_level(bench: Bench, seed: int) -> float:
    levels = _levels(bench, _rivals(bench), seed, LEADER)
    return max(level for day, level, _ in levels if day <= LEVEL_YEARS * DAYS_PER_YEAR)


def _imitation(bench: Bench) -> Shown:
    def ratio(seed: int) -> float:
        params, nats = _rivals(bench), _leader_level(bench, seed)
        spent = [_arrival(_levels(bench, params, seed, lab), nats)[1] for lab in (FOLLOWER, LEADER)]
        return spent[0] / spent[1]

    says = f"to the level that the leader has after {LEVEL_YEARS:g} years, the follower, who opened behind, spends "
    return over_seeds([ratio(s) for s in SEEDS], says + "{value:.2f} of its person-days ({low:.2f} to {high:.2f})")


def _last_years_model(bench: Bench) -> Shown:
    """FLOP in the follower's hands over FLOP in the leader's for the leader's best model of a year before."""

    def log_ratio(seed: int) -> float:
        models = bench.trace(_rivals(bench), seed, YEARS).of(ModelReleased)
        mine = [m for m in models if m.lab == FOLLOWER and m.time_days > DAYS_PER_YEAR]
        return fmean(_gain_a_year_before(models, m.time_days) - m.algorithmic_gain_nats for m in mine)

    shown = over_seeds([log_ratio(seed) for seed in SEEDS], "")
    value, low, high = (math.exp(x) for x in (shown.value, shown.low, shown.high))
    says = f"the leader's model of a year before takes {value:.2f} of its FLOP in the follower's hands"
    return Shown(value, low, high, f"{says} ({low:.2f} to {high:.2f})")


def _gain_a_year_before(models: list[ModelReleased], day: float) -> float:
    """Algorithmic efficiency of the best model that the leader had a year before `day`."""
    old = [m for m in models if m.lab == LEADER and m.time_days <= day - DAYS_PER_YEAR]
    return max(old, key=lambda m: m.effective_flop).algorithmic_gain_nats


def _closing(bench: Bench) -> Shown:
    def slower(seed: int) -> float:
        nats = _leader_level(bench, seed)
        worlds = _closed(bench), _rivals(bench)
        shut, free = (_arrival(_levels(bench, world, seed, FOLLOWER), nats)[0] for world in worlds)
        return shut / free

    says = "where nothing is published or leaks, the follower takes {value:.2f} times as long to that level"
    return over_seeds([slower(seed) for seed in SEEDS], f"{says} (at least; {YEARS:g} years looked at)")


def _co_discovery(bench: Bench) -> Shown:
    def share(seed: int) -> float:
        rows = bench.trace(_rivals(bench), seed, YEARS).of(IdeaPublished)
        return fmean(row.n_labs_that_had_it > 1 for row in rows)

    says = "{value:.1%} of the ideas that become known had been found by two labs or more ({low:.1%} to {high:.1%})"
    return over_seeds([share(seed) for seed in SEEDS], says)


def _read_fraction(bench: Bench, params: WorldParams, seed: int) -> float:
    """Share of the leader's adopted ideas that it knew of from outside."""
    known = bench.world(params, seed, 3.0).labs["leader"].knowledge
    return len(known.told & set(known.adopted)) / len(known.adopted)


def _academia_feeds(bench: Bench) -> Shown:
    alone = bench.research({"warm_up_days": 0.0}, labs=("leader", "follower"))

    def more(seed: int) -> float:
        return _read_fraction(bench, _rivals(bench), seed) - _read_fraction(bench, alone, seed)

    says = "with an open academia, {value:.0%} more of what the leader adopts comes from the literature"
    return over_seeds([more(seed) for seed in SEEDS[:4]], says + " ({low:.0%} to {high:.0%})")


def _held(bench: Bench, quality: float) -> WorldParams:
    """The leader alone, growing as in the baseline, on chips of this quality."""
    base = bench.base.model_dump()
    areas = {name: area for name, area in base["ideas"]["areas"].items() if area["raises"] in ("training", "hardware")}
    chips = {**base["hardware"], "quality_fractions": {"leader": quality}}
    changes: dict[str, Change] = {"warm_up_days": 0.0, "ideas.areas": areas, "hardware": chips}
    return bench.research(changes, labs=("leader",))


def _chip_ideas_fraction(bench: Bench, quality: float, seed: int) -> float:
    """Share of the ideas begun in three years that are about getting more out of weak chips."""
    params = _held(bench, quality)
    chips = [n for n, area in enumerate(params.ideas.areas.values()) if area.raises == "hardware"]
    return fmean(e.area in chips for e in bench.trace(params, seed, 3.0).of(IdeaEnded))


def _shift(bench: Bench) -> Shown:
    pairs = [[_chip_ideas_fraction(bench, quality, seed) for quality in (QUALITY, 1.0)] for seed in SEEDS]
    says = (
        f"on chips of quality {QUALITY:g}, {{value:.0%}} more of a lab's ideas are about weak chips than on the newest"
    )
    return over_seeds([held - free for held, free in pairs], says + " ({low:.0%} to {high:.0%})")


def _won_back(bench: Bench) -> Shown:
    def share(seed: int) -> float:
        known = bench.world(_held(bench, QUALITY), seed, 3.0).labs["leader"].knowledge
        return 1.0 - known.lost_nats / known.weakness_nats

    says = "after three years {value:.0%} of what the chips lose is won back ({low:.0%} to {high:.0%})"
    return over_seeds([share(seed) for seed in SEEDS], says)


CLAIMS = (
    Claim(
        "imitation-costs",
        21,
        "A follower comes to the leader's earlier level at less research than it took the leader",
        "imitation costs 0.65 of innovation on average, below 0.4 or above 0.9 in half of the cases (mansfield-1981)",
        0.2,
        0.95,
        _imitation,
    ),
    Claim(
        "last-years-model",
        21,
        "A follower trains last year's model at a fraction of the compute",
        "costs at given quality fall about 4 times a year; DeepSeek-V3 came near models 7 to 10 months older for a "
        "good deal less (amodei-2025)",
        0.1,
        0.9,
        _last_years_model,
    ),
    Claim(
        "closing-slows-followers",
        21,
        "Closing publication slows the followers",
        "followers live on what leads publish and on what leaks (amodei-2025, mansfield-1981)",
        1.02,
        3.0,
        _closing,
    ),
    Claim(
        "co-discovery",
        21,
        "Labs find the same ideas independently",
        "multiples are common in science; how common is disputed, so the band is one of logic (merton-1961)",
        0.005,
        0.5,
        _co_discovery,
    ),
    Claim(
        "open-academia-feeds",
        21,
        "An open academia feeds closed labs",
        "who publishes all raises what the others can read: above nothing, by logic",
        0.01,
        0.9,
        _academia_feeds,
    ),
    Claim(
        "weak-chips-shift-ideas",
        22,
        "A lab that is held to weak chips shifts to ideas that suit them",
        "DeepSeek-V3 was designed around cut-down links between accelerators (deepseek-v3-2024, zhao-2025)",
        0.02,
        0.6,
        _shift,
    ),
    Claim(
        "weak-chips-won-back",
        22,
        "It wins back a good part of what the chips lose",
        "343 TFLOP/s on H800, 0.35 of the peak, where others reach 0.34 on full chips (deepseek-v3-2024)",
        0.2,
        1.0,
        _won_back,
    ),
)
