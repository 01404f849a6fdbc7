"""study.lock.yaml: everything that decides a study's results, in a form that people and analyses read.

No times and no machine in it, so the same study has the same lock everywhere.
"""

import io
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from simlab.scenario import DesignSpec, Origin, Scenario, known_sources
from simlab.sweep.code import code_hash, versions
from simlab.sweep.files import write_text

FORMAT = 1

_ORIGIN_FIELDS = ("path", "value", "unit", "source", "low", "high", "dist", "note", "file", "line")


def lock(scenario: Scenario, seed: int) -> dict[str, Any]:
    """The lock as nested plain data."""
    return {
        "format": FORMAT,
        "name": scenario.name,
        "title": scenario.title,
        "about": scenario.about,
        "start": scenario.start.isoformat(),
        "end": scenario.end.isoformat(),
        "horizon_days": float(scenario.horizon_days),
        "seed": seed,
        "fingerprint": scenario.fingerprint,
        "code": code_hash(),
        "versions": versions(),
        "policies": list(scenario.policies),
        "fingerprints": fingerprints(scenario),
        "design": _design(scenario.design),
        "milestones": _milestones(scenario),
        "uncertain": list(scenario.uncertain),
        "origins": [_origin(origin) for origin in scenario.origins],
        "sources": _sources(scenario),
        "scenario": scenario.resolved(),
    }


def fingerprints(scenario: Scenario) -> dict[str, str]:
    """For each policy the hash of all that its runs follow from, but for the seed and the model's code."""
    return {policy: scenario.policy_fingerprint(policy) for policy in scenario.policies}


def _design(spec: DesignSpec) -> dict[str, Any]:
    """The design; of a factor what is not as with most."""
    factors = [factor._asdict() for factor in spec.factors]
    short = [{name: value for name, value in factor.items() if value} for factor in factors]
    return {"kind": spec.kind, "n_levels": spec.n_levels, "factors": short}


def _milestones(scenario: Scenario) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "title": milestone.title,
            "measure": milestone.measure,
            "threshold": float(milestone.threshold),
        }
        for name, milestone in scenario.milestones.items()
    }


def _origin(origin: Origin) -> dict[str, Any]:
    """The origin in short: the value in the author's unit, and where what it replaced stands."""
    fields = {name: getattr(origin, name) for name in _ORIGIN_FIELDS}
    written = {name: _plain(value) for name, value in asdict(origin.written).items() if value is not None}
    days = {name: _plain(getattr(origin, name)) for name in ("as_of", "known_since") if getattr(origin, name)}
    overrode = [{"value": old.value, "source": old.source, "file": old.file} for old in origin.overrode]
    return fields | days | {"written": written, "overrode": overrode}


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _sources(scenario: Scenario) -> dict[str, dict[str, str]]:
    """The citations that this scenario's numbers use."""
    used = {origin.source for origin in scenario.origins}
    files = {Path(origin.file) for origin in scenario.origins}
    entries = known_sources(path for path in sorted(files) if path.is_file())
    return {key: asdict(entry) for key, entry in sorted(entries.items()) if key in used}


def write_lock(scenario: Scenario, seed: int, path: Path) -> None:
    """Write the lock file, whole or not at all."""
    text = io.StringIO()
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style, yaml.width = False, 110
    yaml.sort_base_mapping_type_on_output = False  # milestones and policies keep the order of their file
    yaml.dump(lock(scenario, seed), text)
    write_text(text.getvalue(), path)
