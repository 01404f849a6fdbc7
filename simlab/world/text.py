"""Text: how much there is, what repeating it and generating more is worth."""

from simlab.parameters import Params


class TextParams(Params):
    """Numbers of this mechanism."""
