"""What a lab offers to each class of requests with the model it serves: cost, price and speed."""

from typing import NamedTuple

from simlab.units import HOURS_PER_DAY, MINUTES_PER_HOUR, SECONDS_PER_DAY
from simlab.world.customers import CustomersParams, RequestParams
from simlab.world.inference.costs import ServerParams, Speed, server_of, speed_of
from simlab.world.inference.latency import BatchQueue, batch_queue
from simlab.world.inference.params import InferenceParams
from simlab.world.inference.shapes import Shape, shape
from simlab.world.models import Model

_SECONDS_PER_HOUR = 60.0 * MINUTES_PER_HOUR


class Offer(NamedTuple):
    """One class of requests on one model."""

    h100e_days_per_token: float
    """Accelerator time of an output token at full load."""
    rent_usd2025_per_token: float
    price_usd2025_per_token: float
    queue: BatchQueue
    """A replica of the model under these requests."""


def shape_of(request: RequestParams, p: ServerParams) -> Shape:
    """A branch of the class's requests."""
    r = request
    return shape(r.input_tokens, r.cached_fraction, r.output_median_tokens, r.output_log_sd, p.context_limit_tokens)


def query_rent_usd2025(
    request: RequestParams, output_tokens: float, speed: Speed, p: ServerParams, rent_usd2025_per_h100e_hour: float
) -> float:
    """Rent of the accelerators that one request takes whose branches each write exactly `output_tokens`."""
    exact = shape(request.input_tokens, request.cached_fraction, output_tokens, 0.0, p.context_limit_tokens)
    seconds = request.branches * output_tokens * speed.per_token_s(exact)
    return seconds * rent_usd2025_per_h100e_hour / _SECONDS_PER_HOUR


class Offers(NamedTuple):
    """What a lab serves: each class of customers, and its own AI workers (None before there is a model)."""

    customers: list[Offer]
    workers: Offer | None


class Tariff(NamedTuple):
    """What tokens cost, and what they are sold for."""

    rent_usd2025_per_h100e_hour: float
    markup: float
    """Price over rent at full load."""


def offers_on(model: Model, p: InferenceParams, customers: CustomersParams | None, tariff: Tariff) -> Offers:
    """All that is offered on this model; the lab's own workers pay the rent."""
    w = p.worker
    own = shape(w.input_tokens, w.cached_fraction, w.output_tokens, 0.0, p.server.context_limit_tokens)
    workers = _offer(w.size_fraction, own, model, p, tariff._replace(markup=1.0))
    if customers is None:
        return Offers([], workers)
    classes = customers.requests.values()
    return Offers([_offer(c.size_fraction, shape_of(c, p.server), model, p, tariff) for c in classes], workers)


def at_tariff(offers: Offers, tariff: Tariff) -> Offers:
    """The same, at another rent or markup."""

    def sold(offer: Offer, markup: float) -> Offer:
        rent = offer.h100e_days_per_token * HOURS_PER_DAY * tariff.rent_usd2025_per_h100e_hour
        return Offer(offer.h100e_days_per_token, rent, markup * rent, offer.queue)

    workers = None if offers.workers is None else sold(offers.workers, 1.0)
    return Offers([sold(offer, tariff.markup) for offer in offers.customers], workers)


def _offer(size_fraction: float, kind: Shape, model: Model, p: InferenceParams, tariff: Tariff) -> Offer:
    """Requests of this shape on a model of `size_fraction` of the flagship's parameters."""
    size = model.n_active_parameters * size_fraction, p.server, model.inference_gain_nats
    seconds = speed_of(*size).per_token_s(kind)
    rent = seconds * tariff.rent_usd2025_per_h100e_hour / _SECONDS_PER_HOUR
    return Offer(seconds / SECONDS_PER_DAY, rent, tariff.markup * rent, batch_queue(server_of(*size), kind))
