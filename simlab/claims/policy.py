"""Claims about levers: mechanism 25. A lever changes nothing before its date, and afterwards what one expects of it."""

import math
from collections.abc import Callable, Mapping
from random import Random
from statistics import variance
from typing import Any, NamedTuple, cast

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.randomness import Streams
from simlab.run import simulate
from simlab.trace.events import (
    EVENT_CLASSES,
    ComputeDelivered,
    FrontierRunStarted,
    IdeaPublished,
    LabMetered,
    LeverPulled,
    ModelDeployed,
    ModelReleased,
    NationMetered,
    OversightMetered,
    VerificationMetered,
)
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR
from simlab.world.build import WorldParams

Says = Mapping[str, Any]
START, END = 200.5, 660.5
"""Days on which the levers of these claims begin and end."""
YEARS = 2.0
SEEDS = (0, 1, 2, 3)
DRAWS = 12
"""Draws of the uncertain numbers that the paired variance is measured over."""
AMERICA, CHINA = {"nation": "united_states"}, {"nation": "china"}
LABS_THERE = (0, 1)
"""Numbers of the labs of the baseline that are in the United States."""


def _says(lever: str, **fields: Any) -> dict[str, Any]:
    return {"lever": lever, "start_day": START, "end_day": END, **fields}


EVERY: tuple[Says, ...] = (
    _says("compute_cap", max_h100e=3e5, **AMERICA),
    _says("pause", lab="leader"),
    _says("training_licence", max_flop=5e25, beyond="stay_below", licence_days=0.0, **AMERICA),
    _says("export_quota", max_h100e_per_year=1e5, **CHINA),
    _says("export_quality", quality_fraction=0.5, **CHINA),
    _says("compute_tax", tax_fraction=0.5, **AMERICA),
    _says("compute_reserve", reserved_fraction=0.3, **AMERICA),
    _says("power_build_out", extra_mw_per_year=2e4, **AMERICA),
    _says("open_publication", least_published_fraction=1.0, most_lag_days=30.0, **AMERICA),
    _says("closed_publication", lab="academia", most_published_fraction=0.0),
    _says("safety_floor", least_fraction=0.1, **AMERICA),
    _says("verification_mandate", least_people_fraction=0.1, **AMERICA),
    _says("chip_shock", production_fraction=0.2),
    {"lever": "breakthrough", "start_day": START, "area": "data", "gain_factor": 4.0},
    {"lever": "weight_leak", "start_day": START, "lab": "leader", "to_lab": "follower", "readable_fraction": 0.5},
)
"""One of each."""


def _under(bench: Bench, levers: tuple[Says, ...], changes: Mapping[str, Change] | None = None) -> WorldParams:
    return bench.params({**(changes or {}), "levers": cast(Change, levers)})


def _one(kind: str) -> tuple[Says, ...]:
    return tuple(says for says in EVERY if says["lever"] == kind)


# -- nothing before its date ----------------------------------------------------------------------------------------


def _numbers_before(trace: Trace, day: float) -> list[str]:
    """Everything that was recorded before a day, as text, for NaN differs from itself."""
    return [repr(number) for kind in EVENT_CLASSES for row in trace.of(kind) if row[0] < day for number in row]


def _before_its_date(bench: Bench) -> Shown:
    """Numbers that differ before the day on which all levers there are begin to act, over both worlds' whole traces."""
    without = bench.trace(_under(bench, ()), 0, YEARS)
    n_differing, n_after = 0, 0
    for says in EVERY:
        trace = bench.trace(_under(bench, (says,)), 0, YEARS)
        one, other = _numbers_before(trace, START), _numbers_before(without, START)
        n_differing += abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other, strict=False))
        n_after += trace.n_rows(LeverPulled)
    said = f"of each of {len(EVERY)} levers ({n_after} acts), {{value:.0f}} recorded numbers before its date differ"
    return exactly(float(n_differing), said)


# -- pairs ----------------------------------------------------------------------------------------------------------


def _reached_decades(trace: Trace) -> float:
    """Effective compute of the best model released."""
    return math.log10(max(row.effective_flop for row in trace.of(ModelReleased)))


def _paired_variance(bench: Bench) -> Shown:
    """Variance of a lasting cap's effect over draws and seeds: of pairs, relative to runs on different ones."""
    cap = {**_says("compute_cap", max_h100e=6e5, **AMERICA), "end_day": 10.0 * DAYS_PER_YEAR}
    pairs: list[tuple[float, float]] = []
    for n in range(DRAWS):
        places = Random(n)
        base = bench.scenario.params("baseline", {name: places.random() for name in bench.scenario.uncertain})
        capped = type(base)(**{**base.model_dump(), "levers": (cap,)})
        runs = (simulate(world, 4.0 * DAYS_PER_YEAR, Streams(0, n)) for world in (base, capped))
        pairs.append(cast(tuple[float, float], tuple(_reached_decades(trace) for trace in runs)))
    free, held = zip(*pairs, strict=True)
    ratio = variance([b - a for a, b in pairs]) / (variance(free) + variance(held))
    return exactly(ratio, "a cap's effect on effective compute has {value:.2f} times the variance of unpaired runs")


# -- directions -----------------------------------------------------------------------------------------------------


def _effect(
    kind: str, outcome: Callable[[Trace], float], says: str, changes: Mapping[str, Change] | None = None
) -> Callable[[Bench], Shown]:
    """The ratio of an outcome under a lever to the same without it, seed by seed."""

    def measure(bench: Bench) -> Shown:
        ruled, free = _under(bench, _one(kind), changes), _under(bench, (), changes)
        ratios = [outcome(bench.trace(ruled, s, YEARS)) / outcome(bench.trace(free, s, YEARS)) for s in SEEDS]
        return over_seeds(ratios, f"{says} is {{value:.2f}} times as large ({{low:.2f}} to {{high:.2f}})")

    return measure


def _in_force(trace: Trace, kind: type) -> list[Any]:
    """Rows of an event class while the levers are in force."""
    return [row for row in trace.of(kind) if START < row.time_days < END]


def _largest_run(trace: Trace) -> float:
    return max(row.planned_flop for row in _in_force(trace, FrontierRunStarted) if row.lab in LABS_THERE)


def _n_runs(trace: Trace) -> float:
    return float(sum(row.lab == 0 for row in _in_force(trace, FrontierRunStarted)))


def _h100e_of_labs(trace: Trace) -> float:
    """What the labs in the United States have at the levers' end."""
    return sum([r for r in _in_force(trace, ComputeDelivered) if r.lab == lab][-1].capacity_h100e for lab in LABS_THERE)


def _of_nation(number: int, field: str) -> Callable[[Trace], float]:
    def last(trace: Trace) -> float:
        return float(getattr([r for r in _in_force(trace, NationMetered) if r.nation == number][-1], field))

    return last


def _n_published_by(*labs: int) -> Callable[[Trace], float]:
    """One more than the ideas published, so that none can be compared with none."""

    def count(trace: Trace) -> float:
        return 1.0 + sum(row.lab in labs for row in _in_force(trace, IdeaPublished))

    return count


def _features(trace: Trace) -> float:
    return [row for row in _in_force(trace, OversightMetered) if row.lab == 0][-1].features_found_fraction


def _adopted_unverified(trace: Trace) -> float:
    """Without the month in which the mandate came."""
    rows = _in_force(trace, VerificationMetered)
    return float(sum(row.n_adopted_unverified for row in rows if row.time_days > START + 31.0))


def _progress_nats(trace: Trace) -> float:
    """Algorithmic gain of all labs at the end."""
    last = {row.lab: row.adopted_true_nats for row in trace.of(LabMetered)}
    return sum(last.values())


def _horizon_of_follower(trace: Trace) -> float:
    """The best model that the follower has put to use by half a year after the leak."""
    rows = trace.of(ModelDeployed)
    return max(row.horizon_50_minutes for row in rows if row.lab == 1 and row.time_days < START + 182.0)


class _Expected(NamedTuple):
    kind: str
    title: str
    low: float
    high: float
    outcome: Callable[[Trace], float]
    of: str
    changes: Mapping[str, Change] | None = None


HASTY: dict[str, Change] = {
    "verification.people_fraction": 0.01,
    "verification.verify_fraction": 0.25,
    "verification.patience_days": 10.0,
    "verification.unverified": "adopt",
    "capability.reference_horizon_minutes": 1e3,
}
"""Few verifiers, much to verify, and a lab that adopts what they do not get to."""
DARK: dict[str, Change] = {
    "market.nations.united_states.initial_power_ratio": 1.0,
    "market.nations.united_states.initial_build_mw_per_day": 1.0,
}
"""Power for what runs on day 0, and hardly more."""
LESS, MORE, NONE = (0.0, 0.98), (1.02, math.inf), (0.0, 1e-6)
"""Bands of a direction; of what is counted, a millionth is nothing at all."""

EXPECTED = (
    _Expected("compute_cap", "A cap makes the largest run smaller", *LESS, _largest_run, "the largest run"),
    _Expected("pause", "In a pause nobody launches", *NONE, _n_runs, "the number of the leader's launches"),
    _Expected("training_licence", "A licence makes the largest run smaller", *LESS, _largest_run, "the largest run"),
    _Expected(
        "compute_tax", "A tax of half the rent takes up to a third of compute", 0.5, 0.98, _h100e_of_labs, "compute"
    ),
    _Expected(
        "chip_shock", "Rents rise after a supply shock", *MORE, _of_nation(0, "rent_usd2025_per_h100e_hour"), "rent"
    ),
    _Expected(
        "export_quota", "A quota lowers what is installed", *LESS, _of_nation(1, "installed_h100e"), "China's stock"
    ),
    _Expected(
        "export_quality", "Controls by kind lower quality", *LESS, _of_nation(1, "quality_fraction"), "China's quality"
    ),
    _Expected("compute_reserve", "A reserve of three tenths leaves labs less", 0.5, 0.98, _h100e_of_labs, "compute"),
    _Expected(
        "power_build_out",
        "Where power binds, building it lets more run",
        *MORE,
        _of_nation(0, "installed_h100e"),
        "what runs",
        DARK,
    ),
    _Expected("open_publication", "Openness publishes more", *MORE, _n_published_by(*LABS_THERE), "what labs publish"),
    _Expected("closed_publication", "Secrecy publishes less", *LESS, _n_published_by(2), "what universities publish"),
    _Expected("safety_floor", "A floor lets more be understood", *MORE, _features, "the share of features known"),
    _Expected(
        "verification_mandate",
        "Under a mandate nothing is adopted unverified",
        *NONE,
        _adopted_unverified,
        "what is adopted unverified",
        HASTY,
    ),
    _Expected("breakthrough", "A breakthrough speeds progress", *MORE, _progress_nats, "algorithmic gain"),
    _Expected("weight_leak", "A leak lifts the receiver", *MORE, _horizon_of_follower, "the follower's horizon"),
)


def _subsidy(bench: Bench) -> Shown:
    """As a tax, with the other sign."""
    paid = _under(bench, (_says("compute_tax", tax_fraction=-0.33, **AMERICA),))
    free = _under(bench, ())
    ratios = [_h100e_of_labs(bench.trace(paid, s, YEARS)) / _h100e_of_labs(bench.trace(free, s, YEARS)) for s in SEEDS]
    return over_seeds(
        ratios, "under a subsidy of a third, compute is {value:.2f} times as large ({low:.2f} to {high:.2f})"
    )


CLAIMS = (
    Claim(
        "lever-before-its-date",
        25,
        "Before its date a lever changes nothing",
        "by logic: a policy is applied to a world that is otherwise the same, draw for draw",
        *NONE,
        _before_its_date,
    ),
    Claim(
        "paired-variance",
        25,
        "Pairs need at most a third of the runs",
        "paired differences have a far smaller variance than unpaired ones (common random numbers)",
        0.0,
        1.0 / 3.0,
        _paired_variance,
    ),
    *(
        Claim(
            f"lever-{e.kind.replace('_', '-')}",
            25,
            e.title,
            "by logic: the direction of the lever",
            e.low,
            e.high,
            _effect(e.kind, e.outcome, e.of, e.changes),
        )
        for e in EXPECTED
    ),
    Claim("lever-compute-subsidy", 25, "A subsidy raises compute", "by logic: cheaper is more", *MORE, _subsidy),
)
