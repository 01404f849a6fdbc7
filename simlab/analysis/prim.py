"""Scenario discovery: boxes in the factors in which nearly all runs are cases (PRIM), and whether to believe them.

    levels   slices of equally many runs, options of switches                        prim_levels.py
    screen   of very many factors, the 40 that tell most alone; of these those that tell something beyond
             chance: alone, or as a restriction of some region                       prim_search.py
    peel     slice by slice, without restrictions that chance could stand for, then paste
    choose   the region whose split into inside and outside explains the cases best; or the one with most of the
             cases among those that are as dense as was asked for
    believe  only if no shuffle of the outcomes gives as good a region               prim_chance.py
    return   how often each factor is found again in halves of the runs

Friedman and Fisher 1999 for peeling and pasting; Bryant and Lempert 2010 for coverage, density, quasi-p-values and
resampling.
"""

from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.prim_boxes import Box, Discovery, Found, Restriction, Settings
from simlab.analysis.prim_levels import Flags, Runs, levels_of
from simlab.analysis.prim_search import search

__all__ = ["Box", "Discovery", "Found", "Restriction", "Settings", "find_boxes"]


def find_boxes(
    factors: pl.DataFrame,
    is_case: Flags,
    groups: NDArray[np.int64] | None = None,
    settings: Settings | None = None,
) -> Discovery:
    """Where in the factors the cases are: so many boxes as `settings` asks for, or the reason why there are fewer.

    `factors` has a row a run and a column a factor: numbers have an order, words are switches. `is_case` has
    shape (n_runs,). `groups` says which runs are no independent draws (replicates and policies of one
    sample have the same number); None: all are.
    """
    settings = settings or Settings()
    levels = levels_of(factors)
    runs = Runs(levels, is_case, np.arange(is_case.size) if groups is None else groups)
    left, searches = np.ones(is_case.size, np.bool_), []
    for n in range(settings.n_boxes):
        # A number in the trajectory is one of the first search.
        found = search(runs.some(left), settings if n == 0 else replace(settings, step=None))
        searches.append(found)
        if found.box is None:
            break
        left &= ~found.box.inside(factors)
    names = tuple(scale.name for scale in levels.scales)
    return Discovery(tuple(searches), names, tuple(name for name in factors.columns if name not in names))
