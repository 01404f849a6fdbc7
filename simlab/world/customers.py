"""Customers: how many tokens they ask for, class by class, as models get better and cheaper."""

from typing import Annotated

from annotated_types import MinLen

from simlab.parameters import Params


class RequestParams(Params):
    """One class of requests."""


class CustomersParams(Params):
    """Numbers of this mechanism."""

    requests: Annotated[dict[str, RequestParams], MinLen(1)]
    """Classes of requests by name."""
