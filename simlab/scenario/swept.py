"""What a sweep file came to, and the scenario's parts as the sweep uses them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from simlab.scenario.copula import Copula, Pair, copula
from simlab.scenario.design import LATIN_HYPERCUBE, SOBOL, DesignSpec
from simlab.scenario.nodes import Place
from simlab.scenario.ranges import Listed
from simlab.scenario.scenario import Parts
from simlab.scenario.switches import Switch


class Swept(NamedTuple):
    """A sweep file that has been read."""

    design: DesignSpec
    policies: tuple[str, ...]
    switches: Mapping[str, Switch]
    listed: Mapping[str, Listed]
    """The given values of numbers."""
    places: Mapping[tuple[str, int], Place]
    """Where the options of each factor stand."""
    written: Mapping[str, Any]
    """Policies, design and factors as plain data, once the intervals are laid over the scenario."""

    def parts(self, parts: Parts, pairs: Sequence[Pair]) -> Parts:
        """The scenario's parts with the switches, the given values and the correlations of this sweep."""
        listed = {path: replace(parts.quantities[path], spread=values) for path, values in self.listed.items()}
        resolved = {**parts.resolved, "sweep": self.written}
        quantities = {**parts.quantities, **listed}
        joined = self._copula(pairs)
        return replace(parts, quantities=quantities, copula=joined, switches=self.switches, resolved=resolved)

    def _copula(self, pairs: Sequence[Pair]) -> Copula:
        """Of correlated numbers both must be drawn, and by a design that does not take factors apart."""
        drawn = {factor.path for factor in self.design.factors if not (factor.is_held or factor.n_options)}
        is_joint = self.design.kind in (LATIN_HYPERCUBE, SOBOL)
        return copula([pair for pair in pairs if is_joint and {pair.first, pair.second} <= drawn])
