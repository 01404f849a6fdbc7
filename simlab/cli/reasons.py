"""Why runs did not end well, in a few lines: reasons, the commands that repeat them, how to do them again."""

from collections.abc import Iterator
from pathlib import Path

from simlab.sweep.status import Status

REASONS_SHOWN = 5


def reason_lines(status: Status, folder: Path, width: int) -> Iterator[str]:
    """The most frequent reasons, each with a command that repeats one of its runs; nothing where all ended well."""
    if not status.reasons:
        return
    yield "\nWhy runs did not end well, and a command that repeats one of them:"
    n_wide = len(f"{status.reasons[0].n_runs:,}")
    for reason in status.reasons[:REASONS_SHOWN]:
        yield _cut(f"  {reason.n_runs:>{n_wide},}  {reason.state}: {reason.error}", width)
        yield f"  {'':>{n_wide}}  {reason.command}"
    more = status.reasons[REASONS_SHOWN:]
    if more:
        yield f"  and {sum(reason.n_runs for reason in more):,} runs for {len(more):,} other reasons"
    yield f"\nWhat is known of each: {folder / 'failures'}"
    yield f"To do them again: simlab rerun {folder} --failed"


def _cut(line: str, width: int) -> str:
    return line if len(line) <= width else f"{line[: width - 1]}…"
