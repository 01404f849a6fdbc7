"""The gate between files and the world: YAML becomes validated parameters, each number with its origin.

    text --document--> nodes with places --layers--> one merged tree --reader--> numbers and plans --load--> Scenario

`shapes` reads the parameter classes, `records` and `conversion` a number and its unit, `ranges` and `copula` its
uncertainty, `sources` its citation, `dates` what the scenario may know. Everything that is wrong with
a file is collected in `problems` and told at once.

A sweep file (`sweep_file`) names a scenario, lays intervals and values over it, and says what is varied (`entries`,
`options`, `switches`) and by which design; what comes out is a Scenario with that design.

How layers join (a file over what it `extends`, `--set` over files, a policy's `set` over the world):
- groups join name by name; lists and words are replaced whole, and a name set to `null` is taken out;
  `<<: *anchor` works as in any YAML file;
- a record replaces the record below it whole, source and range included; only the unit may be left out, and only
  where the inherited one is canonical, so that nobody writes days where weeks were inherited;
- on the command line a unit left out is the canonical one, and the source is "command line";
- name, title, about and format belong to one file and are not inherited;
- a correlation lapses when a layer fixes one of its two numbers, or takes it out.
"""

from simlab.scenario.design import DesignSpec, Factor
from simlab.scenario.load import load_scenario
from simlab.scenario.milestones import Milestone
from simlab.scenario.origins import Origin, Written
from simlab.scenario.scenario import Scenario, StudyParams
from simlab.scenario.schema import scenario_schema
from simlab.scenario.sources import SourceEntry, known_sources, shipped_folder
from simlab.scenario.sweep_schema import sweep_schema

__all__ = [
    "DesignSpec",
    "Factor",
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
    "sweep_schema",
]
