"""A limit on how long a run may take, enforced in whatever thread it runs.

A signal would reach the main thread only, and a Dask worker computes in another one. So a timer thread raises
TimedOut inside the run's thread, which ends any loop of Python code. Code that never comes back to Python
does not notice; runs that must end whatever they do have a process of their own (`simlab.sweep.sandbox`).
"""

import ctypes
import threading
from types import TracebackType


class TimedOut(BaseException):
    """The run took too long. Not an Exception, so that no model code takes it for one of its own errors."""


class Watchdog:
    """``with Watchdog(60.0): ...`` raises TimedOut inside the block after 60 seconds."""

    def __init__(self, limit_s: float) -> None:
        self._thread = threading.get_ident()
        self._lock = threading.Lock()
        self._is_over = False
        self._timer = threading.Timer(limit_s, self._bark)
        self._timer.daemon = True

    def __enter__(self) -> "Watchdog":
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
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
