"""One replica, event by event: continuous batching, exact, from one change of the batch to the next.

Requests are served first come first served. One is taken into the batch at the end of a step, while the batch limit and
the memory for context allow; its input is read at once, and nobody writes meanwhile. Then every request in the batch
writes one token a step. A step takes alpha + beta n + delta k seconds, with n requests and k tokens of context, which
grows by g a step, by one for every request that has not reached the limit at which context is compacted; so m steps on
end take

    m (alpha + beta n + delta k) + delta g m (m - 1) / 2    seconds,

and nothing needs to be looked at until the first request in the batch has its last token (or reaches that limit), or
until the step in which the next request arrives is over. Requests are kept by the number of the step that finishes
them: the first to finish is the top of a heap, and no change costs more than the logarithm of the batch.

Memory: when a request is taken, room is reserved for its input and all of its output ("reserve"); or memory is given
token by token, and where it runs out the newest request is stopped and waits, first in line, to have its input and what
it wrote read again ("recompute").

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

    def since(self, first: int) -> "Served":
        """Those from number `first` on."""
        times_s = self.arrived_s[first:], self.started_s[first:], self.first_token_s[first:], self.ended_s[first:]
        return Served(*times_s, self.input_tokens[first:], self.output_tokens[first:])


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

    def __init__(self, server: Server, memory: Memory = "reserve", *, context_limit_tokens: float = math.inf) -> None:
        if not server.step_s + server.step_per_request_s > 0.0:
            raise ValueError("a step must take time")
        self.server, self.memory, self.context_limit_tokens = server, memory, context_limit_tokens
        self.now_s = 0.0
        """The last change: the clock may be ahead of it."""
        self.n_started = self.n_running = self.n_ended = self.n_stops = 0
        self.context_tokens = self.held_tokens = 0
        self.running_request_s = self.held_token_s = 0.0
        """Requests in the batch, and tokens of memory given away, added up over time until the last change."""
        self.changes: list[Change] | None = None
        """Set it to a list, and every change is noted there."""
        self._step = self._n_growing = 0
        self._heap: list[int] = []
        self._stopped: list[int] = []
        self._offers_from_s = 0.0
        self._arrived_s: list[float] = [math.inf]
        self._started_s: list[float] = []
        self._first_s: list[float] = []
        self._ended_s: list[float] = []
        self._input: list[int] = []
        self._output: list[int] = []
        self._read: list[int] = []  # tokens to read when it is taken
        self._begin: list[int] = []  # its context then
        self._need: list[int] = []  # memory that it must find free
        self._total: list[int] = []  # its context in the end
        self._left: list[int] = []  # steps to its end, or to the limit of its context
        self._flat: list[int] = []  # steps to write at that limit; -1 when it is there

    def offer(
        self,
        arrived_s: Sequence[float],
        input_tokens: Sequence[int],
        output_tokens: Sequence[int],
        read_tokens: Sequence[int] | None = None,
    ) -> None:
        """Let these requests come, in the order of their arrival, none before what is decided already.

        Of their input, `read_tokens` have to be read, all of it if not given.
        """
        times_s = [self._offers_from_s, *arrived_s]
        if any(later < earlier for earlier, later in pairwise(times_s)):
            raise ValueError(f"requests must be offered in the order of arrival, from {times_s[0]} s on")
        if min(output_tokens, default=1) < 1 or min(input_tokens, default=0) < 0:
            raise ValueError("a request reads no less than nothing and writes at least one token")
        self._measure(input_tokens, output_tokens)
        self._offers_from_s = times_s[-1]
        self._arrived_s[-1:] = [*arrived_s, math.inf]
        self._input += input_tokens
        self._output += output_tokens
        self._read += input_tokens if read_tokens is None else read_tokens
        self._ended_s += [math.nan] * len(arrived_s)

    def _measure(self, input_tokens: Sequence[int], output_tokens: Sequence[int]) -> None:
        """Say for each request how its context will grow, and what memory it asks for."""
        limit = min(self.context_limit_tokens, 1 << 62)
        begins = [int(min(tokens, limit)) for tokens in input_tokens]
        totals = [int(min(i + o, limit)) for i, o in zip(begins, output_tokens, strict=True)]
        if max(totals, default=0) > self.server.kv_tokens:
            raise ValueError(f"{max(totals)} tokens of context never fit into {self.server.kv_tokens:g}")
        each = list(zip(begins, totals, output_tokens, strict=True))
        self._begin += begins
        self._total += totals
        self._left += [total - begin or output for begin, total, output in each]
        self._flat += [output - (total - begin) if total > begin else -1 for begin, total, output in each]
        self._need += totals if self.memory == "reserve" else [begin + (total > begin) for begin, total, _ in each]

    def advance(self, until_s: float = math.inf) -> None:  # noqa: PLR0912, PLR0915  # see its docstring
        """Do all that is decided before `until_s`; by itself, until every request offered has been served.

        One long function, because its state is in local names: that is what makes a request cost two microseconds.
        """
        _, prefill_s, alpha_s, beta_s, delta_s, max_batch, kv_tokens = self.server
        arrived_s, started_s, first_s, ended_s = self._arrived_s, self._started_s, self._first_s, self._ended_s
        read, begin, need, total, left, flat = (
            self._read, self._begin, self._need, self._total, self._left, self._flat
        )  # fmt: skip
        heap, stopped, changes, by_token = self._heap, self._stopped, self.changes, self.memory == "recompute"
        now, step, head, n, growing = self.now_s, self._step, self.n_started, self.n_running, self._n_growing
        context, held = self.context_tokens, self.held_tokens
        running_request_s, held_token_s = self.running_request_s, self.held_token_s
        while now < until_s:
            number = stopped[-1] if stopped else head
            next_s = arrived_s[number]
            while next_s <= now and n < max_batch and held + need[number] + (growing if by_token else 0) <= kv_tokens:
                if stopped:
                    stopped.pop()
                else:
                    started_s.append(now)
                    head += 1
                heappush(heap, (step + left[number]) << _BITS | number)
                n += 1
                if flat[number] >= 0:
                    growing += 1
                context += begin[number]
                held = context if by_token else held + need[number]
                if changes is not None:
                    changes.append(Change(now, n, context, held))
                reading_s = prefill_s * read[number]
                now += reading_s
                running_request_s += n * reading_s
                held_token_s += held * reading_s
                number = stopped[-1] if stopped else head
                next_s = arrived_s[number]
            if not n:
                if next_s >= until_s:
                    break
                now = next_s
                continue
            if by_token and held + growing > kv_tokens:
                number = self._stop_newest(step)
                n -= 1
                if flat[number] >= 0:
                    growing -= 1
                context -= begin[number]
                held = context
                if changes is not None:
                    changes.append(Change(now, n, context, held))
                continue
            step_s, half_s = alpha_s + beta_s * n + delta_s * context, 0.5 * delta_s * growing
            m = (heap[0] >> _BITS) - step
            if by_token and held + growing * m > kv_tokens:
                m = int((kv_tokens - held) // growing)
            then = now + m * (step_s + half_s * (m - 1))
            if now < next_s < then and n < max_batch:
                m, then = _boundary(now, next_s, step_s, half_s)
            if then >= until_s:
                break
            if len(first_s) < head:
                first_s += [now + step_s] * (head - len(first_s))
            running_request_s += n * (then - now)
            context += growing * m
            held_token_s += (0.5 * (held + context) if by_token else held) * (then - now)
            if by_token:
                held = context
            now = then
            step += m
            over = (step + 1) << _BITS
            while n and heap[0] < over:
                number = heappop(heap) & _NUMBER
                rest = flat[number]
                if rest >= 0:
                    growing -= 1
                    if rest:
                        heappush(heap, (step + rest) << _BITS | number)
                        flat[number] = -1
                        continue
                ended_s[number] = now
                n -= 1
                context -= total[number]
                held -= total[number]
            if changes is not None:
                changes.append(Change(now, n, context, held))
        self.now_s, self._step, self.n_started, self.n_running, self._n_growing = now, step, head, n, growing
        self.context_tokens, self.held_tokens = context, held
        self.running_request_s, self.held_token_s = running_request_s, held_token_s
        self.n_ended = head - n - len(stopped)
        self._offers_from_s = max(self._offers_from_s, now if until_s == math.inf else until_s)

    def served(self) -> Served:
        """What is known of every request offered."""
        n = len(self._input)
        started_s, first_s, ended_s = (
            _filled(times_s, n) for times_s in (self._started_s, self._first_s, self._ended_s)
        )
        read, written = np.array(self._input, np.int64), np.array(self._output, np.int64)
        return Served(np.array(self._arrived_s[:-1]), started_s, first_s, ended_s, read, written)

    def _stop_newest(self, step: int) -> int:
        """Take the newest request out of the batch, to be read again, and return its number."""
        heap = self._heap
        entry = max(heap, key=lambda each: each & _NUMBER)
        heap.remove(entry)
        heapify(heap)
        number = entry & _NUMBER
        is_growing = self._flat[number] >= 0
        self._left[number] = (entry >> _BITS) - step
        context = self._total[number] - (self._left[number] if is_growing else 0)
        self._begin[number] = self._read[number] = context
        self._need[number] = context + is_growing
        self._stopped.append(number)
        self.n_stops += 1
        return number


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
