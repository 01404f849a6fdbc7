"""`simlab rerun`: a study opened again from its folder alone."""

from collections.abc import Collection, Sequence
from pathlib import Path

from simlab.errors import StudyError
from simlab.parameters import Params
from simlab.scenario import load_scenario
from simlab.scenario.spelling import closest
from simlab.sweep import changes
from simlab.sweep.code import code_hash
from simlab.sweep.provenance import asked_of, last_call
from simlab.sweep.runs import State
from simlab.sweep.study import Study

FAILURES = tuple(state for state in State if state not in (State.OK, State.LOST))


def failures(names: Sequence[str], *, every: bool) -> Collection[State]:
    """The states by their names; all bad ends where `every` is said.

    Raises:
        StudyError: nothing is said, or a name is none of a state.
    """
    known = [str(state) for state in FAILURES]
    for name in names:
        if name not in known:
            near = closest(name, known)
            meant = f" Did you mean {near!r}?" if near else ""
            raise StudyError(f"--state {name}: runs end badly as {', '.join(known)}.{meant}")
    if not names and not every:
        raise StudyError("say which runs: --failed for all that did not end well, or --state timed_out and the like")
    return [State(name) for name in names] or FAILURES


def reopen(folder: Path, model: type[Params] | None = None) -> Study:
    """The study in `folder`, with the scenario that its last call named.

    Raises:
        StudyError: the folder is no study, or the scenario or the model's code is another by now.
    """
    call, lock_file = last_call(folder), folder / "study.lock.yaml"
    if not lock_file.is_file():
        raise StudyError(f"{folder}: no {lock_file.name} here, so this is not a study")
    lock, words = changes.read(lock_file.read_text(encoding="utf-8")), call["arguments"]
    if lock["code"] != code_hash():
        raise StudyError(f"{folder}: the model’s code has changed since; `{call['command']}` makes a new study with it")
    asked = asked_of(words)
    scenario = load_scenario(Path(call["working_folder"]) / asked.file, asked.overrides, model)
    if scenario.fingerprint != lock["fingerprint"]:
        what = changes.told(changes.changes(lock, scenario)) or "what is varied, or how, has changed"
        again = f"`{call['command']}` makes a new study with it, and takes over what it does not touch"
        raise StudyError(f"{folder}: {asked.file} says something else by now: {what}; {again}")
    return Study(folder, scenario, int(lock["seed"]), words)
