"""Weaker chips: what a lab loses on accelerators that are slower or worse connected than its algorithms expect.

Ideas in areas that raise "hardware" win part of it back: a lab that is held to such chips finds more worth in them.
"""

from simlab.parameters import Params


class HardwareParams(Params):
    """What weaker chips cost, and what can be won back."""
