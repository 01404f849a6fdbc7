"""The contract with SimPy: what `Environment.step` reads of an event, and when `run` stops."""

import pytest
import simpy

from simlab.randomness import Streams
from simlab.stage import Alarm, Stage
from simlab.trace.recorder import Trace


@pytest.fixture
def stage() -> Stage:
    return Stage(simpy.Environment(), Streams(1), Trace())


def test_step_reads_nothing_of_an_event_but_callbacks_and_ok():
    class Spy:
        read: set[str] = set()
        callbacks = ()
        _ok = True

        def __getattribute__(self, name: str):
            Spy.read.add(name)
            return object.__getattribute__(self, name)

    env = simpy.Environment()
    env.schedule(Spy(), 1, 0.0)  # pyright: ignore[reportArgumentType]
    env.step()
    assert Spy.read == {"callbacks", "_ok"}


def test_step_sets_callbacks_to_none_before_it_calls_them(stage: Stage):
    seen: list[object] = []
    stage.after(1.0, lambda alarm: seen.append(alarm.callbacks))
    stage.env.run()
    assert seen == [None]


def test_an_alarm_fires_at_its_time_with_itself_as_argument(stage: Stage):
    fired: list[tuple[float, object, object]] = []
    alarm = stage.after(2.5, lambda a: fired.append((stage.env.now, a, a.owner)), owner="me")
    stage.env.run()
    assert fired == [(2.5, alarm, "me")]


def test_one_alarm_can_be_set_again_and_again_also_from_its_own_firing(stage: Stage):
    times: list[float] = []

    def fire(alarm: Alarm) -> None:
        times.append(stage.env.now)
        if len(times) < 4:
            stage.set(alarm, 0.5)

    stage.after(1.0, fire)
    stage.env.run()
    assert times == [1.0, 1.5, 2.0, 2.5]


def test_a_cancelled_alarm_does_nothing_and_the_clock_still_passes_it(stage: Stage):
    fired: list[Alarm] = []
    stage.after(1.0, fired.append).cancel()
    stage.env.run()
    assert (fired, stage.env.now) == ([], 1.0)


def test_an_alarm_can_be_cancelled_at_the_very_moment_it_would_fire(stage: Stage):
    fired: list[Alarm] = []
    stage.after(1.0, lambda _: late.cancel())
    late = stage.after(1.0, fired.append)
    stage.env.run()
    assert fired == []


@pytest.mark.parametrize("delay_days", [-1e-12, -1.0, float("nan")])
def test_no_alarm_fires_in_the_past(stage: Stage, delay_days: float):
    with pytest.raises(ValueError, match="cannot fire"):
        stage.after(delay_days, lambda _: None)


def test_alarms_of_the_same_moment_fire_in_the_order_of_setting(stage: Stage):
    order: list[int] = []
    for number in range(5):
        stage.after(1.0, lambda a: order.append(a.owner), owner=number)
    stage.env.run()
    assert order == [0, 1, 2, 3, 4]


def test_a_delay_of_zero_fires_after_what_is_already_due_and_before_time_passes(stage: Stage):
    log: list[tuple[str, float]] = []

    def now(name: str) -> None:
        log.append((name, stage.env.now))

    def first(_: Alarm) -> None:
        now("first")
        stage.after(0.0, lambda _: now("at once"))

    stage.after(1.0, first)
    stage.after(1.0, lambda _: now("second"))
    stage.env.run()
    assert log == [("first", 1.0), ("second", 1.0), ("at once", 1.0)]


def test_a_run_stops_before_the_events_of_its_last_moment_and_goes_on_with_them(stage: Stage):
    times: list[float] = []
    for time_days in (1.0, 2.0, 3.0):
        stage.after(time_days, lambda _: times.append(stage.env.now))
    stage.env.run(until=2.0)
    assert (times, stage.env.now) == ([1.0], 2.0)
    stage.env.run(until=10.0)
    assert (times, stage.env.now) == ([1.0, 2.0, 3.0], 10.0)


def test_alarms_and_processes_share_one_clock(stage: Stage):
    log: list[str] = []

    def live():
        yield stage.env.timeout(1.0)
        log.append("process")
        yield stage.env.timeout(1.0)
        log.append("process")

    stage.env.process(live())
    stage.after(1.5, lambda _: log.append("alarm"))
    stage.env.run()
    assert log == ["process", "alarm", "process"]


def test_an_error_in_a_firing_comes_out_of_run_as_it_is(stage: Stage):
    def fire(_: Alarm) -> None:
        raise ZeroDivisionError("here")

    stage.after(1.0, fire)
    with pytest.raises(ZeroDivisionError, match="here"):
        stage.env.run()
