"""The pages of elasticities and bottlenecks, from made-up findings."""

import json
import math

import polars as pl
import pytest

from simlab.report.figures.bottlenecks import gains_figure
from simlab.report.figures.elasticities import lines_figure, numbers_figure, without_figure
from simlab.report.probes import Facts, write_bottlenecks, write_elasticities

TIMES = (0.1, 1.0 / 3.0, 1.0, 3.0, 10.0)


def numbers():
    rows = [
        ("more_compute", "Ten times <b>", 1.2, 1.1, 1.3, 2.5, 5.0, False, "People are in the way."),
        ("rho", "rho", -2.0, -3.0, -1.0, -0.2, 0.0, False, ""),
        ("people_limit", "limit", math.inf, 5.0, math.inf, 1.0, 200.0, False, ""),
        ("compute_exponent", "exponent", 0.3, 0.2, 0.4, None, None, None, ""),
        ("difficulty", "difficulty", 0.7, 0.6, 0.8, 0.3, 1.0, True, ""),
    ]
    names = ["key", "title", "value", "low", "high", "band_low", "band_high", "is_inside", "reason"]
    return pl.DataFrame(rows, schema=names, orient="row").with_columns(
        formula=pl.lit("v"), sources=pl.lit("somebody-2025")
    )


def speeds():
    worlds = [(p, c, "") for p in TIMES for c in TIMES]
    worlds += [(1.0, c, name) for name in ("hands", "ideas that run out") for c in (0.1, 1.0, 10.0)]
    fractions = ["busy", "thinking", "building", "waiting_people", "waiting_compute", "running", "reading"]
    rows = [
        {"people": p, "compute": c, "without": name, "times": p**0.4 * c**0.5, "half": 0.05, "nats_per_year": 1.0}
        | {f"{what}_fraction": 0.5 for what in fractions}
        | {"proposed_per_year": 100.0, "adopted_per_year": 10.0}
        for p, c, name in worlds
    ]
    return pl.DataFrame(rows)


def gains():
    rows = [("people", 2025, 0.01, 0.02, 0.1), ("people", 2027, 0.03, 0.02, 0.2)]
    rows += [("tokens", 2025, -0.01, 0.02, None), ("tokens", 2027, 0.06, 0.02, None)]
    return pl.DataFrame(rows, schema=["resource", "year", "nats", "half", "wait_fraction"], orient="row")


def test_numbers_that_a_logarithm_cannot_show_are_in_the_table():
    made = numbers_figure(numbers())
    assert made.takeaway.startswith("1 of 4 numbers")
    drawn = made.panels[0].spec["data"][-1]["y"]
    assert list(drawn) == ["Ten times &lt;b&gt;", "exponent", "difficulty"]
    assert made.takeaway.endswith("Outside: Ten times <b>; rho; limit.")
    assert made.caption.endswith("because they do not fit it: rho; limit.")
    assert [row[2] for row in made.table.rows] == ["1.2", "-2", "no end", "0.3", "0.7"]


def test_speed_is_drawn_along_both_inputs_with_the_published_wedge():
    made = lines_figure(speeds())
    assert len(made.panels) == 2
    assert "3.16 times as fast" in made.takeaway
    wedge = made.panels[0].spec["data"][0]
    assert list(wedge["y"])[2] == pytest.approx(10.0**0.7)
    assert len(made.panels[0].spec["data"]) == 1 + len(TIMES)
    assert len(made.table.rows) == speeds().height


def test_each_mechanism_taken_out_has_its_line():
    made = without_figure(speeds())
    assert [words for words, _ in made.swatches] == ["as it is", "without hands", "with ideas that run out"]
    assert json.dumps(made.panels[0].spec, default=list)


def test_gains_and_waits_stand_side_by_side():
    made = gains_figure(gains())
    gain, wait = made.panels
    assert list(gain.spec["data"][0]["text"]) == ["+10 ± 20", "+30 ± 20", "-10 ± 20", "+60 ± 20"]
    assert set(wait.spec["data"][0]["y"]) == {"people"}
    assert "tokens gains most, +25 ± 14 millinats" in made.takeaway


def test_pages_are_sealed_and_tell_their_reasons(tmp_path, read):
    facts = Facts("A <b>title</b>", "abc", 4)
    pages = [
        write_elasticities(tmp_path / "elasticities.html", facts, numbers(), speeds()),
        write_bottlenecks(tmp_path / "bottlenecks.html", facts, gains(), "The two orders agree."),
    ]
    said = [page.read_text(encoding="utf-8") for page in pages]
    assert "People are in the way." in said[0]
    assert "The two orders agree." in said[1]
    for page, text in zip(pages, said, strict=True):
        assert "<b>title" not in text
        addresses = [known[name] for _, known in read(page).tags for name in ("href", "src") if name in known]
        assert addresses
        assert all(address.startswith("#") for address in addresses)
    assert list(read(pages[0]).figures) == ["numbers", "speed", "without"]
    assert list(read(pages[1]).figures) == ["gains"]
