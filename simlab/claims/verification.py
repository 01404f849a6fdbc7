"""Claims about verification, automated teams and what they go on learning: mechanisms 18 and 23."""

import math
from collections.abc import Callable, Mapping
from statistics import fmean

from simlab.claims.bench import OPTIONAL, SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, over_seeds
from simlab.claims.research_loop import ADOPTED
from simlab.trace.events import IdeaEnded, LabMetered, VerificationMetered, WorkersMetered
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.learning import taste_bits

NEEDED = {"inference", "workers", "verification", "automation"}
"""Groups that these claims need; what else may be left out is."""
FEW, MANY = 2, 32
"""Automated teams: fewer than people can verify, and more."""

ABLE: dict[str, Change] = {
    "capability.reference_horizon_minutes": 3e4,
    "automation.members_per_team": 4.0,
    "automation.growth_fraction": 100.0,
    "automation.waiting_limit_fraction": 1.0,
    "automation.least_success_fraction": 0.0,
    "automation.fed_fraction": 0.0,
    "automation.starved_fraction": 0.0,
    "workers.fleet_fraction": 1.0,
    "experiments.runs_per_repeat": 1.0,
    "labs.leader.initial_people": 20.0,
    "verification.people_fraction": 0.1,
}
"""Models of a few months' horizon from day 0, as many teams as one says at once, cheap experiments, two verifiers."""
THOROUGH: dict[str, Change] = {"verification.verify_fraction": 0.25}
"""Verifying at the high end of its range, so that the point past which people cannot follow comes soon."""
CARELESS: dict[str, Change] = {
    "capability.reference_horizon_minutes": 1e3,
    "workers.flaw_nats": 0.1,
    "workers.decisive_tasks": 6.0,
}
"""Models of two days' horizon, and errors that matter: both numbers at the high ends of their ranges."""


def _lab(bench: Bench, n_teams: int, rule: str, changes: Mapping[str, Change] | None = None) -> WorldParams:
    """The leader alone with 20 people, without growth, and `n_teams` automated teams."""
    still: dict[str, Change] = {"warm_up_days": 0.0, **dict.fromkeys(set(OPTIONAL) - NEEDED)}
    for group, paces in (("chips", bench.base.chips.growth), ("staffing", bench.base.staffing.growth)):
        still |= {f"{group}.growth.{i}.factor_per_year": 1.0 for i in range(len(paces))}
    asked: dict[str, Change] = {"automation.max_teams": n_teams, "verification.unverified": rule}
    return bench.params({**still, **ABLE, **asked, **(changes or {})}, labs=("leader",))


def _progress_nats(trace: Trace) -> float:
    return trace.of(LabMetered)[-1].adopted_true_nats


def _verified_ideas(trace: Trace) -> float:
    return sum(e.n_passed for e in trace.of(VerificationMetered))


def _slopes(
    bench: Bench, fewer: int, more: int, changes: Mapping[str, Change], output: Callable[[Trace], float]
) -> list[float]:
    """Seed by seed, d ln(output) / d ln(automated teams) where what nobody verified in time is thrown away."""

    def put_out(n_teams: int, seed: int) -> float:
        return output(bench.trace(_lab(bench, n_teams, "discard", changes), seed, 3.0))

    return [math.log(put_out(more, seed) / put_out(fewer, seed)) / math.log(more / fewer) for seed in SEEDS]


def _below_what_people_can_verify(bench: Bench) -> Shown:
    says = "from 1 to 16 automated teams progress grows with an exponent of {value:.2f} ({low:.2f} to {high:.2f})"
    return over_seeds(_slopes(bench, 1, 16, {}, _progress_nats), says)


def _past_what_people_can_verify(bench: Bench) -> Shown:
    """In ideas and not in nats: the gains of some fifteen ideas a run are too heavy-tailed to tell a slope by."""
    nats = fmean(_slopes(bench, 32, 128, THOROUGH, _progress_nats))
    says = "from 32 to 128 automated teams verified ideas grow with an exponent of {value:.2f} ({low:.2f} to"
    return over_seeds(
        _slopes(bench, 32, 128, THOROUGH, _verified_ideas), f"{says} {{high:.2f}}), their gain with one of {nats:.2f}"
    )


def _false_fraction(trace: Trace) -> float:
    """Share of the adoptions that stand on evidence which AI workers got wrong and nobody caught."""
    adopted = [e for e in trace.of(IdeaEnded) if e.cause in ADOPTED]
    return fmean(e.flaw_nats > 0.0 for e in adopted) if adopted else 0.0


def _false_adoptions(bench: Bench) -> Shown:
    def share(n_teams: int, seed: int) -> float:
        return _false_fraction(bench.trace(_lab(bench, n_teams, "adopt", CARELESS), seed, 2.0))

    few, many = ([share(n, seed) for seed in SEEDS] for n in (FEW, MANY))
    more = [b - a for a, b in zip(few, many, strict=True)]
    says = f"with {FEW} automated teams {fmean(few):.0%} of adoptions stand on wrong evidence, with {MANY} "
    return over_seeds(more, says + f"{fmean(many):.0%}: {{value:.2f}} more of all ({{low:.2f}} to {{high:.2f}})")


def _coverage(trace: Trace) -> float:
    """Share of the automated work settled that somebody looked at."""
    rows = trace.of(VerificationMetered)
    looked_at = sum(e.n_passed + e.n_refuted for e in rows)
    return looked_at / (looked_at + sum(e.n_adopted_unverified + e.n_discarded for e in rows))


def _coverage_falls(bench: Bench) -> Shown:
    def covered(n_teams: int, seed: int) -> float:
        return _coverage(bench.trace(_lab(bench, n_teams, "adopt"), seed, 2.0))

    ratios = [covered(MANY, seed) / covered(FEW, seed) for seed in SEEDS[:4]]
    says = f"with {MANY} automated teams there is {{value:.2f}} of the coverage of {FEW}"
    return over_seeds(ratios, says + " ({low:.2f} to {high:.2f})")


def _continual_learning(bench: Bench) -> Shown:
    """The smaller of the two steps in taste, from none to notes and from notes to weights."""
    learning, talent = bench.base.researchers.learning, bench.base.automation.talent if bench.base.automation else 1.0

    def taste(mode: str, seed: int) -> float:
        trace = bench.trace(_lab(bench, 16, "adopt", {"automation.continual_learning": mode}), seed, 2.0)
        return talent * taste_bits(trace.of(WorkersMetered)[-1].automated_ideas_seen, learning)

    off, text, weights = ([taste(mode, seed) for seed in SEEDS[:4]] for mode in ("off", "text_memory", "weights"))
    steps = [min(t - o, w - t) for o, t, w in zip(off, text, weights, strict=True)]
    says = f"taste after two years: {fmean(off):.2f} bits without, {fmean(text):.2f} with notes, "
    says += f"{fmean(weights):.2f} in the weights; the smaller step is {{value:.3f}} bits"
    return over_seeds(steps, says)


CLAIMS = (
    Claim(
        "verified-workers",
        18,
        "As long as people can verify them, more AI workers give more progress",
        "automated researchers speed research up (ai2027-2025, forethought-2025)",
        0.1,
        1.0,
        _below_what_people_can_verify,
    ),
    Claim(
        "verification-binds",
        18,
        "Past the point where people can verify, more AI workers add nothing",
        "what counts is whether one can launch a hundred agents and verify what they do (dwarkesh-2025)",
        -0.5,
        0.05,
        _past_what_people_can_verify,
    ),
    Claim(
        "false-adoptions",
        18,
        "Where unverified work is adopted, the share of adoptions on wrong evidence rises with the workers",
        "wrong evidence that nobody doubts is believed (research-skill); so more of it, the less is verified",
        0.02,
        1.0,
        _false_adoptions,
    ),
    Claim(
        "continual-learning",
        18,
        "Learning in the weights makes the fleet's taste grow most, notes less, and without either it stands still",
        "whether learning on the job is the bottleneck is asked, and it is what one would prefer (dwarkesh-2025)",
        0.01,
        1.5,
        _continual_learning,
    ),
    Claim(
        "coverage-falls",
        23,
        "Coverage falls when automation outruns review",
        "verifying must be much cheaper than doing for people to follow what agents do (dwarkesh-2025)",
        0.0,
        0.7,
        _coverage_falls,
    ),
)
