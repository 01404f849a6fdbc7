"""`simlab status`: how far a study is, on one screen."""

import time
from datetime import datetime
from pathlib import Path

from rich.console import Console

from simlab.cli.reasons import reason_lines
from simlab.cli.summary import count_of, duration, say
from simlab.sweep.runs import State
from simlab.sweep.status import Status, status


def tell_status(folder: Path) -> None:
    """Print the status of the study in `folder`."""
    console, found = Console(), status(folder)
    for line in [*_head(found, folder), *_counts(found), *_facts(found), *reason_lines(found, folder, console.width)]:
        say(console, line)


def _head(found: Status, folder: Path) -> list[str]:
    plan = found.plan
    sizes = [
        count_of(len(plan.policies), "policy", "policies"),
        count_of(plan.n_points, "point"),
        count_of(plan.n_replicates, "replicate"),
    ]
    return [f"{folder}", f"Last asked for: {' × '.join(sizes)}", ""]


def _counts(found: Status) -> list[str]:
    """Planned, done by state, still to do: numbers under one another."""
    rows = [(found.n_planned, "planned"), *((n, str(state)) for state, n in found.states.items())]
    rows.append((found.n_left, "still to do"))
    wide = max(len(f"{n:,}") for n, _ in rows)
    return [*(f"  {n:>{wide},}  {what}" for n, what in rows), ""]


def _facts(found: Status) -> list[str]:
    work, n_ok = found.work, max(found.states.get(State.OK, 0), 1)
    lost = f"; {work.n_lost:,} attempts lost with their process or worker" if work.n_lost else ""
    cpu = f"{duration(work.cpu_seconds)} of CPU{lost}" if work.last_s else "nothing has ended yet"
    facts = {
        "At work": _at_work(found),
        "Spent": cpu,
        "On disk": f"{_size(found.n_bytes)}, {_size(found.n_bytes / n_ok)} a run",
        "Last ended": "" if work.last_s is None else _moment(work.last_s),
    }
    return [f"  {name:<11} {told}" for name, told in facts.items() if told]


def _at_work(found: Status) -> str:
    if not found.is_driven:
        return "nobody; the same command goes on with the rest" if found.n_left else "nobody; all is done"
    rate, left_s = found.work.runs_per_second, found.seconds_left
    if rate is None or left_s is None:
        return "yes; too early to say how fast"
    return f"yes; {rate:.3g} runs a second, about {duration(left_s)} left"


def _moment(seconds: float) -> str:
    return f"{datetime.fromtimestamp(seconds):%Y-%m-%d %H:%M:%S}, {duration(max(time.time() - seconds, 0.0))} ago"


def _size(n_bytes: float) -> str:
    """A size in powers of a thousand.

    >>> _size(512), _size(19_900), _size(2.5e9)
    ('512 B', '19.9 kB', '2.5 GB')
    """
    for unit in ("B", "kB", "MB"):
        if n_bytes < 999.5:
            return f"{n_bytes:.3g} {unit}"
        n_bytes /= 1000
    return f"{n_bytes:.3g} GB"
