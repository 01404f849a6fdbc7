"""The gate between files and the world: YAML becomes validated parameters, each number with its origin.

    text --document--> nodes with places --layers--> one merged tree --reader--> numbers and plans --load-->
    Scenario

`shapes` reads the parameter classes, `records` and `conversion` a number and its unit, `ranges` and
`correlation` its uncertainty, `sources` its citation. Everything that is wrong with a file is collected in
`problems` and told at once.
"""

from simlab.scenario.load import load_scenario
from simlab.scenario.milestones import Milestone
from simlab.scenario.origins import Origin, Written
from simlab.scenario.scenario import Scenario, StudyParams
from simlab.scenario.schema import scenario_schema
from simlab.scenario.sources import SourceEntry, known_sources, shipped_folder

__all__ = [
    "Milestone",
    "Origin",
    "Scenario",
    "SourceEntry",
    "StudyParams",
    "Written",
    "known_sources",
    "load_scenario",
    "scenario_schema",
    "shipped_folder",
]
