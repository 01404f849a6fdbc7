"""Where the ideas in frontier models came from: found alone, found by several labs on their own, or read.

An idea has landed in a lab when the frontier run that carried it ended and it was kept. It was read if another lab had
made it known before this lab began with it; otherwise the lab found it, and if another lab found it as well, it was
found twice. What became known before day 0 is not recorded, so ideas read from there count as found.
"""

import polars as pl

from simlab.tables.serving import KEYS
from simlab.tables.tidy import table
from simlab.tables.words import Words
from simlab.trace.events import IdeaEnded, IdeaPublished, LabMetered
from simlab.trace.recorder import Trace

IDEA = ("area", "idea")

STAGES = ("thinking", "building", "waiting_compute", "running", "reading", "waiting_people", "waiting_run")

LANDED = ("n_landed", "n_landed_read", "n_landed_twice")


def origins(trace: Trace, words: Words) -> pl.DataFrame:
    """A row an idea that landed in a lab: lab, time_days, area, idea, is_read, is_twice."""
    landed = table(trace, IdeaEnded, words).filter(pl.col("cause").cast(pl.String) == "adopted")
    began = pl.col("time_days") - pl.sum_horizontal(f"{stage}_days" for stage in STAGES)
    known = table(trace, IdeaPublished, words).select(*IDEA, known_days=pl.col("time_days"), teller=pl.col("lab"))
    told = landed.with_columns(began_days=began).join(known, on=IDEA, how="left", maintain_order="left")
    is_read = ((pl.col("known_days") <= pl.col("began_days")) & (pl.col("teller") != pl.col("lab"))).fill_null(
        value=False
    )
    found = told.with_columns(is_read=is_read)
    finders = (~pl.col("is_read")).sum().over(IDEA)
    is_twice = ~pl.col("is_read") & (finders > 1)
    return found.with_columns(is_twice=is_twice).select("lab", "time_days", *IDEA, "is_read", "is_twice")


def landed(trace: Trace, words: Words) -> pl.DataFrame:
    """LANDED in each period: a row a lab and reading."""
    readings = table(trace, LabMetered, words).select(*KEYS).sort("time_days", maintain_order=True)
    ideas = origins(trace, words).sort("time_days", maintain_order=True)
    read_at = readings.with_columns(reading_days=pl.col("time_days"))
    booked = ideas.join_asof(read_at, on="time_days", by="lab", strategy="forward", check_sortedness=False)
    ways = [pl.col(f"is_{way}").sum().alias(f"n_landed_{way}") for way in ("read", "twice")]
    counts = booked.group_by("lab", "reading_days", maintain_order=True).agg(pl.len().alias("n_landed"), *ways)
    rows = readings.join(counts.rename({"reading_days": "time_days"}), on=KEYS, how="left", maintain_order="left")
    return rows.with_columns(pl.col(*LANDED).fill_null(0).cast(pl.Int64)).select(*KEYS, *LANDED)
