"""What work there is."""

from typing import Annotated

from annotated_types import MinLen

from simlab.parameters import Params


class SectorParams(Params):
    """One sector of work."""


class NationLabourParams(Params):
    """A nation's work."""


class DeploymentParams(Params):
    """Sectors and nations."""

    sectors: Annotated[dict[str, SectorParams], MinLen(1)]
    """Sectors by name."""
    nations: Annotated[dict[str, NationLabourParams], MinLen(1)]
    """Nations by name: the market's."""
