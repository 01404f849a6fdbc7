"""Which of the known names somebody meant."""

from collections.abc import Iterable
from difflib import SequenceMatcher


def closest(word: str, known: Iterable[str]) -> str | None:
    """The known name nearest to `word`, or None where nothing is near.

    Near is at most one edit in three letters (insert, delete, replace, swap neighbours), capitals and the
    choice of hyphen or underscore not counting; failing that, a name that shares most of its letters in
    order.
    """
    plain = _plain(word)
    ranked = [(_edits(plain, _plain(name)), -_alike(plain, _plain(name)), name) for name in known]
    if not ranked:
        return None
    edits, unlike, name = min(ranked)
    return name if edits <= max(1, len(plain) // 3) or -unlike >= 0.75 else None


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")


def _alike(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b).ratio()


def _edits(a: str, b: str) -> int:
    """Smallest number of single edits that turn `a` into `b`."""
    before: list[int] = []
    last = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        row = [i]
        for j, y in enumerate(b, 1):
            row.append(min(row[-1] + 1, last[j] + 1, last[j - 1] + (x != y)))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                row[j] = min(row[j], before[j - 2] + 1)
        before, last = last, row
    return last[-1]
