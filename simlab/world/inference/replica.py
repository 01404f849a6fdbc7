"""One replica, event by event: continuous batching, exact, from one change of the batch to the next.

Requests are served first come first served. One is taken into the batch at the end of a step, while the batch limit and
the memory for context allow; its input is read at once, and nobody writes meanwhile. Then every request in the batch
writes one token a step. A step takes alpha + beta n + delta k seconds, with n requests and k tokens of context, which
grows by n a step; so m steps on end take

    m (alpha + beta n + delta k) + delta n m (m - 1) / 2    seconds,

and nothing needs to be looked at until the first request in the batch has its last token, or until the step in which
the next request arrives is over. Requests are kept by the number of the step that finishes them: the first to finish
is the top of a heap, and no change costs more than the logarithm of the batch.

Memory: a request has room for its input and all of its output reserved when it is taken; or memory is given token by
token, and
where it runs out the newest request is stopped and waits, first in line, to have its input and what it wrote read
again ("recompute").

Between readings nobody but its own requests touches a replica. So it has a clock of its own, and whoever stands on
SimPy's clock lets it catch up when he wants to look: a million requests cost two million turns of the loop below and
not one event in SimPy's queue. What was not yet decided at that moment is left undecided, so that readings change no
bit of what follows. Times are seconds.
"""

import math
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.world.inference.server import Server

Memory = Literal["reserve", "recompute"]
"""What happens to memory: all of it is reserved beforehand, or the newest request is stopped where it runs out."""

_BITS = 32
_NUMBER = (1 << _BITS) - 1
"""In the heap, a request is (its last step << _BITS) | its number: one integer compares faster than a pair."""


class Served(NamedTuple):
    """What became of the requests, each an array over their numbers; NaN where it has not happened yet."""

    arrived_s: NDArray[np.float64]
    started_s: NDArray[np.float64]
    """When it was first taken into the batch: the reading of its input began."""
    first_token_s: NDArray[np.float64]
    ended_s: NDArray[np.float64]
    input_tokens: NDArray[np.int64]
    output_tokens: NDArray[np.int64]


class Change(NamedTuple):
    """The replica just after a change of its batch."""

    time_s: float
    n_running: int
    context_tokens: int
    """Of all requests in the batch."""
    held_tokens: int
    """Memory given away: the context, or all that was reserved."""


class Replica:
    """A replica, the requests offered to it, and how far it got with them."""

    def __init__(self, server: Server, memory: Memory = "reserve") -> None:
        if not server.step_s + server.step_per_request_s > 0.0:
            raise ValueError("a step must take time")
        self.server, self.memory = server, memory
        self.now_s = 0.0
        """The last change: the clock may be ahead of it."""
        self.n_started = self.n_running = self.n_ended = 0
        self.context_tokens = self.held_tokens = self.n_stops = 0
        self.changes: list[Change] | None = None
        """Set it to a list, and every change is noted there."""
        self._step = 0
        self._heap: list[int] = []
        self._stopped: list[int] = []
        self._offers_from_s = 0.0
        self._arrived_s: list[float] = [math.inf]
        self._started_s: list[float] = []
        self._first_s: list[float] = []
        self._ended_s: list[float] = []
        self._read: list[int] = []
        self._left: list[int] = []
        self._output: list[int] = []
        self._total: list[int] = []
        self._need: list[int] = []

    def offer(self, arrived_s: Sequence[float], input_tokens: Sequence[int], output_tokens: Sequence[int]) -> None:
        """Let these requests come, in the order of their arrival, none before what is decided already."""
        times_s = [self._offers_from_s, *arrived_s]
        if any(later < earlier for earlier, later in pairwise(times_s)):
            raise ValueError(f"requests must be offered in the order of arrival, from {times_s[0]} s on")
        totals = [read + write for read, write in zip(input_tokens, output_tokens, strict=True)]
        if min(output_tokens, default=1) < 1 or min(input_tokens, default=0) < 0:
            raise ValueError("a request reads no less than nothing and writes at least one token")
        if max(totals, default=0) > self.server.kv_tokens:
            raise ValueError(f"{max(totals)} tokens of context never fit into {self.server.kv_tokens:g}")
        self._offers_from_s = times_s[-1]
        self._arrived_s[-1:] = [*arrived_s, math.inf]
        self._read += input_tokens
        self._left += output_tokens
        self._output += output_tokens
        self._total += totals
        self._need += totals if self.memory == "reserve" else input_tokens
        self._ended_s += [math.nan] * len(totals)

    def advance(self, until_s: float = math.inf) -> None:  # noqa: PLR0912, PLR0915  # see its docstring
        """Do all that is decided before `until_s`; by itself, until every request offered has been served.

        One long function, because its state is in local names: that is what makes a request cost two microseconds.
        """
        _, prefill_s, alpha_s, beta_s, delta_s, max_batch, kv_tokens = self.server
        arrived_s, started_s, first_s, ended_s = self._arrived_s, self._started_s, self._first_s, self._ended_s
        read, left, total, need = self._read, self._left, self._total, self._need
        heap, stopped, changes, grows = self._heap, self._stopped, self.changes, self.memory == "recompute"
        now, step, head, n = self.now_s, self._step, self.n_started, self.n_running
        context, held = self.context_tokens, self.held_tokens
        while now < until_s:
            number = stopped[-1] if stopped else head
            next_s = arrived_s[number]
            while next_s <= now and n < max_batch and held + need[number] + (n + 1 if grows else 0) <= kv_tokens:
                if stopped:
                    stopped.pop()
                else:
                    started_s.append(now)
                    head += 1
                heappush(heap, (step + left[number]) << _BITS | number)
                n += 1
                context += read[number]
                held += need[number]
                if changes is not None:
                    changes.append(Change(now, n, context, held))
                now += prefill_s * read[number]
                number = stopped[-1] if stopped else head
                next_s = arrived_s[number]
            if not n:
                if next_s >= until_s:
                    break
                now = next_s
                continue
            if grows and held + n > kv_tokens:
                back = self._stop_newest(step)
                context, held, n = context - back, held - back, n - 1
                if changes is not None:
                    changes.append(Change(now, n, context, held))
                continue
            step_s, half_s = alpha_s + beta_s * n + delta_s * context, 0.5 * delta_s * n
            m = (heap[0] >> _BITS) - step
            if grows and held + n * m > kv_tokens:
                m = int((kv_tokens - held) // n)
            then = now + m * (step_s + half_s * (m - 1))
            if now < next_s < then and n < max_batch:
                m, then = _boundary(now, next_s, step_s, half_s)
            if then >= until_s:
                break
            if len(first_s) < head:
                first_s += [now + step_s] * (head - len(first_s))
            now = then
            step += m
            context += n * m
            if grows:
                held = context
            over = (step + 1) << _BITS
            while n and heap[0] < over:
                number = heappop(heap) & _NUMBER
                ended_s[number] = now
                n -= 1
                context -= total[number]
                held -= total[number]
            if changes is not None:
                changes.append(Change(now, n, context, held))
        self.now_s, self._step, self.n_started, self.n_running = now, step, head, n
        self.context_tokens, self.held_tokens = context, held
        self.n_ended = head - n - len(stopped)
        self._offers_from_s = max(self._offers_from_s, now if until_s == math.inf else until_s)

    def served(self) -> Served:
        """What is known of every request offered."""
        n = len(self._total)
        started_s, first_s, ended_s = (
            _filled(times_s, n) for times_s in (self._started_s, self._first_s, self._ended_s)
        )
        total, output = np.array(self._total, np.int64), np.array(self._output, np.int64)
        return Served(np.array(self._arrived_s[:-1]), started_s, first_s, ended_s, total - output, output)

    def _stop_newest(self, step: int) -> int:
        """Take the newest request out of the batch, to be read again. Returns the tokens it held."""
        heap = self._heap
        entry = max(heap, key=lambda each: each & _NUMBER)
        heap.remove(entry)
        heapify(heap)
        number = entry & _NUMBER
        self._left[number] = (entry >> _BITS) - step
        self._read[number] = self._need[number] = self._total[number] - self._left[number]
        self._stopped.append(number)
        self.n_stops += 1
        return self._read[number]


def _boundary(now_s: float, next_s: float, step_s: float, half_s: float) -> tuple[int, float]:
    """Steps until the first end of a step at or after `next_s`, and its time; m steps take m (step + half (m - 1)).

    The root of the quadratic in the form that loses no digits and holds for a straight line too; what rounding did to
    it is put right by the very sum that the clock goes by.
    """
    gap_s, slope_s = next_s - now_s, step_s - half_s
    m = max(1, math.ceil(2.0 * gap_s / (slope_s + math.sqrt(slope_s * slope_s + 4.0 * half_s * gap_s))))
    while now_s + m * (step_s + half_s * (m - 1)) < next_s:
        m += 1
    while m > 1 and now_s + (m - 1) * (step_s + half_s * (m - 2)) >= next_s:
        m -= 1
    return m, now_s + m * (step_s + half_s * (m - 1))


def _filled(times_s: list[float], n: int) -> NDArray[np.float64]:
    return np.array(times_s + [math.nan] * (n - len(times_s)))
