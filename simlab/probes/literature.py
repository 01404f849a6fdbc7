"""What has been published about people, compute and the speed of AI research: the numbers and where they stand.

Most are judgements, few are measurements; where they disagree they stand side by side. Keys are those of sources.yaml.
"""

from typing import NamedTuple


class Published(NamedTuple):
    """One number of one source."""

    central: float | None
    low: float | None
    high: float | None
    source: str


PUBLISHED: dict[str, tuple[Published, ...]] = {
    "less_compute": (Published(2.8, 1.7, 5.6, "aifm-2025"),),
    "more_compute": (
        Published(2.5, None, None, "davidson-ftm-2023"),
        Published(5.0, None, None, "dwarkesh-2024"),
    ),
    "compute_exponent": (Published(0.4, None, None, "davidson-ftm-2023"),),
    "parallel_exponent": (
        Published(0.3, 0.15, 0.6, "eth-davidson-2025"),
        Published(0.5, None, None, "aifm-2025"),
        Published(0.7, 0.2, 0.99, "davidson-ftm-2023"),
    ),
    "both_exponent": (Published(None, 0.8, 1.0, "kwa-2026"),),
    "people_share": (Published(0.23, 0.12, 0.35, "kwa-2026"),),
    "rho": (
        Published(-0.155, None, None, "aifm-2025"),
        Published(-0.01, None, None, "davidson-ftm-2023"),
        Published(-0.1, -0.2, 0.0, "davidson-compute-2025"),
    ),
    "sigma": (
        Published(2.58, None, None, "whitfill-wu-2025"),
        Published(0.0, None, None, "whitfill-wu-2025"),
    ),
    "people_limit": (Published(15.0, 1.0, 200.0, "aifm-2025"),),
    "compute_limit": (Published(1000.0, 25.0, 40_000.0, "aifm-2025"),),
    "thirty_by_thirty": (
        Published(8.0, 2.0, 32.0, "eth-davidson-2025"),
        Published(None, 2.0, 20.0, "researcher-interviews-2024"),
    ),
    "difficulty": (Published(0.65, 0.3, 1.0, "kwa-2026"),),
    "returns": (Published(1.2, 0.4, 3.6, "eth-davidson-2025"),),
}
"""By the number that the simulation is asked for (`simlab.probes.numbers`)."""

BANDS: dict[str, tuple[float, float]] = {
    "less_compute": (1.7, 5.6),
    "more_compute": (2.5, 5.0),
    "parallel_exponent": (0.15, 0.7),
    "thirty_by_thirty": (2.0, 20.0),
}
"""What the published numbers say together, where they do."""


def band(key: str) -> tuple[float, float] | None:
    """The published range: that of BANDS, else from the least to the largest number that any source gives."""
    if key in BANDS:
        return BANDS[key]
    ends = [end for row in PUBLISHED[key] for end in (row.central, row.low, row.high) if end is not None]
    return (min(ends), max(ends)) if len(set(ends)) > 1 else None
