"""How what each design can tell is told: its name, what it means, and the columns of its table as cells."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from simlab.analysis.drivers import MORRIS, ONE_AT_A_TIME, SALTELLI
from simlab.report.probe_words import interval, number

Row = Mapping[str, Any]
Cell = Callable[[Row], str]


class Method(NamedTuple):
    """How the measure of a design is told."""

    name: str
    about: str
    columns: Mapping[str, Cell]
    """Heading to cell, in the terminal and on the page."""
    strength: str
    """The column that factors are sorted by."""


def estimate(
    value: float | None, low: float | None, high: float | None, say: Callable[[float], str] | None = None
) -> str:
    """A number and its interval.

    >>> estimate(0.5, 0.4, 0.6), estimate(None, None, None)
    ('0.5 (0.4 to 0.6)', '–')
    """
    say = say or short
    if value is None:
        return "–"
    return f"{say(value)} ({say(low)} to {say(high)})" if low is not None and high is not None else say(value)


def short(value: float) -> str:
    """Three digits with a real minus; what is nothing but rounding is nothing.

    >>> short(-12.345), short(1e-17), short(-0.0)
    ('−12.3', '0', '0')
    """
    return "0" if abs(value) < 1e-12 else number(value).replace("-", "−")


def index(value: float | None) -> str:
    """A share of variance or a correlation, two decimals.

    >>> index(0.5), index(-0.001), index(None)
    ('0.50', '0.00', '–')
    """
    return "–" if value is None else f"{round(value, 2) + 0.0:.2f}".replace("-", "−")


def _of(name: str, ends: str | None = None, say: Callable[[float], str] = short) -> Cell:
    stem = name if ends is None else ends
    return lambda row: estimate(row[name], row.get(f"{stem}_low"), row.get(f"{stem}_high"), say)


def signed(value: float) -> str:
    """A difference with its sign.

    >>> signed(3.0), signed(-2.5), signed(0.0)
    ('+3', '−2.5', '0')
    """
    return f"+{short(value)}" if short(value) != "0" and value > 0 else short(value)


def _difference(row: Row) -> str:
    if row["difference"] is None:
        return "–"
    ends = interval(row["low"], row["high"]).replace("-", "−")
    return f"{signed(row['difference'])} ({ends})" if ends else signed(row["difference"])


def _end(row: Row) -> str:
    """Where the factor was set."""
    return str(row["setting"]) if row.get("setting") is not None else f"{row['draw']:.0%} of its range"


TORNADO = Method(
    "one factor at a time",
    "Each factor alone goes to either end of its range, all others stay at their centre. Runs at an end and at the "
    "centre meet the same luck; intervals are over replicates. What factors do together is not seen.",
    {"set to": _end, "difference from the centre (90%)": _difference},
    "span",
)
ELEMENTARY = Method(
    "Morris’s elementary effects",
    "mu* is the mean size of a factor’s effect, for a way through its whole range, at random places of the others; mu "
    "keeps the sign; sigma is how much the effect depends on the place: bends and interactions. 90% intervals by "
    "bootstrap over trajectories.",
    {"mu* (90%)": _of("mu_star"), "mu (90%)": _of("mu"), "sigma (90%)": _of("sigma")},
    "mu_star",
)
SOBOL_INDICES = Method(
    "Sobol’ indices",
    "First order: the share of the outcome’s variance that the factor alone explains. Total: with all its "
    "interactions. Estimators of Saltelli and others (2010) and of Jansen (1999); 90% intervals by bootstrap over "
    "blocks.",
    {
        "total (90%)": _of("total", say=index),
        "first order (90%)": _of("first_order", "first", index),
        "blocks": lambda row: "" if row["n_blocks"] is None else str(row["n_blocks"]),
    },
    "total",
)
GIVEN = Method(
    "indices from the sample",
    "First order: the share of the outcome’s variance that the factor alone explains, by bins of its draws, what bins "
    "fit of mere noise taken off. Noise floor: what the largest of all factors would show if none had any effect, "
    "found by shuffling the outcome over the samples; it is passed by luck in one outcome of twenty. Rank correlation: "
    "which way the outcome goes with the factor.",
    {
        "first order": lambda row: index(row["first_order"]),
        "noise floor": lambda row: index(row["first_floor"]),
        "rank correlation (90%)": _of("rank_correlation", "rank", index),
        "its floor": lambda row: index(row["rank_floor"]),
        "stands out": lambda row: {True: "yes", False: "no", None: ""}[row["stands_out"]],
    },
    "first_order",
)


def method_of(kind: str) -> Method:
    """How the measure of a design of that kind is told."""
    return {ONE_AT_A_TIME: TORNADO, MORRIS: ELEMENTARY, SALTELLI: SOBOL_INDICES}.get(kind, GIVEN)


def cells(method: Method, row: Row) -> Sequence[str]:
    """A row of the method's table."""
    return [cell(row) for cell in method.columns.values()]
