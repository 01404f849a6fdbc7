"""A limit on how long a run may take, enforced in whatever thread it runs.

A signal would reach the main thread only, and a Dask worker computes in another one. So a timer thread raises
TimedOut inside the run's thread, which ends any loop of Python code. Code that never comes back to Python
does not notice; where `last_resort` is given, it is called at a later limit and is expected to end the
process.
"""

import ctypes
import threading
from collections.abc import Callable
from types import TracebackType


class TimedOut(BaseException):
    """The run took too long. Not an Exception, so that no model code takes it for one of its own errors."""


class Watchdog:
    """``with Watchdog(60.0, 65.0, None): ...`` raises TimedOut inside the block after 60 seconds."""

    def __init__(self, limit_s: float, last_limit_s: float, last_resort: Callable[[], None] | None) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_over = False
        self._timers = [threading.Timer(limit_s, self._bark)]
        if last_resort is not None:
            self._timers.append(threading.Timer(last_limit_s, last_resort))

    def __enter__(self) -> "Watchdog":
        for timer in self._timers:
            timer.daemon = True
            timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for timer in self._timers:
            timer.cancel()
        with self._lock:
            self._is_over = True
            _raise_in(self._thread, None)  # called back: barked at the last moment and not yet heard

    def _bark(self) -> None:
        with self._lock:
            if not self._is_over:
                _raise_in(self._thread, TimedOut)


def _raise_in(thread: int, error: type[BaseException] | None) -> None:
    what = ctypes.py_object() if error is None else ctypes.py_object(error)
    ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread), what)
