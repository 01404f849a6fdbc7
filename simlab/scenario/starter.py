"""A folder to begin with: the shipped baseline, a variant of it, a list of sources, a schema for the editor."""

import json
from pathlib import Path

from simlab.errors import ScenarioError
from simlab.scenario.load import load_scenario
from simlab.scenario.scenario import Scenario
from simlab.scenario.schema import scenario_schema
from simlab.scenario.sources import shipped_folder

SCHEMA = "scenario.schema.json"
MODELINE = f"# yaml-language-server: $schema=./{SCHEMA}\n"

_VARIANT = """{modeline}format: 1
extends: baseline.yaml
name: {name}
title: {name}
about: >-
  What differs from the baseline, and why anyone should care.

# State only what differs; everything else is inherited. To change a number, take away the '#' and edit. A record
# replaces the inherited one: give a value, a unit, a source (a key of sources.yaml, or `assumption` or `choice` with a
# note), and low and high, between which you expect the truth with 80%.
#
{example}
#
# simlab check {file}                 is everything right?
# simlab explain {file} {path}
# simlab diff baseline.yaml {file}    what is different?
"""

_SOURCES = """# Your own sources, next to those that simlab ships. A record in a scenario names one by its key:
# `source: my-survey`. Take away the '#' to begin.
#
# my-survey: {title: Survey of our own cluster, author: Us, date: 2026-05-01, kind: data, note: Unpublished.}
"""


def create(folder: Path) -> list[Path]:
    """Write the files of a new project into `folder` and return them. Raises ScenarioError where one exists."""
    name = folder.resolve().name
    variant = folder / ("variant.yaml" if name == "baseline" else f"{name}.yaml")
    files = [variant, folder / "baseline.yaml", folder / "sources.yaml", folder / SCHEMA]
    taken = [str(file) for file in files if file.exists()]
    if taken:
        raise ScenarioError([f"{', '.join(taken)} exists already; nothing was written"])
    if folder.exists() and not folder.is_dir():
        raise ScenarioError([f"{folder} is a file; name a folder"])
    folder.mkdir(parents=True, exist_ok=True)
    original = shipped_folder() / "scenarios" / "baseline.yaml"
    texts = [
        _variant(variant, load_scenario(original)),
        _with_modeline(original.read_text(encoding="utf-8")),
        _SOURCES,
        json.dumps(scenario_schema(), indent=1),
    ]
    for file, text in zip(files, texts, strict=True):
        file.write_text(text, encoding="utf-8")
    return files


def _with_modeline(text: str) -> str:
    return MODELINE + (text.partition("\n")[2] if text.startswith("# yaml-language-server") else text)


def _variant(file: Path, baseline: Scenario) -> str:
    path = next(path for path in baseline.uncertain if path.startswith("world."))
    origin = next(origin for origin in baseline.origins if origin.path == path)
    record = f"{{value: {origin.written.value!r}, unit: {json.dumps(origin.written.unit)}, source: choice, note: Why.}}"
    *groups, last = path.split(".")
    lines = [f"{'  ' * depth}{name}:" for depth, name in enumerate(groups)]
    lines.append(f"{'  ' * len(groups)}{last}: {record}")
    example = "\n".join(f"# {line}" for line in lines)
    name = file.stem if file.stem.isidentifier() else json.dumps(file.stem)
    return _VARIANT.format(modeline=MODELINE, name=name, example=example, file=file.name, path=path)
