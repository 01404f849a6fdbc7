"""Units at the gate: any spelling that means the right thing becomes the canonical unit; traps are refused.

Inside the world there are only plain floats in canonical units, so this is the one place that knows pint.
Pint is imported when the first unit is met that is not already canonical.
"""

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from simlab.scenario.spelling import closest
from simlab.units import DAYS_PER_YEAR, MINUTES_PER_HOUR, NATS_PER_DECADE, NATS_PER_DOUBLING, SECONDS_PER_DAY

if TYPE_CHECKING:
    from pint import UnitRegistry

_DEFINITIONS = {
    "day": "[time]",
    "d": "day",
    "s": f"day / {SECONDS_PER_DAY}",
    "second": "s",
    "minute": f"{SECONDS_PER_DAY / 24 / MINUTES_PER_HOUR} * s",
    "min": "minute",
    "hour": f"{MINUTES_PER_HOUR} * minute",
    "h": "hour",
    "week": "7 * day",
    "month": "year / 12",
    "year": f"{DAYS_PER_YEAR} * day",
    "FLOP": "[computation]",
    "H100e": "[accelerators]",
    "nat": "[log_efficiency]",
    "decade": f"{NATS_PER_DECADE!r} * nat",
    "doubling": f"{NATS_PER_DOUBLING!r} * nat",
    "bit": "[information]",
    "person": "[people]",
    "token": "[tokens]",
    "USD2025": "[money]",
    "W": "[power]",
    "percent": "0.01",
}
_PREFIXES = {
    "k": "1e3",
    "M": "1e6",
    "G": "1e9",
    "T": "1e12",
    "P": "1e15",
    "E": "1e18",
    "Z": "1e21",
    "Y": "1e24",
}
_PREFIXABLE = ("FLOP", "H100e", "W", "token", "USD2025")
_NAMES = frozenset(_DEFINITIONS) | {f"{prefix}{name}" for prefix in _PREFIXES for name in _PREFIXABLE}
_NAME = re.compile(r"[^\W\d]\w*|[$€£%]")
_NUMBER = re.compile(r"(?<![\w^*.-])[0-9.]+(?!\w)")
_HYPHENATED = re.compile(r"[^\W\d]\w*(?:-[^\W\d]\w*)+")
_MONEY = re.compile(r"(?i)[$€£]|(us)?d(ollars?)?|us|usd\d*|eur(os?)?\d*|gbp\d*")


class UnitRefusedError(ValueError):
    """A unit that cannot stand where it stands. `meant` is a suggestion or None."""

    def __init__(self, text: str, meant: str | None = None) -> None:
        super().__init__(text, meant)
        self.text, self.meant = text, meant


@lru_cache(maxsize=512)
def factor(written: str, canonical: str) -> float:
    """How many `canonical` units one `written` unit is. Raises UnitRefusedError."""
    if written == canonical:
        return 1.0
    check_names(written)
    have, want = _parse(written), _parse(canonical)
    if have.dimensionality != want.dimensionality:
        said = f"'{written}' is {in_words(written)}; '{canonical}' is needed, which is {in_words(canonical)}"
        raise UnitRefusedError(said)
    return float((have / want).to_base_units().magnitude)


def in_words(unit: str) -> str:
    """The dimension of `unit`: "computation per time"."""
    powers: dict[str, float] = dict(_parse(unit).dimensionality)
    above = [_power(name, power) for name, power in powers.items() if power > 0]
    below = [_power(name, -power) for name, power in powers.items() if power < 0]
    return " per ".join([" times ".join(above) or ("a number" if below else "a plain number"), *below])


def check_names(unit: str) -> None:
    """Raise UnitRefusedError for a word that is no unit here, and for the words that mean two things."""
    for name in _NAME.findall(unit):
        if name not in _NAMES:
            raise _refusal(name)
    if any(number.strip("1") for number in _NUMBER.findall(unit)):
        raise UnitRefusedError(f"'{unit}' has a number in it; multiply the value instead")


def _refusal(name: str) -> UnitRefusedError:
    if re.fullmatch(r"(?i)[kmgtpezy]?flops", name):
        return UnitRefusedError(f"'{name}' can be an amount or a speed; write FLOP (amount) or FLOP/s (speed)")
    if _MONEY.fullmatch(name):
        return UnitRefusedError(f"'{name}' is money without a year or of another year; write USD2025 (prices of 2025)")
    return UnitRefusedError(f"unknown unit '{name}'", "percent" if name == "%" else closest(name, sorted(_NAMES)))


def _power(name: str, power: float) -> str:
    word = name.strip("[]").replace("_", " ")
    return word if power == 1 else f"{word} to the power {power:g}"


@lru_cache(maxsize=512)
def _parse(unit: str) -> Any:
    registry = _registry()
    text = _HYPHENATED.sub(lambda found: f"({found[0].replace('-', '*')})", unit)
    try:
        return registry.Quantity(1.0) * registry.parse_expression(text)
    except Exception as error:
        raise UnitRefusedError(f"'{unit}' cannot be read as a unit; write for example day, 1/day, FLOP/s") from error


@lru_cache(maxsize=1)
def _registry() -> "UnitRegistry":
    from pint import UnitRegistry  # noqa: PLC0415 -- a quarter of a second, and rarely needed

    registry = UnitRegistry(None)  # pyright: ignore[reportArgumentType] -- None: no units but ours
    for prefix, times in _PREFIXES.items():
        registry.define(f"{prefix}- = {times}")
    for name, meaning in _DEFINITIONS.items():
        registry.define(f"{name} = {meaning}")
    return registry
