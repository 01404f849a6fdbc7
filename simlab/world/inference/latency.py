"""How long a request takes on one replica at a given load: the batch server as a birth-death process.

With n requests at hand the replica finishes them at rate

    mu(n) = n / (fixed + each n),  n at most the batch limit,

where `fixed` is what the steps of one request take apart from the batch (L alpha for L tokens) and `each` what every
request in the batch adds (L (beta + delta k) and its reading). More than the limit wait, first come first served. The
mean number at hand is summed exactly up to the limit, the geometric tail beyond it in closed form; by Little's law the
mean time is that number over the arrival rate. Without a limit the number is negative binomial, of mean
rho (1 + fixed / each) / (1 - rho) with rho = arrivals * each: processor sharing, with the first step's own time on top.
"""

from typing import NamedTuple

from simlab.world.inference.server import Server
from simlab.world.inference.shapes import Shape

_HUGE = 1e200
_FAR_SD = 10.0
"""A limit that many standard deviations above the mean number is never felt."""


class BatchQueue(NamedTuple):
    """A replica and the requests it serves."""

    fixed_s: float
    each_s: float
    max_batch: int

    @property
    def full_s(self) -> float:
        """Time of a request in a full batch."""
        return self.fixed_s + self.each_s * self.max_batch

    @property
    def max_per_s(self) -> float:
        """Requests a second at most: mu(B)."""
        return self.max_batch / self.full_s

    def mean_s(self, arrivals_per_s: float) -> float:
        """Mean time from asking to the last token. Raises ValueError at or above full load."""
        if arrivals_per_s >= self.max_per_s:
            raise ValueError(f"{arrivals_per_s} requests a second are not below the {self.max_per_s} served at most")
        rho = arrivals_per_s * self.each_s
        unlimited_s = (self.fixed_s + self.each_s) / (1.0 - rho)
        mean = arrivals_per_s * unlimited_s
        if mean + _FAR_SD * (mean / (1.0 - rho)) ** 0.5 < self.max_batch:
            return unlimited_s
        return mean_number(arrivals_per_s, self) / arrivals_per_s


def mean_number(arrivals_per_s: float, queue: BatchQueue) -> float:
    """E[N]: requests at hand, in the batch or waiting, below full load."""
    slope, step = arrivals_per_s * queue.each_s, arrivals_per_s * queue.fixed_s
    weight = total = 1.0
    moment = 0.0
    for n in range(1, queue.max_batch + 1):
        weight *= slope + step / n
        total += weight
        moment += n * weight
        if total > _HUGE:
            weight, total, moment = weight / _HUGE, total / _HUGE, moment / _HUGE
    ratio = arrivals_per_s / queue.max_per_s
    odds = ratio / (1.0 - ratio)
    total += weight * odds
    moment += weight * odds * (queue.max_batch + 1.0 / (1.0 - ratio))
    return moment / total


def batch_queue(server: Server, shape: Shape) -> BatchQueue:
    """A replica of this server under requests of this shape."""
    each_s = server.step_per_request_s + server.step_per_context_token_s * shape.context_tokens
    n = int(min(server.max_batch, server.kv_tokens / max(shape.context_tokens, 1.0)))
    length = shape.output_tokens
    return BatchQueue(length * server.step_s, length * each_s + server.prefill_s * shape.read_tokens, max(n, 1))
