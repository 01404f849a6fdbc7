"""Boxes in plain sentences: what a factor is called, its values in their units, what a box asks of it."""

from collections.abc import Mapping
from datetime import timedelta

from simlab.analysis.lock import Lock, Origin
from simlab.analysis.prim import Box, Found, Restriction

POLICY = "policy"
"""The factor that says which policy a run had, where runs of several take part."""

_PLURALS = ("day", "minute", "nat", "bit", "token", "decade")
_CAPITALS = {"h100e": "H100e", "flop": "FLOP", "usd2025": "USD2025", "ai": "AI", "mw": "MW"}


def origins_of(lock: Lock) -> Mapping[str, Origin]:
    """Path to where its number came from."""
    return {origin.path: origin for origin in lock.origins}


def name_of(path: str, unit: str) -> str:
    """What a factor is called: its last word, without the unit that its value will have, and where it stands.

    >>> name_of("world.ideas.difficulty_exponent", "1"), name_of("world.market.nations.china.power_lead_days", "day")
    ('difficulty exponent (ideas)', 'power lead (market, nations, china)')
    """
    *places, last = path.removeprefix("world.").split(".")
    words = _without_unit(last, unit).split("_")
    name = " ".join(_CAPITALS.get(word, word) for word in words)
    return f"{name} ({', '.join(place.replace('_', ' ') for place in places)})" if places else name


def name_in(lock: Lock, path: str) -> str:
    """What a factor of this study is called."""
    origin = origins_of(lock).get(path)
    return name_of(path, origin.unit if origin else "")


def _without_unit(name: str, unit: str) -> str:
    bare = unit.lower().translate(str.maketrans({"(": "", ")": "", "*": "_"}))
    spoken = f"per_{bare[2:]}" if bare.startswith("1/") else bare.replace("/", "_per_")
    for suffix in (f"_{spoken}s", f"_{spoken}"):
        left = name.removesuffix(suffix)
        if left not in {name, "initial"}:  # "initial" alone would not say what of
            return left
    return name


def value_of(value: float, path: str, unit: str, lock: Lock) -> str:
    """A value of a factor in its unit, to three digits.

    Shares are in percent, dates are days of the calendar.
    """
    if unit == "date":
        return str(lock.start + timedelta(days=value))
    if unit in {"1", ""}:
        return f"{digits(100 * value)}%" if path.endswith("_fraction") else digits(value)
    return f"{digits(value)} {_unit_words(unit)}"


def digits(number: float) -> str:
    """Three significant digits, as people write them.

    >>> [digits(number) for number in (0.42123, 1234.5, 300_000, 2.5e7, 1.2e27, 0.0)]
    ['0.421', '1,230', '300,000', '25 million', '1.2e27', '0']
    """
    number = float(f"{number:.3g}")
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if size <= abs(number) < 1e3 * size:
            return f"{number / size:g} {word}"
    if abs(number) >= 1e12 or 0 < abs(number) < 1e-4:
        mantissa, power = f"{number:.2e}".split("e")
        return f"{float(mantissa):g}e{int(power)}"
    return f"{number:,.0f}" if abs(number) >= 100 else f"{number:g}"


def _unit_words(unit: str) -> str:
    """A unit behind a number.

    >>> [_unit_words(unit) for unit in ("day", "1/day", "USD2025/(H100e*hour)", "person")]
    ['days', 'per day', 'USD2025 per H100e-hour', 'people']
    """
    if unit == "person":
        return "people"
    if unit in _PLURALS:
        return f"{unit}s"
    bare = unit.translate(str.maketrans({"(": "", ")": "", "*": "-"}))
    return f"per {bare[2:]}" if bare.startswith("1/") else bare.replace("/", " per ")


def condition(restriction: Restriction, lock: Lock) -> str:
    """What a box asks of one factor."""
    if restriction.factor == POLICY:
        return f"the policy is {_listed(restriction.options, 'or')}"
    origin = origins_of(lock).get(restriction.factor)
    unit = origin.unit if origin else ""
    name = name_of(restriction.factor, unit)
    if restriction.options:
        return f"{name} is {_listed(restriction.options, 'or')}"
    low, high = (
        None if end is None else value_of(end, restriction.factor, unit, lock)
        for end in (restriction.low, restriction.high)
    )
    return f"{name} is {_between(low, high, is_listed=restriction.is_listed)}"


def _between(low: str | None, high: str | None, *, is_listed: bool) -> str:
    if low is not None and high is not None:
        if low == high:
            return low
        return f"from {low} to {high}" if is_listed else f"between {low} and {high}"
    if low is not None:
        return f"{'at least' if is_listed else 'above'} {low}"
    return f"{'at most' if is_listed else 'below'} {high}"


def sentence(box: Box, search: Found, asked: str, lock: Lock, *, is_first: bool = True) -> str:
    """A box in a sentence or two; `asked` are the words of the question."""
    conditions = _listed([condition(each, lock) for each in box.restrictions], "and")
    elsewhere = (search.n_cases - box.n_cases) / max(search.n_runs - box.n_runs, 1)
    of_what = "all such runs" if is_first else "such runs outside the regions before"
    return (
        f"In {share(box.density)} of the {box.n_runs:,} runs where {conditions}: {asked}. Elsewhere in "
        f"{share(elsewhere)}. These are {share(box.coverage)} of {of_what}."
    )


def share(fraction: float) -> str:
    """A share in percent, never rounded to nothing or to everything.

    >>> [share(part) for part in (0.0, 0.002, 0.034, 0.914, 0.9991, 1.0)]
    ['0%', 'under 1%', '3%', '91%', 'over 99%', '100%']
    """
    if 0 < fraction < 0.005:
        return "under 1%"
    return "over 99%" if 0.995 < fraction < 1 else f"{fraction:.0%}"


def _listed(words: list[str] | tuple[str, ...], last: str) -> str:
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
