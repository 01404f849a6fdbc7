"""Runs that a study takes over from another one beside it: an edit of a scenario reruns what it touches, and no more.

A run is the same in two studies if the model's code, the seed, everything that its policy reads, and its draws are. So
a new study looks at those of the same name beside it, and takes over, policy by policy, the files of what is the
same; where the file system can, without taking place.
"""

import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from simlab.scenario import Scenario
from simlab.sweep import changes, store
from simlab.sweep.driver import is_driven
from simlab.sweep.files import draft_of, write_parquet
from simlab.sweep.lock import fingerprints
from simlab.sweep.one import design_frame
from simlab.sweep.runs import State, parse_run_id

LOCK = "study.lock.yaml"


@dataclass(frozen=True)
class _Other:
    """A study beside the new one."""

    folder: Path
    text: str
    """Its lock."""

    def head(self, name: str) -> str:
        """A word at the top of its lock, without reading it all."""
        found = re.search(rf"^{name}: *'?([^'\n]*)'?$", self.text, re.MULTILINE)
        return found[1] if found else ""

    @cached_property
    def lock(self) -> dict[str, Any]:
        return changes.read(self.text)

    def has(self, policy: str, print_: str) -> bool:
        """Whether it has runs of exactly this policy."""
        return self.lock["fingerprints"].get(policy) == print_ and bool(self.parts(policy))

    def parts(self, policy: str) -> list[Path]:
        """The outcomes of a policy."""
        found = sorted((self.folder / "outcomes").glob(f"part-{policy}-s*.parquet"))
        return [path for path in found if parse_run_id(path.stem.removeprefix("part-")).policy == policy]


def adopt(folder: Path, scenario: Scenario, seed: int, code: str) -> list[str]:
    """Take over into `folder` what studies beside it have of this one. Returns what there is to tell about it."""
    others = _others(folder, scenario.name)
    same = [other for other in others if not _why_not(other, scenario, seed, code)]
    if not same:
        return [f"Nothing is taken over from {o.folder}: {_why_not(o, scenario, seed, code)}." for o in others[:1]]
    for other in same:
        if not is_driven(other.folder):
            store.settle(other.folder)
    prints = fingerprints(scenario)
    givers = {policy: next((o for o in same if o.has(policy, prints[policy])), None) for policy in prints}
    taken = [_take(folder, scenario, policy, giver) for policy, giver in givers.items() if giver is not None]
    new = [policy for policy, giver in givers.items() if giver is None]
    return [*taken, *_again(same[0], scenario, new)]


def _others(folder: Path, name: str) -> list[_Other]:
    """The studies of that name beside it that have any outcomes, the latest first."""
    alike = re.compile(re.escape(name) + "-[0-9a-f]{8}")
    locks = [path for path in folder.parent.glob(f"{name}-*/{LOCK}") if alike.fullmatch(path.parent.name)]
    locks = [path for path in locks if path.parent != folder and (path.parent / "outcomes").is_dir()]
    locks.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    return [_Other(path.parent, path.read_text(encoding="utf-8")) for path in locks]


def _why_not(other: _Other, scenario: Scenario, seed: int, code: str) -> str:
    """Why no run of the other study is one of the new one; empty if some may be."""
    if other.head("code") != code:
        return "the model’s code has changed since, so every run is done again"
    if other.head("seed") != str(seed):
        return f"it has seed {other.head('seed')} and this one {seed}, so every run is another"
    kind, its = scenario.design.kind, other.lock["design"]["kind"]
    return "" if its == kind else f"its design is {its} and this one {kind}, so every run is another"


def _again(other: _Other, scenario: Scenario, policies: Sequence[str]) -> list[str]:
    """Which runs of the other study are not taken over, and why: a line a reason."""
    found = changes.changes(other.lock, scenario)
    known = [policy for policy in policies if policy in other.lock["policies"]]
    reasons = {policy: changes.told([c for c in found if c.touches(policy)]) for policy in known}
    lines = []
    for reason in dict.fromkeys(reasons.values()):
        of = [policy for policy in known if reasons[policy] == reason]
        lines.append(f"Done again: {', '.join(of)}; {reason or 'the factors or their order have changed'}.")
    return lines


def _take(folder: Path, scenario: Scenario, policy: str, giver: _Other) -> str:
    """Take over all runs of a policy."""
    n_runs = sum(_take_part(folder, scenario, giver.folder, path) for path in giver.parts(policy))
    return f"Taken over from {giver.folder}: {n_runs:,} runs of {policy}."


def _take_part(folder: Path, scenario: Scenario, giver: Path, outcomes: Path) -> int:
    """Take over one part, its outcomes last, for they say that it is there. Returns how many runs it has.

    They are taken hold of first: should somebody be adding to the part, all else has at least their rows.
    """
    target = folder / "outcomes" / outcomes.name
    target.parent.mkdir(exist_ok=True)
    with draft_of(target) as draft:
        _link(outcomes, draft)
        for table in (table for table in store.TABLES if table != "outcomes"):
            source = giver / table / outcomes.name
            if source.exists():
                _take_table(source, folder / table / outcomes.name, scenario)
        ends = pl.read_parquet(draft, columns=["run_id", "state"])
        _take_failures(folder, giver, ends)
    return ends.height


def _take_table(source: Path, target: Path, scenario: Scenario) -> None:
    target.parent.mkdir(exist_ok=True)
    if source.parent.name == "design" and not _fits(source, scenario):
        write_parquet(design_frame(scenario, pl.read_parquet(source).to_dicts()), target)
    else:
        with draft_of(target) as draft:
            _link(source, draft)


def _fits(design: Path, scenario: Scenario) -> bool:
    """Whether a part of the design has a column for each factor, and for nothing else."""
    return pl.read_parquet_schema(design).keys() == design_frame(scenario, []).schema.keys()


def _take_failures(folder: Path, giver: Path, ends: pl.DataFrame) -> None:
    for run_id in ends.filter(pl.col("state") != State.OK)["run_id"]:
        source = giver / "failures" / f"{run_id}.txt"
        if source.exists():
            (folder / "failures").mkdir(exist_ok=True)
            shutil.copyfile(source, folder / "failures" / source.name)


def _link(source: Path, target: Path) -> None:
    """The same file under another name; where that cannot be, a copy. No file of a study is ever written into."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
