"""A project's days: each is counted once, in the stage it was spent in."""

import pytest

from simlab.trace.events import Cause, IdeaEnded
from simlab.world.projects import N_STAGES, Stage7


def test_days_go_to_the_stage_that_was_left(new_bench):
    bench = new_bench()
    project, meter = bench.project(), [0.0] * N_STAGES
    project.move(Stage7.BUILDING, 3.0, meter)
    project.move(Stage7.READING, 10.0, meter)
    project.move(Stage7.BUILDING, 10.5, meter)
    project.move(Stage7.WAITING_RUN, 12.0, meter)
    assert (project.days[Stage7.THINKING], project.days[Stage7.BUILDING], project.days[Stage7.READING]) == (3, 8.5, 0.5)
    assert project.days == meter
    assert sum(project.days) == 12.0


def test_the_stages_are_the_columns_of_a_life():
    columns = [
        name
        for name in IdeaEnded._fields
        if name.endswith("_days") and name.split("_days")[0].upper() in Stage7.__members__
    ]
    assert [name.removesuffix("_days").upper() for name in columns] == [stage.name for stage in Stage7]


def test_a_life_is_written_down_as_it_was(new_bench):
    bench = new_bench()
    project = bench.project(idea=9, area=3, true_gain_nats=0.07, believed=(0.05, 0.01), team=bench.team(number=4))
    project.rung, project.n_experiments, project.flop = 2, 3, 1e24
    project.used_h100e_days, project.people_days = 55.0, 77.0
    project.days = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    row = project.ended(100.0, 1, Cause.SCOOPED)
    assert row[:11] == (100.0, 1, 4, 3, 9, Cause.SCOOPED, 2, 3, 1e24, 55.0, 77.0)
    assert row[11:18] == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    assert row[18:] == (pytest.approx(0.05), 0.07)


def test_an_untested_idea_has_no_rung(new_bench):
    assert new_bench().project().ended(0.0, 0, Cause.CANCELLED).rung == -1
