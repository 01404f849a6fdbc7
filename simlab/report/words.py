"""Numbers as people say them: dates, durations of work, amounts of compute, shares."""

import math
import re
from collections.abc import Sequence
from datetime import date, timedelta

from simlab.units import MINUTES_PER_HOUR

WORK_DAY_MINUTES = 8 * MINUTES_PER_HOUR
WORK_WEEK_MINUTES = 5 * WORK_DAY_MINUTES
WORK_YEAR_MINUTES = 50 * WORK_WEEK_MINUTES
WORK_MONTH_MINUTES = WORK_YEAR_MINUTES / 12
"""Working time, as horizons are counted: an 8-hour day, a 40-hour week, a 2,000-hour year."""

WORK_UNITS = (
    (1 / 60, "second"),
    (1.0, "minute"),
    (MINUTES_PER_HOUR, "hour"),
    (WORK_DAY_MINUTES, "work-day"),
    (WORK_WEEK_MINUTES, "work-week"),
    (WORK_MONTH_MINUTES, "work-month"),
    (WORK_YEAR_MINUTES, "work-year"),
)
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day_of(start: date, days: float) -> date:
    """The calendar day `days` after `start`."""
    return start + timedelta(days=days)


def season(day: date) -> str:
    """A date to the third of a year, which is as exact as a forecast of years deserves.

    >>> season(date(2031, 6, 3))
    'mid-2031'
    """
    return f"{('early', 'mid', 'late')[(day.month - 1) // 4]}{'-' if 5 <= day.month <= 8 else ' '}{day.year}"


def month(day: date) -> str:
    """A date to the month.

    >>> month(date(2031, 6, 3))
    'Jun 2031'
    """
    return f"{MONTHS[day.month - 1]} {day.year}"


def until(end: date) -> str:
    """The end of the scenario in 'before ...' and 'not before ...'.

    >>> until(date(2035, 1, 1)), until(date(2027, 7, 1))
    ('2035', 'Jul 2027')
    """
    return str(end.year) if (end.month, end.day) == (1, 1) else month(end)


def work(minutes: float) -> str:
    """A length of human working time.

    >>> work(30), work(480), work(10_000), work(1e12)
    ('30 minutes', '1 work-day', '1 work-month', '8.3 million work-years')
    """
    size, unit = next((pair for pair in reversed(WORK_UNITS) if minutes >= 0.995 * pair[0]), WORK_UNITS[0])
    amount = rough(minutes / size)
    return f"{amount} {unit}" if amount == "1" else f"{amount} {unit}s"


def seconds(duration: float) -> str:
    """A time that a machine takes, short.

    >>> [seconds(s) for s in (0.012, 0.45, 3.14, 600, 7200, 864_000)]
    ['12 ms', '450 ms', '3.1 s', '10 min', '2 h', '10 d']
    """
    for size, unit in ((86_400.0, "d"), (3_600.0, "h"), (60.0, "min"), (1.0, "s")):
        if duration >= 0.995 * size:
            return f"{rough(duration / size)} {unit}"
    return f"{rough(duration * 1e3)} ms"


def rough(number: float) -> str:
    """Two significant digits, large numbers in words.

    >>> [rough(n) for n in (0.0123, 1.0, 3.14, 47.2, 1234, 2.5e7, 3e14)]
    ['0.012', '1', '3.1', '47', '1,200', '25 million', '3 × 10¹⁴']
    """
    if number == 0 or not math.isfinite(number):
        return "0" if number == 0 else str(number)
    number = float(f"{number:.2g}")
    for size, word in ((1e12, ""), (1e9, " billion"), (1e6, " million")):
        if abs(number) >= size:
            return f"{number / size:g}{word}" if word else power_of_ten(number)
    return f"{number:,.0f}" if abs(number) >= 10 else f"{number:g}"


def power_of_ten(number: float) -> str:
    """Scientific notation with real superscripts.

    >>> power_of_ten(1.2e26), power_of_ten(1e26)
    ('1.2 × 10²⁶', '10²⁶')
    """
    mantissa, exponent = f"{number:.1e}".split("e")
    power = "10" + str(int(exponent)).translate(SUPERSCRIPTS)
    return power if mantissa == "1.0" else f"{mantissa.removesuffix('.0')} × {power}"


def usd(amount: float) -> str:
    """An amount of money, US dollars of the scenario's year.

    >>> [usd(money) for money in (0.0123, 4.0, 1234.0, 2.5e7, 3.1e12, 1e15, -1e9)]
    ['$0.012', '$4', '$1,200', '$25 million', '$3.1 trillion', '$1,000 trillion', '−$1 billion']
    """
    sign, amount = "−" if amount < 0 else "", abs(amount)
    return f"{sign}${rough(amount)}" if amount < 1e12 else f"{sign}${rough(amount / 1e12)} trillion"


def flop(amount: float) -> str:
    """An amount of compute.

    >>> flop(1.2e26)
    '1.2 × 10²⁶ FLOP'
    """
    return f"{power_of_ten(amount)} FLOP"


def factor(nats: float) -> str:
    """A gain in nats as the factor it is.

    >>> factor(0.0), factor(2.302585092994046)
    ('×1', '×10')
    """
    return f"×{rough(math.exp(nats))}"


def percent(fraction: float) -> str:
    """A share, never rounded to nothing or to everything; a small one with one decimal.

    >>> [percent(share) for share in (0.0, 0.0001, 0.0071, 0.41, 0.998, 1.0)]
    ['0%', 'under 0.1%', '0.7%', '41%', 'over 99%', '100%']
    """
    if 0 < fraction < 0.0005:
        return "under 0.1%"
    if 0.995 < fraction < 1:
        return "over 99%"
    return f"{100 * fraction:.1f}%" if 0 < fraction < 0.0295 else f"{100 * fraction:.0f}%"


def exact(value: object) -> str:
    """A table's cell: four significant digits, readable by a program; a list in brackets; nothing a dash.

    >>> exact(1.23456e26), exact(0.5), exact(120000), exact(None), exact([1, 2.5])
    ('1.235e+26', '0.5', '120000', '–', '[1, 2.5]')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, float):
        return f"{value:.0f}" if 1e3 <= abs(value) < 1e6 else f"{value:.4g}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(exact(item) for item in value)}]"
    return str(value)


def plain(name: str) -> str:
    """A name from the tables as words.

    >>> plain("reinforcement_learning")
    'reinforcement learning'
    """
    return name.replace("_", " ").lower()


def proper(name: str) -> str:
    """A name from the tables as the name of a place or the beginning of a title.

    >>> proper("united_states"), proper("office_work")
    ('United States', 'Office Work')
    """
    return name.replace("_", " ").title()


def tied(text: str) -> str:
    """The text with numbers tied to their units by spaces and hyphens at which no line may end.

    >>> tied("in mid-2031 at 3.6 × 10³⁰ FLOP").count(" ")
    3
    """
    text = re.sub(r"(?<=\bwork)-|(?<=\bmid)-(?=\d)", "\u2011", text)
    return re.sub(
        r"(?<=[\d⁰¹²³⁴-⁹×]) (?=×|10|FLOP|work|million|billion|trillion|years|months|minutes|hours)", "\u00a0", text
    )


def listed(words: Sequence[str], last: str = "and") -> str:
    """An enumeration.

    >>> listed(["revenue", "power", "policy"])
    'revenue, power and policy'
    """
    return " ".join([", ".join(words[:-1]), last, words[-1]]) if len(words) > 1 else "".join(words)


def cut(text: str, most: int) -> str:
    """The text, or as much of its beginning as `most` characters hold.

    >>> cut("leader capped", 26), cut("leader capped", 8)
    ('leader capped', 'leader …')
    """
    return text if len(text) <= most else f"{text[: most - 1]}…"


def n_of(count: int, noun: str) -> str:
    """A count with its noun.

    >>> n_of(1, "run"), n_of(1200, "run")
    ('1 run', '1,200 runs')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
