"""Claims about taste, learning, output and organisation: mechanisms 4, 5, 6 and 10."""

import math
from statistics import fmean, stdev

import numpy as np

from simlab.claims.bench import SEEDS, Bench
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.claims.compute import GAIN_NATS
from simlab.claims.research_loop import ADOPTED, ended
from simlab.trace.events import Cause, IdeaEnded, LabMetered
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams
from simlab.world.capability import chain_success_fraction, hour_task_success_fraction
from simlab.world.gains import taste_correlation
from simlab.world.learning import Experience, taste_bits


def _bits_cut_the_search(bench: Bench) -> Shown:
    """Look for one idea among all open ones, in the order of the prior that a taste of so many bits gives."""
    pool = bench.world(bench.research(labs=("leader",)), 0, 0.01).pool
    scores = np.concatenate([np.array(area.scores) for area in pool.areas])
    rng = np.random.default_rng(0)

    def mean_search(bits: float) -> float:
        r = taste_correlation(bits)
        signals = r * scores + math.sqrt(1.0 - r * r) * rng.standard_normal(scores.size)
        needles = rng.choice(scores.size, 400, replace=False)
        return fmean(
            float(np.sum(np.abs(scores[i] - r * signals) < abs(scores[i] - r * signals[i]))) + 1.0 for i in needles
        )

    ratio = mean_search(1.0) / mean_search(6.0)
    return exactly(
        ratio, f"among {scores.size:,} ideas the search is {{value:.0f}} times shorter with six bits than with one"
    )


def _four_steps(bench: Bench) -> Shown:
    chain = bench.research({"capability.chain_length": 4.0}).capability
    horizon = 60.0 * 4.0 ** (1.0 / chain.horizon_slope)
    one, four = hour_task_success_fraction(horizon, chain), chain_success_fraction(horizon, chain)
    return exactly(four, f"a model that does {one:.0%} of hour-long tasks does {{value:.0%}} of chains of four")


def _mentoring(bench: Bench) -> Shown:
    """Days for a junior of the simulated leader to reach half the ceiling, without a mentor over with one."""
    world = bench.world(bench.research(), 0, 1.0)
    researchers = world.labs["leader"].researchers
    teaching, p = researchers.teaching, bench.base.researchers.learning
    ideas_a_day = bench.base.researchers.people_per_idea * _ideas_per_person_day(bench)

    def days(hours_a_day: float) -> float:
        junior, day = Experience(p, 0, 1), 0
        while taste_bits(junior.ideas_seen, p) < 0.4 * p.taste_ceiling_bits:
            junior.see(ideas_a_day)
            junior.be_mentored(hours_a_day, teaching.mentor_ideas)
            day += 1
        return float(day)

    alone, taught = days(0.0), days(teaching.hours_per_junior_day)
    says = f"two fifths of the ceiling after {taught / DAYS_PER_YEAR:.1f} years with the mentoring there is, "
    return exactly(alone / taught, says + f"{alone / DAYS_PER_YEAR:.1f} without: {{value:.1f}} times earlier")


def _ideas_per_person_day(bench: Bench) -> float:
    trace = bench.trace(bench.research(), 0, 1.0)
    n_ended = sum(e.lab == 0 and e.cause != Cause.IN_FLIGHT for e in trace.of(IdeaEnded))
    people = fmean(e.n_people for e in trace.of(LabMetered) if e.lab == 0)
    return n_ended / (people * DAYS_PER_YEAR)


def _growing_too_fast(bench: Bench) -> Shown:
    fast = bench.research({"staffing.growth.0.factor_per_year": 4.0})

    def taste(params: WorldParams, seed: int) -> float:
        rows = [e for e in bench.trace(params, seed, 2.0).of(LabMetered) if e.lab == 0]
        return rows[-1].mean_taste_bits

    ratios = [taste(fast, seed) / taste(bench.research(), seed) for seed in SEEDS[:4]]
    return over_seeds(ratios, "growing fourfold a year leaves {value:.2f} of the taste that the baseline's growth does")


def _output_by_team(bench: Bench, seed: int) -> list[float]:
    output: dict[int, float] = {}
    for e in ended(bench, seed):
        if e.lab == 0 and e.cause in ADOPTED:
            output[e.team] = output.get(e.team, 0.0) + max(e.true_gain_nats, 0.0)
    return [gain for gain in output.values() if gain > 0.0]


def _output_spread(bench: Bench) -> Shown:
    spreads = [stdev(map(math.log, _output_by_team(bench, seed))) for seed in SEEDS[:4]]
    return over_seeds(
        spreads, "standard deviation of the logarithm of leads' output {value:.2f} ({low:.2f} to {high:.2f})"
    )


def _best_over_median(bench: Bench) -> Shown:
    def ratio(seed: int) -> float:
        output = sorted(_output_by_team(bench, seed))
        return output[-1] / output[len(output) // 2]

    return over_seeds([ratio(seed) for seed in SEEDS[:4]], "the best lead's output is {value:.0f} times the median's")


def _top_fifth(bench: Bench) -> Shown:
    def share(seed: int) -> float:
        gains = sorted((e.true_gain_nats for e in ended(bench, seed) if e.cause == Cause.ADOPTED), reverse=True)
        return sum(gains[: len(gains) // 5]) / sum(gains)

    return over_seeds([share(s) for s in SEEDS[:4]], "the top fifth of adopted ideas gives {value:.0%} of the log gain")


def _twice_the_people(bench: Bench) -> Shown:
    twice = bench.lone({"labs.leader.initial_people": lambda n: 2.0 * n})
    return over_seeds(
        bench.speed_ratio(twice, bench.lone(), GAIN_NATS),
        "twice the people are {value:.2f} times as fast ({low:.2f} to {high:.2f})",
    )


def _grain(bench: Bench) -> Shown:
    """Gain of three years of the leader, with teams of half the size over the baseline's."""
    fine = bench.research({"researchers.people_per_team": bench.base.researchers.people_per_team // 2})

    def gain(params: WorldParams, seed: int) -> float:
        rows = [e for e in bench.trace(params, seed, 3.0).of(LabMetered) if e.lab == 0]
        return rows[-1].adopted_true_nats

    ratios = [gain(fine, seed) / gain(bench.research(), seed) for seed in SEEDS]
    return over_seeds(
        ratios, "teams of half the size gain {value:.2f} times as much in three years ({low:.2f} to {high:.2f})"
    )


CLAIMS = (
    Claim(
        "bits-cut-search",
        4,
        "Five more bits of prior cut the search about 32-fold",
        "each bit halves the hypotheses left (research-skill)",
        20.0,
        45.0,
        _bits_cut_the_search,
    ),
    Claim(
        "four-steps",
        4,
        "Four steps at 80% succeed 41% of the time",
        "0.8 to the fourth (research-skill)",
        0.40,
        0.42,
        _four_steps,
    ),
    Claim(
        "mentoring",
        5,
        "Mentored juniors reach a given taste several times earlier",
        "a mentor's hour replaces weeks of experiments (research-skill)",
        2.0,
        50.0,
        _mentoring,
    ),
    Claim(
        "growing-too-fast",
        5,
        "A team that grows faster than it can be mentored loses taste",
        "a senior can mentor few (research-skill)",
        0.0,
        0.95,
        _growing_too_fast,
    ),
    Claim(
        "output-spread",
        6,
        "Output is near log-normal across researchers, with a heavy tail",
        "log sd 0.72 of credits in public records; skills multiply (modded-nanogpt-records, research-skill)",
        0.7,
        3.0,
        _output_spread,
    ),
    Claim(
        "best-over-median",
        6,
        "The best researcher is orders of magnitude above the median",
        "heavy-tailed output (research-skill)",
        10.0,
        1e4,
        _best_over_median,
    ),
    Claim(
        "top-fifth",
        6,
        "The top fifth of ideas gives most of the gain",
        "70% of the log gain of 55 records (modded-nanogpt-records)",
        0.55,
        0.85,
        _top_fifth,
    ),
    Claim(
        "twice-the-people",
        10,
        "Doubling the people gives less than twice the output",
        "parallel exponents of 0.15 to 0.7 are published (aifm-2025)",
        1.0,
        1.98,
        _twice_the_people,
    ),
    Claim(
        "grain",
        10,
        "Simulating people in teams of half the size changes nothing beyond noise",
        "the grain is a choice of the simulation",
        0.85,
        1.18,
        _grain,
    ),
)
