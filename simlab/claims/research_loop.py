"""Claims about the research loop and its graveyard: mechanisms 1 and 3."""

from statistics import fmean

from simlab.claims.bench import SEEDS, Bench
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.trace.events import Cause, IdeaEnded, IdeaProposed

DECIDED = {Cause.NO_GAIN_SEEN, Cause.DID_NOT_TRANSFER, Cause.NOT_CONVINCING, Cause.CANCELLED, Cause.SCOOPED}
BROKEN = {Cause.CRASHED, Cause.DIVERGED}
ADOPTED = {Cause.ADOPTED, Cause.REVERTED}
STAGES = slice(IdeaEnded._fields.index("thinking_days"), IdeaEnded._fields.index("waiting_run_days") + 1)


def ended(bench: Bench, seed: int, years: float = 10.0) -> list[IdeaEnded]:
    """Ideas of all labs whose life ended within `years` of the baseline."""
    rows = bench.trace(bench.research(), seed, years).of(IdeaEnded)
    return [e for e in rows if e.cause != Cause.IN_FLIGHT]


def _lives_add_up(bench: Bench) -> Shown:
    trace = bench.trace(bench.research({"warm_up_days": 0.0}), 0, 1.5, detail=True)
    born = {(e.lab, e.area, e.idea, e.team): e.time_days for e in trace.of(IdeaProposed)}
    gaps = [abs(sum(e[STAGES]) - (e.time_days - born[e.lab, e.area, e.idea, e.team])) for e in trace.of(IdeaEnded)]
    return exactly(
        max(gaps), f"over {len(gaps):,} ideas the days in stages miss the days of life by at most {{value:.1e}}"
    )


def _adopted_share(bench: Bench) -> Shown:
    shares = [fmean(e.cause in ADOPTED for e in ended(bench, seed)) for seed in SEEDS[:4]]
    return over_seeds(shares, "{value:.1%} of the ideas tried are adopted ({low:.1%} to {high:.1%})")


def _mistakes_are_counted(bench: Bench) -> Shown:
    rows = ended(bench, 0)
    good_buried = sum(e.true_gain_nats > 0.0 for e in rows if e.cause not in ADOPTED)
    bad_adopted = sum(e.true_gain_nats < 0.0 for e in rows if e.cause in ADOPTED)
    says = f"{good_buried:,} good ideas were buried and {bad_adopted:,} bad ones adopted, each a row with its cost"
    return exactly(float(min(good_buried, bad_adopted)), says)


def _waste_is_decisions(bench: Bench) -> Shown:
    def share(seed: int) -> float:
        rows = ended(bench, seed)
        decided = sum(e.used_h100e_days for e in rows if e.cause in DECIDED)
        broken = sum(e.used_h100e_days for e in rows if e.cause in BROKEN)
        return decided / (decided + broken)

    return over_seeds([share(s) for s in SEEDS[:4]], "{value:.0%} of buried ideas' compute went into decided burials")


CLAIMS = (
    Claim(
        "life-is-a-story",
        1,
        "Every idea's life is one story: the days in its stages add up to its days of life",
        "research loop: propose, think, build, wait, run, read, decide (dwarkesh-2024)",
        0.0,
        1e-6,
        _lives_add_up,
    ),
    Claim(
        "adopted-share",
        3,
        "Few of the ideas tried are adopted",
        "3% proved at target, 18% kept by agents, 28% picked by experts (nanochat-log, autoresearch-2026)",
        0.02,
        0.30,
        _adopted_share,
    ),
    Claim(
        "mistakes-are-counted",
        3,
        "Good ideas are buried and bad ones adopted, and both are counted",
        "imperfect information makes wrong calls (dwarkesh-2024)",
        1.0,
        float("inf"),
        _mistakes_are_counted,
    ),
    Claim(
        "waste-is-decisions",
        3,
        "Most wasted compute is decisions, not crashes",
        "61 to 66% of GPU time in cancelled jobs, 8 to 12% in failed ones (acme-2024)",
        0.5,
        1.0,
        _waste_is_decisions,
    ),
)
