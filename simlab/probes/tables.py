"""What the probes found, as tables for the terminal and the page."""

from collections.abc import Sequence
from statistics import fmean, stdev

import polars as pl

from simlab.analysis.intervals import Z_90
from simlab.probes.bottlenecks import Gain
from simlab.probes.elasticities import Findings
from simlab.probes.literature import PUBLISHED, band
from simlab.probes.plan import THIRTY
from simlab.probes.resources import RESOURCES
from simlab.probes.steady import STAGES


def number_table(found: Findings) -> pl.DataFrame:
    """A row a number: key, title, formula, value, low, high, band_low, band_high, published, is_inside, reason."""
    return pl.DataFrame([_number_row(i, found) for i in range(len(found.numbers))], infer_schema_length=None)


def _number_row(place: int, found: Findings) -> dict[str, object]:
    number = found.numbers[place]
    low, high = band(number.key) or (None, None)
    sources = ", ".join(dict.fromkeys(row.source for row in PUBLISHED[number.key]))
    return {
        "key": number.key,
        "title": number.title,
        "formula": number.formula,
        **number.found._asdict(),
        "band_low": low,
        "band_high": high,
        "sources": sources,
        "is_inside": number.is_inside,
        "reason": found.reasons.get(number.key, ""),
    }


def speed_table(found: Findings) -> pl.DataFrame:
    """A row a world: people, compute, without, times (the baseline's speed), half, nats_per_year, and its meters."""
    grid = [world for world in found.speeds if world.without != THIRTY]
    one = {world.without: _mean(found, world) for world in grid if world.people == world.compute == 1.0}
    rows = []
    for world in grid:
        speeds = [speed.nats_per_year / one[world.without] for speed in found.speeds[world]]
        rows.append(
            world._asdict()
            | {"times": fmean(speeds), "half": _half(speeds), "nats_per_year": _mean(found, world)}
            | _meters(found, place=world)
        )
    return pl.DataFrame(rows, infer_schema_length=None)


def _meters(found: Findings, place: object) -> dict[str, float]:
    speeds = next(speeds for world, speeds in found.speeds.items() if world == place)
    shares = {f"{stage}_fraction": fmean(speed.stages[i] for speed in speeds) for i, stage in enumerate(STAGES)}
    counts = ("busy_fraction", "proposed_per_year", "adopted_per_year")
    return {name: fmean(getattr(speed, name) for speed in speeds) for name in counts} | shares


def _mean(found: Findings, place: object) -> float:
    speeds = next(speeds for world, speeds in found.speeds.items() if world == place)
    return fmean(speed.nats_per_year for speed in speeds)


def _half(values: Sequence[float]) -> float:
    """Half of the 90% interval of the mean, normal."""
    return Z_90 * stdev(values) / len(values) ** 0.5


def gain_table(cells: Sequence[Gain], first_year: int) -> pl.DataFrame:
    """A row a resource and year: resource (its title), year, nats, half, wait_fraction (null where nothing waits)."""
    titles = {resource.key: resource.title for resource in RESOURCES}
    rows = [
        {
            "resource": titles[cell.resource],
            "year": first_year + cell.year,
            "nats": fmean(cell.nats),
            "half": _half(cell.nats),
            "wait_fraction": cell.wait_fraction,
        }
        for cell in cells
    ]
    return pl.DataFrame(rows, schema_overrides={"wait_fraction": pl.Float64})
