"""A watchdog barks in the thread it guards, and nowhere else."""

import threading
import time

import pytest

from simlab.sweep.watchdog import TimedOut, Watchdog


def spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


def test_a_loop_without_end_is_ended():
    with pytest.raises(TimedOut), Watchdog(0.1):
        spin(5.0)


def test_what_ends_in_time_hears_nothing():
    with Watchdog(0.05):
        pass
    spin(0.2)


def test_it_works_in_a_worker_s_thread():
    caught = []

    def work():
        try:
            with Watchdog(0.1):
                spin(5.0)
        except TimedOut:
            caught.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert caught == [True]


def test_near_the_limit_nothing_leaks_out_of_the_block():
    for _ in range(200):
        try:
            with Watchdog(0.001):
                spin(0.001)
        except TimedOut:
            continue
        spin(0.0005)
