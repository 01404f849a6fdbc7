"""The notebook of a run: rows of numbers, one table an event class.

A row is appended to a flat array of 8-byte floats, because a buried experiment may cost at most 200 bytes. Names
(labs, areas, teams' leads) are numbers here; `tables.tidy` gives them back their words.
"""

from array import array
from struct import pack
from typing import Any

from simlab.trace.events import Event


class Trace:
    """Everything that was recorded in one run.

    `detail` False leaves out the classes marked as detail (the single experiments and decisions); all other tables
    are the same bytes either way.
    """

    def __init__(self, *, detail: bool = False) -> None:
        self.detail = detail
        self._columns: dict[type[Event], array[float]] = {}

    def wants(self, kind: type[Event]) -> bool:
        """Whether events of this class are kept; ask before building a costly one."""
        return self.detail or not kind.detail

    def record(self, event: Any) -> None:
        """Write one event down, unless it lies in the warm-up before day 0. Its fields are numbers."""
        if event[0] < 0.0:
            return
        kind = type(event)
        rows = self._columns.get(kind)
        if rows is None:
            rows = self._columns[kind] = array("d")
        rows.frombytes(pack("d" * len(event), *event))

    def n_rows(self, kind: type[Event]) -> int:
        """How many events of this class were recorded."""
        return len(self._columns.get(kind, ())) // len(kind._fields)

    def values(self, kind: type[Event]) -> "array[float]":
        """All rows of this class, flat, in the order of recording: row i is values[i * width : (i + 1) * width]."""
        return self._columns.get(kind, array("d"))

    def of(self, kind: type[Event]) -> list[Any]:
        """The events of this class as objects, in the order of recording (for tests and stories, not hot paths)."""
        flat, width = self.values(kind), len(kind._fields)
        return [kind._make(flat[i : i + width]) for i in range(0, len(flat), width)]

    @property
    def n_bytes(self) -> int:
        """Memory held by all rows, in bytes."""
        return sum(rows.itemsize * len(rows) for rows in self._columns.values())
