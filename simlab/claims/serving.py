"""Claims about serving: mechanism 15 (what queries cost) and mechanism 17 (the inference bottleneck)."""

import math
from collections.abc import Iterator
from statistics import fmean

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.trace.events import FleetMetered, RequestsMetered
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.customers import CustomersParams
from simlab.world.inference.costs import server_of, speed_of
from simlab.world.inference.latency import batch_queue
from simlab.world.inference.offers import query_rent_usd2025
from simlab.world.inference.params import InferenceParams
from simlab.world.inference.shapes import shape

HUNDRED_BILLION = 1e11
PERSON_TOKENS_PER_S = 10.0
"""How fast a person thinks, in tokens (dwarkesh-2025)."""
FAR_TAIL_SD = 2.326
"""One query in a hundred is longer."""
NEVER_LEND = 0.01
"""A target load at which nothing is ever lent."""
A_DAY_MINUTES = 1440.0
GREEDY = 1000.0
"""So many times the tokens for a minute of work: then the AI workers of one lab's research could fill its fleet."""
ABLE = 30.0
"""So many times the horizon, for there to be such workers from the first day."""


def _rooms(params: WorldParams) -> tuple[InferenceParams, CustomersParams]:
    assert params.inference is not None
    assert params.customers is not None
    return params.inference, params.customers


def _workers_per_accelerator(bench: Bench) -> Shown:
    inference, _ = _rooms(bench.base)
    w = inference.worker
    kind = shape(w.input_tokens, w.cached_fraction, w.output_tokens, 0.0, inference.server.context_limit_tokens)
    server = server_of(HUNDRED_BILLION, inference.server, 0.0)
    tokens_per_s = batch_queue(server, kind).max_per_s * kind.output_tokens / server.n_h100e
    says = f"at a context of {kind.context_tokens:,.0f} tokens an H100e serves {tokens_per_s:,.0f} tokens a second"
    return exactly(tokens_per_s / PERSON_TOKENS_PER_S, says + ": {value:.0f} workers")


def _decades_of_cost(bench: Bench) -> Shown:
    inference, customers = _rooms(bench.base)
    size = _flagship_parameters(bench)
    prices = [
        customers.markup
        * query_rent_usd2025(
            r,
            r.output_median_tokens * math.exp(sds * r.output_log_sd),
            speed_of(size * r.size_fraction, inference.server, 0.0),
            inference.server,
            inference.rent_usd2025_per_h100e_hour,
        )
        for r in customers.requests.values()
        for sds in (0.0, FAR_TAIL_SD)
    ]
    cheap, dear = min(prices), max(prices)
    says = f"from {cheap:.4f} USD for the median query of the cheapest class to {dear:,.0f} for one in a hundred of the"
    return exactly(math.log10(dear / cheap), f"{says} dearest: {{value:.1f}} decades")


def _flagship_parameters(bench: Bench) -> float:
    """Active parameters of the leader's model of day 0."""
    training = bench.world(bench.params({"warm_up_days": 0.0}, labs=("leader",)), 0, 0.01).labs["leader"].training
    return training.initial_model().n_active_parameters


def _customers_alone(params: WorldParams) -> WorldParams:
    rest = ("workers", "thinking", "verification", "automation", "oversight", "plan")
    return WorldParams(**{**params.model_dump(), **dict.fromkeys(rest)})


def _chat(bench: Bench, load_fraction: float, *, patient: bool) -> RequestsMetered:
    """The first class of requests after some weeks in a fleet so busy on the mean of the day."""
    _, customers = _rooms(bench.base)
    total = sum(r.initial_load_fraction for r in customers.requests.values())
    changes: dict[str, Change] = {"warm_up_days": 0.0, "inference.target_load_fraction": NEVER_LEND}
    for name in customers.requests:
        changes[f"customers.requests.{name}.initial_load_fraction"] = lambda load: load * load_fraction / total
        for limit in ("patience_minutes", "backlog_minutes") if patient else ():
            changes[f"customers.requests.{name}.{limit}"] = A_DAY_MINUTES
    params = _customers_alone(bench.params(changes, labs=("leader",)))
    return bench.trace(params, 0, 0.1).of(RequestsMetered)[0]


def _latency_explodes(bench: Bench) -> Shown:
    busy, full = (_chat(bench, load, patient=True) for load in (0.70, 0.95))
    hasty = _chat(bench, 0.95, patient=False)
    lost = 1.0 - hasty.served_tokens / hasty.offered_tokens
    says = f"for users who would wait a day, {busy.latency_seconds:,.0f} s at a mean load of 70% and "
    says += f"{full.latency_seconds:,.0f} at 95% ({{value:.1f}} times as long); for users as they are "
    says += f"{hasty.latency_seconds:,.0f} s there, and {lost:.0%} of what they ask for is lost"
    return exactly(full.latency_seconds / busy.latency_seconds, says)


def _contest(bench: Bench, priority: str, seed: int) -> tuple[float, float]:
    """Customers' payments in USD2025 and tokens of AI workers in a year in which both want most of the fleet."""
    _, customers = _rooms(bench.base)
    changes: dict[str, Change] = {
        "warm_up_days": 0.0,
        "inference.priority": priority,
        "workers.tokens_per_work_minute": lambda tokens: GREEDY * tokens,
        "capability.reference_horizon_minutes": lambda minutes: ABLE * minutes,
    }
    params = WorldParams(**{**bench.params(changes, labs=("leader",)).model_dump(), "plan": None})
    rows = bench.trace(params, seed, 1.0).of(RequestsMetered)
    tokens = sum(r.served_tokens for r in rows if r.request == len(customers.requests))
    return sum(r.revenue_usd2025 for r in rows), tokens


def _priority_says_who(bench: Bench) -> Shown:
    paid, worked = [], []
    for seed in SEEDS[:4]:
        ahead, behind = (_contest(bench, priority, seed) for priority in ("customers_first", "workers_first"))
        paid.append(behind[0] / ahead[0])
        worked.append(ahead[1] / behind[1])
    says = f"behind the workers, customers pay {fmean(paid):.0%} of what they pay ahead of them; behind the customers, "
    says += f"workers get {fmean(worked):.0%} of the tokens they get ahead; the less hurt keeps {{value:.0%}}"
    return over_seeds([max(pair) for pair in zip(paid, worked, strict=True)], says + " ({low:.0%} to {high:.0%})")


def _errors(trace: Trace) -> Iterator[float]:
    """By how much each reading misses its identity, relative to what it counts."""
    for f in trace.of(FleetMetered):
        used = f.customers_h100e_days + f.workers_h100e_days + f.lent_h100e_days
        yield abs(used + f.switching_h100e_days + f.idle_h100e_days - f.capacity_h100e_days) / f.capacity_h100e_days
    waiting: dict[float, float] = {}
    for r in trace.of(RequestsMetered):
        came = waiting.get(r.request, 0.0) + r.offered_tokens
        became = r.served_tokens + r.abandoned_tokens + r.lost_tokens + r.waiting_tokens
        waiting[r.request] = r.waiting_tokens
        yield abs(became - came) / max(came, 1.0)


def _books_add_up(bench: Bench) -> Shown:
    params = bench.params({"warm_up_days": 0.0}, labs=("leader",))
    errors = list(_errors(bench.trace(params, 0, 4.0)))
    return exactly(max(errors), f"over {len(errors):,} sums the largest relative error is {{value:.1e}}")


CLAIMS = (
    Claim(
        "queries-span-eight-decades",
        15,
        "Queries span eight decades of cost, from about a cent to about a million dollars",
        "a query costs a penny; some are worth millions of dollars, eight orders of magnitude more (redpoint-2024)",
        7.0,
        9.0,
        _decades_of_cost,
    ),
    Claim(
        "workers-per-accelerator",
        17,
        "An H100 runs about 100 human-speed workers of a model of 100 billion parameters",
        "1,000 tokens a second from an H100, ten for a person (dwarkesh-2025)",
        50.0,
        200.0,
        _workers_per_accelerator,
    ),
    Claim(
        "latency-explodes",
        17,
        "Latency explodes near saturation",
        "waiting grows as 1 / (1 - load): at 95% it is six times that at 70%, at least half of which should show",
        3.0,
        math.inf,
        _latency_explodes,
    ),
    Claim(
        "shortage-by-priority",
        17,
        "A shortage throttles both revenue and research, whichever comes last by the priority",
        "customers and the lab's own use compete for one fleet (dwarkesh-2025: inference bottlenecked in 2027-28)",
        0.0,
        0.95,
        _priority_says_who,
    ),
    Claim(
        "fleet-adds-up",
        17,
        "Every token asked for and every accelerator of the fleet is accounted for",
        "conservation: waiting before + offered = served + abandoned + lost + waiting; the uses add up to the capacity",
        0.0,
        1e-9,
        _books_add_up,
    ),
)
