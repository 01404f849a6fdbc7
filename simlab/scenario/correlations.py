"""The `correlations:` of a file: which uncertain numbers are high together, and whether that is possible."""

from collections.abc import Mapping
from typing import Any

from simlab.scenario.copula import Copula, ImpossibleError, Pair, copula
from simlab.scenario.dates import Cited
from simlab.scenario.nodes import Node
from simlab.scenario.reader import Reader
from simlab.scenario.records import Quantity
from simlab.scenario.shapes import Shape
from simlab.scenario.sources import objection
from simlab.scenario.spelling import closest


def read_correlations(
    shape: Shape, node: Node | None, reader: Reader, *, inherited: bool = False
) -> tuple[Copula, list[Pair]]:
    """The copula and its pairs; mistakes are noted with the reader, which must have read all numbers.

    Of `inherited` pairs those lapse whose numbers the file has taken out or fixed.
    """
    plan = None if node is None else reader.read(shape, node, "correlations")
    pairs: dict[Pair, str] = {}
    for i, entry in enumerate(plan or ()):
        if entry is not None:
            _add_pair(f"correlations.{i}", entry, pairs, reader, inherited=inherited)
    try:
        return copula(list(pairs)), list(pairs)
    except ImpossibleError as error:
        path = f"{pairs[error.pair]}.rank"
        reader.add(reader.places[path], path, _contradiction(error))
        return copula([]), []


def _contradiction(error: ImpossibleError) -> str:
    pair, possible = error.pair, error.possible
    said = f"rank {pair.rank:g} between '{pair.first}' and '{pair.second}' cannot hold together with the other pairs"
    return said if possible is None else f"{said}; from {possible[0]:g} to {possible[1]:g} it could"


def _add_pair(path: str, entry: Mapping[str, Any], pairs: dict[Pair, str], reader: Reader, *, inherited: bool) -> None:
    _check_source(path, entry, reader)
    between, rank = entry.get("between"), entry.get("rank")
    if rank is None or not between or None in between or len(between) != 2:
        return
    if inherited and not all(_has_range(name, reader) for name in between):
        return
    if not all([_is_uncertain(f"{path}.between.{i}", name, reader) for i, name in enumerate(between)]):
        return
    pair = Pair(min(between), max(between), float(rank))
    if pair.first == pair.second:
        reader.add(reader.places[f"{path}.between"], path, "a number with itself")
    elif any((known.first, known.second) == (pair.first, pair.second) for known in pairs):
        reader.add(reader.places[f"{path}.between"], path, "this pair is correlated twice")
    else:
        pairs[pair] = path


def _has_range(name: str, reader: Reader) -> bool:
    quantity = reader.quantities.get(name)
    return quantity is not None and quantity.spread is not None


def _is_uncertain(path: str, name: str, reader: Reader) -> bool:
    quantity = reader.quantities.get(name)
    if quantity is None and name not in reader.places:
        uncertain = [known for known, quantity in reader.quantities.items() if quantity.spread is not None]
        reader.add(reader.places[path], path, f"there is no number '{name}'", closest(name, uncertain))
    elif quantity is not None and quantity.spread is None and not _was_uncertain(quantity):
        reader.add(reader.places[path], path, f"'{name}' has no low and high")
    return _has_range(name, reader)


def _was_uncertain(quantity: Quantity) -> bool:
    """Whether a file or `--set` took the range away: then there is nothing left to correlate, and no mistake."""
    return any(earlier.low is not None for earlier in quantity.origin.overrode)


def _check_source(path: str, entry: Mapping[str, Any], reader: Reader) -> None:
    key = entry.get("source")
    wrong = objection(key, entry.get("note") or "", reader.desk.sources) if key else None
    if wrong is not None:
        reader.add(reader.places[f"{path}.source"], f"{path}.source", *wrong)
    if key and reader.desk.cutoff is not None:
        for name, text in reader.desk.cutoff.objections(Cited(key, entry.get("note") or "")):
            reader.add(reader.places[f"{path}.{name}"], f"{path}.{name}", text)
