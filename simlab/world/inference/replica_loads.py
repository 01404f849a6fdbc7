"""The exact replica under load: requests of one kind come at random (Poisson), at a given share of all it can serve.

Load is measured against the fluid form's capacity (`latency.BatchQueue.max_per_s`), so that both stand at the same
arrivals. Context ends where it is compacted, or, if that is more than the replica's whole memory, there. Each run is
independent of the others and begins empty; what is measured of it begins after its first fifth.
"""

import math
from typing import NamedTuple

import numpy as np

from simlab.randomness import Streams, exponentials, normals
from simlab.world.customers import CustomersParams
from simlab.world.inference.costs import server_of
from simlab.world.inference.latency import BatchQueue, batch_queue
from simlab.world.inference.params import InferenceParams
from simlab.world.inference.replica import Memory, Replica, Served
from simlab.world.inference.server import Server
from simlab.world.inference.shapes import Shape, shape
from simlab.world.models import Model

WORKERS = "workers"
"""What the requests of a lab's own AI workers are called."""
WARM_UP_FRACTION = 0.2
"""Of the requests of a run, those that only fill the replica."""
_PER_BLOCK = 1 << 14


class Kind(NamedTuple):
    """Requests of one kind: every one with the same input, and an output that is log-normal."""

    input_tokens: float
    cached_fraction: float
    """Share of the input that is still in memory and need not be read."""
    output_median_tokens: float
    output_log_sd: float
    context_limit_tokens: float = math.inf
    """Context at which it is compacted and grows no further."""

    def shape(self) -> Shape:
        """As the fluid form sees them."""
        return shape(*self)


class Requests(NamedTuple):
    """Requests in the order of their arrival, as `Replica.offer` takes them."""

    arrived_s: list[float]
    input_tokens: list[int]
    output_tokens: list[int]
    read_tokens: list[int]


class Measured(NamedTuple):
    """What one run showed after its beginning."""

    served: Served
    """The requests that arrived after it, all of them followed to their end."""
    window_s: float
    """From then to the last arrival. The means below are over it."""
    output_tokens: int
    """Of the requests that ended in it."""
    mean_running: float
    """Requests in the batch, or being read."""
    held_fraction: float
    """Memory given away."""
    n_stops: int
    """Requests stopped in the whole run because memory ran out."""


def kinds_of(p: InferenceParams, customers: CustomersParams | None, model: Model) -> dict[str, tuple[Kind, Server]]:
    """Each class of customers' requests, branch by branch, and the AI workers', with a replica meant for it."""
    found = {}
    for name, r in (customers.requests if customers is not None else {}).items():
        shape = r.input_tokens, r.cached_fraction, r.output_median_tokens, r.output_log_sd
        found[name] = Kind(*shape, p.server.context_limit_tokens), _replica_of(model, r.size_fraction, p)
    w = p.worker
    kind = Kind(w.input_tokens, w.cached_fraction, w.output_tokens, 0.0, p.server.context_limit_tokens)
    return found | {WORKERS: (kind, _replica_of(model, w.size_fraction, p))}


def _replica_of(model: Model, size_fraction: float, p: InferenceParams) -> Server:
    return server_of(model.n_active_parameters * size_fraction, p.server, model.inference_gain_nats)


def fluid(server: Server, kind: Kind) -> BatchQueue:
    """The fluid form of the same replica under the same requests."""
    return batch_queue(server, kind.shape())


def draw(kind: Kind, per_s: float, n: int, luck: Streams) -> Requests:
    """`n` requests at `per_s` a second. Another rate draws the same requests nearer together."""
    gaps = luck.rows("serving.gaps", exponentials, 1, _PER_BLOCK).firsts(0, n)
    lengths = luck.rows("serving.lengths", normals, 1, _PER_BLOCK).firsts(0, n)
    outputs = kind.output_median_tokens * np.exp(kind.output_log_sd * np.array(lengths))
    inputs = round(kind.input_tokens)
    read = round(kind.input_tokens * (1.0 - kind.cached_fraction))
    written = np.maximum(np.rint(outputs), 1.0).astype(np.int64).tolist()
    return Requests((np.cumsum(gaps) / per_s).tolist(), [inputs] * n, written, [read] * n)


def most_per_s(server: Server, kind: Kind, n: int, luck: Streams, memory: Memory = "reserve") -> float:
    """Requests a second that it serves when somebody always waits: its capacity, which no load may pass for long."""
    replica = _replica(server, kind, memory)
    replica.offer([0.0] * n, *draw(kind, 1.0, n, luck)[1:])
    replica.advance()
    started_s = replica.served().started_s[int(WARM_UP_FRACTION * n) :]
    return float((started_s.size - 1) / (started_s[-1] - started_s[0]))


def _replica(server: Server, kind: Kind, memory: Memory) -> Replica:
    return Replica(server, memory, context_limit_tokens=min(kind.context_limit_tokens, server.kv_tokens))


def measure(server: Server, kind: Kind, load: float, n: int, luck: Streams, memory: Memory = "reserve") -> Measured:
    """One run of `n` requests at `load`."""
    replica = _replica(server, kind, memory)
    requests = draw(kind, load * fluid(server, kind).max_per_s, n, luck)
    replica.offer(*requests)
    n_first = int(WARM_UP_FRACTION * n)
    begin_s, end_s = requests.arrived_s[n_first], requests.arrived_s[-1]
    replica.advance(begin_s)
    running, held = replica.running_request_s, replica.held_token_s
    replica.advance(end_s)
    running, held = replica.running_request_s - running, replica.held_token_s - held
    replica.advance()
    every, window_s = replica.served(), end_s - begin_s
    ended = (every.ended_s >= begin_s) & (every.ended_s < end_s)
    written = int(every.output_tokens[ended].sum())
    return Measured(
        every.since(n_first), window_s, written, running / window_s, held / window_s / server.kv_tokens, replica.n_stops
    )
