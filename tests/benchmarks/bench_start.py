"""How long the command line keeps people waiting: help, a check of the baseline, a million events to a table.

Run it alone: ``python tests/benchmarks/bench_start.py``. CPU time of the child processes and of this one, the smallest
of several rounds.
"""

import resource
import subprocess
import sys
import time
from array import array
from collections.abc import Callable
from pathlib import Path

from simlab.tables.tidy import table
from simlab.trace.events import IdeaEnded
from simlab.trace.recorder import Trace

ROUNDS = 5
BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


def command(*words: str) -> float:
    """CPU seconds of `simlab` with these words."""
    code = "import sys; from simlab.cli import main; main(sys.argv[1:])"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def million_events() -> float:
    """CPU seconds to make a table of a million buried ideas."""
    trace = Trace()
    life = [1.0, 0.0, 1.0, 0.0, 1.0, 2.0]
    life += [1.0] * (len(IdeaEnded._fields) - len(life))
    trace._columns[IdeaEnded] = array("d", life * 1_000_000)
    before = time.process_time()
    table(trace, IdeaEnded, {"lab": ("leader",), "area": ("data",)})
    return time.process_time() - before


def best(measure: Callable[[], float]) -> float:
    """The smallest of several rounds."""
    return min(measure() for _ in range(ROUNDS))


def main() -> None:
    """Measure and print."""
    print(f"simlab --help            {best(lambda: command('--help')):6.2f} s")
    print(f"simlab check baseline    {best(lambda: command('check', str(BASELINE))):6.2f} s")
    print(f"a million events, tidy   {best(million_events):6.2f} s")


if __name__ == "__main__":
    main()
