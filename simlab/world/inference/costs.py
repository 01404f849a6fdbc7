"""What a token costs: the constants of a server, and accelerator time per token, from the parameters a token passes.

Accelerator time of a request of I tokens in and O tokens out, where servers always have work, is

    a I + b O + d O (I + O / 2)    accelerator-seconds, a and b going with parameters, d with parameters^0.79.

Source: nvidia-trtllm gives the throughput of 8, 70 and 405 billion parameters at ten shapes each; the form and its
constants are our fit to that table (within 9% of every entry). A step's time apart from the batch, alpha, is a share
of b; of d, one share is the smaller batch that memory allows where context is long, the rest is reading the context.
The same constants read so give a server of a batch limit and a memory (`Server`).
"""

import math
from typing import Annotated, NamedTuple

from annotated_types import Ge, Gt, Le, Lt

from simlab.parameters import Params, State, Unit
from simlab.units import SECONDS_PER_DAY
from simlab.world.inference.server import Server
from simlab.world.inference.shapes import Shape


class ServerParams(Params):
    """Speed of servers on one H100 equivalent."""

    reference_parameters: Annotated[float, Gt(0), Unit("1")]
    """Parameters a token passes through, of the model to which the three constants below belong."""
    prefill_s_per_token: Annotated[float, Gt(0), Unit("s/token")]
    """a: accelerator time to read one input token."""
    decode_s_per_token: Annotated[float, Gt(0), Unit("s/token")]
    """b: accelerator time to write one token in a full batch, without its context."""
    attention_s_per_token_per_context_token: Annotated[float, Gt(0), Unit("s/(token*token)")]
    """d: more for each token of context."""
    attention_exponent: Annotated[float, Ge(0), Unit("1")]
    """d goes as parameters^this."""
    achieved_fraction: Annotated[float, Gt(0), Le(1), Unit("1"), State()]
    """Tokens per accelerator of a real fleet while busy, relative to the benchmark at full load."""
    parameters_per_h100e: Annotated[float, Gt(0), Unit("1/H100e")]
    """Parameters held by each accelerator of a replica."""
    max_batch: Annotated[int, Ge(1), Unit("1")]
    """Requests that a replica serves at a time, at most."""
    step_fraction: Annotated[float, Ge(0), Lt(1), Unit("1")]
    """Share of b that is a step's time apart from its batch: reading the weights, above all."""
    memory_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of d that comes from the smaller batch that memory allows; the rest is reading the context."""
    context_limit_tokens: Annotated[float, Gt(0), Unit("token")]
    """Context at which it is compacted and grows no further."""


class Speed(NamedTuple):
    """Accelerator time: a, b and d of a model, in seconds of one H100e."""

    prefill_s: float
    decode_s: float
    attention_s: float

    def per_token_s(self, shape: Shape) -> float:
        """Accelerator-seconds per output token of requests of this shape."""
        reading = self.prefill_s * shape.read_tokens / shape.output_tokens
        return reading + self.decode_s + self.attention_s * shape.context_tokens


def speed_of(model_parameters: float, p: ServerParams, efficiency_nats: float) -> Speed:
    """The speed of a model through which a token passes `model_parameters`.

    Research multiplies tokens per accelerator by exp(efficiency_nats).
    """
    size = model_parameters / p.reference_parameters
    slow = math.exp(-efficiency_nats) / p.achieved_fraction
    linear = size * slow
    attention = p.attention_s_per_token_per_context_token * size**p.attention_exponent * slow
    return Speed(p.prefill_s_per_token * linear, p.decode_s_per_token * linear, attention)


def server_of(model_parameters: float, p: ServerParams, efficiency_nats: float) -> Server:
    """One replica of such a model, at the same speed."""
    speed = speed_of(model_parameters, p, efficiency_nats)
    n = max(model_parameters / p.parameters_per_h100e, 1.0)
    step_s = p.step_fraction * p.max_batch * speed.decode_s / n
    attention_s = speed.attention_s / n
    return Server(
        n_h100e=n,
        prefill_s=speed.prefill_s / n,
        step_s=step_s,
        step_per_request_s=(1.0 - p.step_fraction) * speed.decode_s / n,
        step_per_context_token_s=(1.0 - p.memory_fraction) * attention_s,
        max_batch=p.max_batch,
        kv_tokens=step_s / (p.memory_fraction * attention_s),
    )


def tokens_per_h100e_day(speed: Speed, shape: Shape) -> float:
    """Output tokens that one accelerator serves in a day, flat out."""
    return SECONDS_PER_DAY / speed.per_token_s(shape)
