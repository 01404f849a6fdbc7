"""Model size under the expected serving load."""

from simlab.parameters import Params


class SizingParams(Params):
    """Numbers of this mechanism."""
