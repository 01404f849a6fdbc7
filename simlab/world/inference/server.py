"""A server: one replica of a model on the accelerators that hold it, and how fast it reads and writes.

A step writes one token of every request in the batch. It takes alpha + beta n + delta k seconds, with n requests in
the batch and k tokens of context in all; reading takes `prefill_s` a token, during which nobody writes. A server that
always has `max_batch` requests at hand therefore spends on a request of I tokens in and O tokens out

    a I + b O + d O (I + O / 2)    seconds, with a = prefill_s, b = alpha / max_batch + beta, d = delta.

Source: nvidia-trtllm (throughput over ten shapes of requests is of this form within a few per cent).
"""

from typing import NamedTuple


class Server(NamedTuple):
    """Constants of one replica."""

    n_h100e: float
    """Accelerators that hold one replica."""
    prefill_s: float
    """Seconds to read one input token."""
    step_s: float
    """alpha: seconds of a step whatever the batch (reading the weights)."""
    step_per_request_s: float
    """beta: more for each request in the batch."""
    step_per_context_token_s: float
    """delta: more for each token of context in the batch (reading its keys and values)."""
    max_batch: int
    """Requests at a time, at most."""
    kv_tokens: float
    """Tokens of context that fit into memory, all requests together."""

    def batch_limit(self, input_tokens: float, output_tokens: float) -> float:
        """Requests of this shape that run at a time: by the batch limit, or by the memory for their context."""
        return min(self.max_batch, self.kv_tokens / (input_tokens + output_tokens))

    def request_s(self, input_tokens: float, output_tokens: float) -> float:
        """Seconds of the replica that a request takes where the batch is always full."""
        n = self.batch_limit(input_tokens, output_tokens)
        write_s = self.step_s / n + self.step_per_request_s
        context = input_tokens + 0.5 * output_tokens
        return self.prefill_s * input_tokens + output_tokens * (write_s + self.step_per_context_token_s * context)
