"""Test-time compute: thinking longer, instead of training more."""

from simlab.parameters import Params


class ThinkingParams(Params):
    """Numbers of this mechanism."""
