"""Claims about oversight and the plan that divides compute: mechanisms 8, 17 and 23."""

import math
from statistics import fmean
from typing import Any

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.randomness import Streams
from simlab.trace.events import ModelReleased, OversightMetered, PlanChanged
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams, build_world

HOUR, MONTH = 60.0, 10_020.0
"""Task horizons in minutes: an hour, and a working month of 167 hours."""
FEW = SEEDS[:4]


def keep(group: Any) -> Any:
    """Leave a group as the baseline has it."""
    return group


WATCHED: dict[str, Change] = {"inference": keep, "customers": keep, "oversight": keep}
"""What a lab alone needs so that it serves and oversees."""
LARGE_SHARE: dict[str, Change] = {"oversight.people_fraction": 0.3, "oversight.compute_fraction": 0.3}
NOT_HELPED: dict[str, Change] = dict.fromkeys(("workers", "thinking", "verification", "automation"))
"""A world without AI workers, and without what they bring."""


def _audit_days(bench: Bench, horizon_minutes: float) -> float:
    """Days of an audit in the leader's rooms of day 0, by AI workers of this horizon."""
    world = bench.world(bench.params({"warm_up_days": 0.0}, labs=("leader",)), 0, 30.0 / DAYS_PER_YEAR)
    lab = world.labs["leader"]
    if lab.rooms.oversight is None or lab.rooms.workers is None or lab.deployed is None:
        return math.nan
    passed: list[float] = []
    lab.rooms.workers.deploy(lab.deployed._replace(horizon_50_minutes=horizon_minutes))
    lab.rooms.oversight.audit(lab.deployed, lambda model, audit: passed.append(audit.days))
    world.stage.env.run(until=world.stage.env.now + 365.0)
    return passed[0]


def _audits_by_workers(bench: Bench) -> Shown:
    by_people, by_workers = _audit_days(bench, HOUR), _audit_days(bench, MONTH)
    says = f"an audit takes {by_people:.1f} days with workers of an hour's horizon, {24.0 * by_workers:.0f} hours"
    return exactly(by_people / by_workers, says + " with those of a month's: {value:.0f} times shorter")


def _coverage(trace: Trace, year: float) -> float:
    """Share of the features of the leader's deployed model that were known, mean over the year that ends then."""
    days = (year - 1.0) * DAYS_PER_YEAR, year * DAYS_PER_YEAR + 1.0
    rows = [e for e in trace.of(OversightMetered) if e.lab == 0 and days[0] < e.time_days <= days[1]]
    return fmean(e.features_found_fraction for e in rows)


def _todays_tools(bench: Bench) -> dict[str, Change]:
    """Nothing to be won by research into oversight."""
    names = [name for name, area in bench.base.ideas.areas.items() if area.raises == "oversight"]
    sizes = "helpful_median_nats", "harm_median_nats"
    return {f"ideas.areas.{name}.{size}": 1e-9 for name in names for size in sizes}


def _outgrown(bench: Bench) -> Shown:
    """Fixed shares, growing models: features known in the fifth year over the first, by people with today's tools."""
    params = bench.params({**NOT_HELPED, **_todays_tools(bench), "plan": None}, labs=("leader",))
    traces = [bench.trace(params, seed, 5.0) for seed in FEW]
    ratios = [_coverage(trace, 5.0) / _coverage(trace, 1.0) for trace in traces]
    return over_seeds(ratios, "coverage in the fifth year is {value:.2f} of the first's ({low:.2f} to {high:.2f})")


def _more_compute(bench: Bench) -> Shown:
    less = bench.params({"plan": None}, labs=("leader",))
    more = bench.params({"plan": None, "oversight.compute_fraction": lambda share: 4.0 * share}, labs=("leader",))
    ratios = [_coverage(bench.trace(more, s, 2.0), 2.0) / _coverage(bench.trace(less, s, 2.0), 2.0) for s in FEW]
    return over_seeds(ratios, "four times the share of compute finds {value:.2f} times as many features")


def _competes(bench: Bench) -> Shown:
    more, less = bench.lone({**WATCHED, **LARGE_SHARE}), bench.lone(WATCHED)
    says = "three tenths of people and compute for oversight leaves {value:.2f} of the speed ({low:.2f} to {high:.2f})"
    return over_seeds(bench.speed_ratio(more, less), says)


def _detects(bench: Bench) -> Shown:
    def detection(params: WorldParams, seed: int) -> float:
        return [e.flaw_detection_fraction for e in bench.trace(params, seed, 2.0).of(OversightMetered)][-1]

    less = bench.params({"plan": None}, labs=("leader",))
    more = bench.params({"plan": None, **LARGE_SHARE}, labs=("leader",))
    gains = [detection(more, seed) - detection(less, seed) for seed in FEW]
    return over_seeds(gains, "and raises the chance that tools find a flaw by {value:.2f}")


def _imbalance(params: WorldParams, seed: int) -> float:
    """What a step would bring where it brings most, over what the lab's accelerators would be missed for on average.

    Geometric mean of readings after two to four years.
    """
    world = build_world(params, Streams(seed), Trace())
    plan, logs = world.labs["leader"].rooms.plan, list[float]()
    for year in (2, 3, 4):
        world.stage.env.run(until=year * DAYS_PER_YEAR)
        gains, losses = plan.values()
        logs.append(math.log(max(gains) / sum(s * v for s, v in zip(plan.shares, losses, strict=True))))
    return math.exp(fmean(logs))


def _balances(bench: Bench) -> Shown:
    moving = bench.params(labs=("leader",))
    still = bench.params({"plan.review_days": 1e6}, labs=("leader",))
    ratios = [_imbalance(moving, seed) / _imbalance(still, seed) for seed in FEW]
    says = (
        "the best use's value over the mean is {value:.2f} of what it is under fixed shares ({low:.2f} to {high:.2f})"
    )
    return over_seeds(ratios, says)


def _trains_more(bench: Bench) -> Shown:
    """Effective compute of the leader's last model in five years, moving compute over fixed shares, in nats."""

    def level(params: WorldParams, seed: int) -> float:
        return math.log([e.effective_flop for e in bench.trace(params, seed, 5.0).of(ModelReleased)][-1])

    moving, fixed = bench.params(labs=("leader",)), bench.params({"plan": None}, labs=("leader",))
    gains = [level(moving, seed) - level(fixed, seed) for seed in SEEDS]
    return over_seeds(gains, "after five years its model is {value:.2f} nat ahead ({low:.2f} to {high:.2f})")


def _flows_add_up(bench: Bench) -> Shown:
    """Largest distance of any row of shares from 1, and of any change from a flow between two uses."""
    rows = [e for e in bench.trace(bench.params(labs=("leader",)), 0, 4.0).of(PlanChanged) if e.lab == 0]
    worst = max(abs(sum(row[2:]) - 1.0) for row in rows)
    n = len(rows) - 1
    return exactly(worst, f"{n} changes of plan in four years; the five shares miss 1 by at most {{value:.0e}}")


CLAIMS = (
    Claim(
        "plan-balances",
        8,
        "A lab that moves compute toward what binds brings its uses' values closer together",
        "a lab divides at the margin (equal marginal values are the optimum)",
        0.0,
        1.0,
        _balances,
    ),
    Claim(
        "plan-trains-more",
        8,
        "It gets as far as the same lab with fixed shares, or further",
        "a lab that divides by marginal value loses nothing by its own measure; a quarter of a nat is within luck",
        -0.25,
        3.0,
        _trains_more,
    ),
    Claim(
        "plan-adds-up",
        17,
        "What one use gains another gives",
        "one fleet of accelerators is shared by all uses",
        0.0,
        1e-9,
        _flows_add_up,
    ),
    Claim(
        "audits-by-workers",
        23,
        "Audits by AI workers cut days to hours",
        "teams were given three days, the fastest took 90 minutes, an agent plays alone (dwarkesh-2025)",
        8.0,
        1000.0,
        _audits_by_workers,
    ),
    Claim(
        "models-outgrow-oversight",
        23,
        "At fixed shares, without AI workers and with today's tools, less is known of each new model",
        "34 million features are far from all, and all would cost more than training did (templeton-2024)",
        0.0,
        0.9,
        _outgrown,
    ),
    Claim(
        "oversight-compute",
        23,
        "More compute for interpretability finds more features",
        "dictionaries grow with compute (gao-2024); between nothing and proportionally more",
        1.1,
        4.0,
        _more_compute,
    ),
    Claim(
        "oversight-competes",
        23,
        "A large share for oversight slows research",
        "interpretability and audits take people and compute from it: at most in proportion, and some more for grain",
        0.4,
        0.98,
        _competes,
    ),
    Claim(
        "oversight-detects",
        23,
        "It raises the chance that flaws are found",
        "knowing features is what finds hidden behaviour (marks-2025)",
        0.005,
        0.8,
        _detects,
    ),
)
