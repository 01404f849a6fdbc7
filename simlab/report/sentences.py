"""The headline and the cards, as text: always conditional, always with the share of runs behind them."""

from collections.abc import Callable, Mapping
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from simlab.analysis.headline import Headline
from simlab.analysis.lock import Lock
from simlab.report.figures.binding import STAGE_WORDS
from simlab.report.words import day_of, month, percent, rough, season, until, work

Row = Mapping[str, Any]


class Card(NamedTuple):
    """A key number: what it is, the number, and what stands around it."""

    label: str
    number: str
    around: str


def headline_sentence(found: Headline, lock: Lock, policy: str = "") -> str:
    """The one sentence a reader may quote; it names the `policy` where there are several."""
    if found.milestone is None:
        return "This study asks for no milestone."
    row = found.milestone
    told = _middle(row, lock) + _spread(row, lock) + _never(row, lock)
    under = f" and its policy is “{policy}”" if policy else ""
    return f"If the assumptions of this scenario hold{under}, {told}."


def _say(row: Row) -> Callable[[date], str]:
    """Thirds of a year for dates, or months where thirds of a year would not tell them apart."""
    days = [row[f"{band}_days"] for band in ("p10", "p50", "p90") if row[f"{band}_days"] is not None]
    apart = all(later - earlier > 125 for earlier, later in pairwise(days))
    return season if apart else month


def _middle(row: Row, lock: Lock) -> str:
    if row["p50_days"] is None:
        reached = percent(1 - row["never_fraction"])
        return f"{reached} of the runs reach “{row['title']}” before {until(lock.end)}, fewer than half"
    return f"half of the runs reach “{row['title']}” by {_say(row)(day_of(lock.start, row['p50_days']))}"


def _spread(row: Row, lock: Lock) -> str:
    if row["p10_days"] is None:
        return ""
    first = _say(row)(day_of(lock.start, row["p10_days"]))
    if row["p90_days"] is None:
        return f"; one run in ten does by {first}"
    last = _say(row)(day_of(lock.start, row["p90_days"]))
    if first == last:
        return f"; the middle 80% of the runs all do in {first}"
    return f"; the middle 80% of the runs do between {first} and {last}"


def _never(row: Row, lock: Lock) -> str:
    if row["p50_days"] is None:
        return ""
    never = row["never_fraction"]
    return (
        f", and {percent(never)} do not before {until(lock.end)}"
        if never
        else f", and every run does before {until(lock.end)}"
    )


def cards(found: Headline, lock: Lock) -> list[Card]:
    """The key numbers beside the headline; what a study cannot tell has no card."""
    made = [_horizon(found), _growth(found), *_world(found), _buried(found), _binding(found)]
    return [card for card in made if card is not None]


def _horizon(found: Headline) -> Card | None:
    row = found.final_horizon
    if row is None:
        return None
    around = f"80% of runs: {work(row['p10'])} to {work(row['p90'])}"
    return Card(f"Task horizon in {month(row['date'])}, median", work(row["p50"]), around)


def _growth(found: Headline) -> Card | None:
    growth = found.growth
    if growth is None:
        return None
    part = growth.algorithm_fraction
    around = "mean over the runs" if part is None else f"{percent(part)} of it from algorithms, on a log scale"
    return Card("Effective compute grows each year by", f"×{rough(10**growth.decades_per_year)}", around)


def _world(found: Headline) -> list[Card | None]:
    """Accelerators, their rent, spending on AI and work that AI does, where the runs have them."""
    return [_at_the_end(found, name, words, say) for name, (words, say) in WORLD_WORDS.items()]


WORLD_WORDS: Mapping[str, tuple[str, Callable[[float], str]]] = {
    "installed_h100e": ("Installed H100e", rough),
    "mean_rent_usd2025_per_h100e_hour": ("Rent of an H100e for an hour", lambda rent: f"${rent:.2f}"),
    "spending_fraction": ("AI spending in world product", percent),
    "automated_fraction": ("Work outside labs done by AI", percent),
}


def _at_the_end(found: Headline, name: str, words: str, say: Callable[[float], str]) -> Card | None:
    if name not in found.world:
        return None
    first, last = found.world[name]
    around = f"80% of runs: {say(last['p10'])} to {say(last['p90'])}; {say(first['p50'])} in {month(first['date'])}"
    return Card(f"{words}, {month(last['date'])}, median", say(last["p50"]), around)


def _buried(found: Headline) -> Card | None:
    if found.buried_fraction is None or found.decision_fraction is None or found.crash_fraction is None:
        return None
    spent, broken = percent(found.decision_fraction), percent(found.crash_fraction)
    around = f"{spent} of experiments’ compute went to ideas ruled out by evidence, {broken} to broken ones"
    return Card("Ideas that end buried", percent(found.buried_fraction), around)


def _binding(found: Headline) -> Card | None:
    if not found.binding:
        return None
    (first, share), (second, rest) = found.binding[:2]
    around = f"{percent(share)} of it, all labs together; {STAGE_WORDS[second]} is next with {percent(rest)}"
    return Card("Largest part of an idea’s life", STAGE_WORDS[first], around)
