"""Where the ideas in frontier models came from."""

import pytest

from simlab.tables.origins import landed, origins
from simlab.trace import events as e
from simlab.trace.recorder import Trace

WORDS = {"lab": ("north", "south", "east"), "area": ("data", "optimiser")}
AREA, LIFE_DAYS = 1, 20.0


def lands(day, lab, idea, cause=e.Cause.ADOPTED):
    """The end of a life of LIFE_DAYS."""
    days = LIFE_DAYS, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    return e.IdeaEnded(day, lab, 0, AREA, idea, cause, 0, 1, 1.0, 1.0, 1.0, *days, 0.01, 0.01, 0.0, 0.0)


def known(day, lab, idea):
    return e.IdeaPublished(day, lab, AREA, idea, 0.01, 1)


def told(*happened):
    trace = Trace()
    for event in happened:
        trace.record(event)
    return {(row["lab"], row["idea"]): row for row in origins(trace, WORDS).iter_rows(named=True)}


def test_an_idea_known_before_it_was_begun_was_read():
    rows = told(lands(50.0, 0, 7), known(60.0, 0, 7), lands(90.0, 1, 7))
    assert rows["south", 7]["is_read"]
    assert not rows["north", 7]["is_read"]
    assert not rows["north", 7]["is_twice"]


def test_an_idea_that_two_labs_began_before_it_was_known_was_found_twice():
    rows = told(lands(50.0, 0, 7), known(60.0, 0, 7), lands(79.0, 1, 7), lands(95.0, 2, 7))
    assert [rows[lab, 7]["is_twice"] for lab in WORDS["lab"]] == [True, True, False]
    assert rows["east", 7]["is_read"]


def test_the_lab_that_told_did_not_read():
    rows = told(known(10.0, 0, 7), lands(50.0, 0, 7))
    assert not rows["north", 7]["is_read"]


def test_what_was_buried_has_not_landed():
    assert told(lands(50.0, 0, 7, e.Cause.NO_GAIN_SEEN)) == {}


@pytest.mark.parametrize(("day", "month"), [(1.0, 0), (30.0, 0), (30.1, 1), (60.0, 1)])
def test_an_idea_counts_in_the_period_in_which_it_landed(day, month):
    trace = Trace()
    trace.record(lands(day, 0, 7))
    for reading in (30.0, 60.0):
        for lab in (0, 1):
            zeros = [0] * (len(e.LabMetered._fields) - 2)
            trace.record(e.LabMetered(reading, lab, *zeros))
    counts = landed(trace, WORDS).filter(lab="north")["n_landed"].to_list()
    assert counts == [int(month == 0), int(month == 1)]
    assert landed(trace, WORDS)["n_landed"].sum() == 1
