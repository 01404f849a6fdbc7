"""An edit of a scenario reruns what it touches, takes over the rest, and says what and why."""

import shutil
from pathlib import Path

import polars as pl
import pytest

from simlab.scenario import load_scenario
from simlab.sweep import code
from simlab.sweep import study as studies
from simlab.sweep.code import meaning
from simlab.sweep.execute import Workers
from simlab.sweep.study import carry_out, missing, open_study, plan

N = 3
MORE = "value: 1000, unit: H100e"
"""What the policy `more` sets."""
SIMULATORS = {"ok": "toys:run", "bad": "toys:misbehave"}


@pytest.fixture
def file(toys, tmp_path):
    """A copy of the toy's scenario that may be edited."""
    return Path(shutil.copy(toys.FILE, tmp_path / "toy.yaml"))


@pytest.fixture
def done(toys, file, tmp_path):
    """A function (*overrides, seed, simulator) -> (study, names of the runs that were executed)."""

    def do(*overrides, seed=3, simulator="ok"):
        scenario = load_scenario(file, overrides, toys.ToyWorld)
        study = open_study(scenario, seed, tmp_path / "out", [str(file)])
        left = list(missing(study, plan(study, scenario.policies, N, 1)))
        workers = Workers(1, isolated=False)
        entries = list(carry_out(study, study.job(10.0, SIMULATORS[simulator]), left, workers))
        return study, {entry.run_id for entry in entries}

    return do


def edit(file, before, after):
    text = file.read_text()
    assert before in text
    file.write_text(text.replace(before, after))


def of(*policies):
    return {f"{policy}-s{sample:04d}-r0" for policy in policies for sample in range(N)}


def rows(study):
    return pl.read_parquet(study.folder / "outcomes" / "*.parquet").sort("run_id")


def test_an_edit_of_a_policy_runs_that_policy_only(done, file):
    first, executed = done()
    assert executed == of("baseline", "more")
    edit(file, MORE, MORE.replace("1000", "2000"))
    second, executed = done()
    assert second.folder != first.folder
    assert executed == of("more")
    assert "Taken over" in second.news[0]
    assert "3 runs of baseline" in second.news[0]
    assert "Done again: more; policies.more." in second.news[1]
    assert "was 1000 H100e" in second.news[1]
    assert "is 2000 H100e" in second.news[1]


def test_what_is_taken_over_is_what_running_it_would_have_given(done, file, tmp_path):
    done()
    edit(file, MORE, MORE.replace("1000", "2000"))
    second, _ = done()
    taken = {path.relative_to(second.folder): path.read_bytes() for path in second.folder.rglob("*.parquet")}
    shutil.rmtree(tmp_path / "out")
    alone, executed = done()
    assert executed == of("baseline", "more")
    assert {path.relative_to(alone.folder): path.read_bytes() for path in alone.folder.rglob("*.parquet")} == taken


def test_an_edit_of_a_comment_runs_nothing(done, file):
    first, _ = done()
    file.write_text(f"# A toy.\n{file.read_text()}")
    second, executed = done()
    assert (second.folder, executed) == (first.folder, set())


def test_an_edit_of_the_world_runs_everything_and_names_the_parameter(done):
    done()
    second, executed = done("world.ideas.gain_nats=0.3")
    assert executed == of("baseline", "more")
    (said,) = second.news
    assert said.startswith("Done again: baseline, more; world.ideas.gain_nats was 0.1 nat")


def test_other_code_of_the_model_runs_everything_and_says_so(done, monkeypatch):
    first, _ = done()
    monkeypatch.setattr(studies, "code_hash", lambda: "0" * 16)
    second, executed = done()
    assert executed == of("baseline", "more")
    assert second.news == [
        f"Nothing is taken over from {first.folder}: the model’s code has changed since, so every run is done again."
    ]


def test_another_seed_runs_everything_and_says_so(done):
    done()
    second, executed = done(seed=4)
    assert executed == of("baseline", "more")
    assert "it has seed 3 and this one 4" in second.news[0]


def test_failed_runs_are_taken_over_with_their_reasons(done, file):
    first, _ = done(simulator="bad")
    edit(file, MORE, MORE.replace("1000", "2000"))
    second, executed = done(simulator="bad")
    assert executed == of("more")
    story = "baseline-s0001-r0.txt"
    assert (second.folder / "failures" / story).read_text() == (first.folder / "failures" / story).read_text()
    assert rows(second).filter(run_id="baseline-s0001-r0")["state"].to_list() == ["failed"]


def test_going_on_after_taking_over_leaves_the_first_study_as_it_was(done, file):
    first, _ = done()
    before = {path: path.read_bytes() for path in first.folder.rglob("*.parquet")}
    edit(file, MORE, MORE.replace("1000", "2000"))
    second, _ = done()
    left = missing(second, plan(second, second.scenario.policies, N + 1, 1))
    list(carry_out(second, second.job(10.0, "toys:run"), left, Workers(1, isolated=False)))
    assert rows(second).height == 2 * (N + 1)
    assert {path: path.read_bytes() for path in first.folder.rglob("*.parquet")} == before


def test_cut_off_while_taking_over_it_does_so_again(done, file, monkeypatch):
    done()
    edit(file, MORE, MORE.replace("1000", "2000"))
    with monkeypatch.context() as patched:
        patched.setattr(studies, "write_lock", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            done()
    second, executed = done()
    assert executed == of("more")
    assert rows(second).height == 2 * N


def test_what_code_says_about_itself_means_nothing():
    plain = "class A:\n    x: int\n\ndef f(y):\n    return y + 1\n"
    told = plain.replace("class A:", "# A class.\nclass A:\n    'It is one.'\n").replace(
        "(y):", "(\n    y,\n):\n    'Add.'"
    )
    assert meaning(told) == meaning(plain)
    assert meaning(plain.replace("+ 1", "+ 2")) != meaning(plain)
    assert meaning(plain.replace("return y", "return 'y'; y")) != meaning(plain)


def test_what_is_remembered_of_code_is_not_believed_of_another_file(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    copy = tmp_path / "simlab"
    shutil.copytree(code.ROOT, copy, ignore=shutil.ignore_patterns("__pycache__", "report", "analysis", "cli"))
    monkeypatch.setattr(code, "ROOT", copy)
    before = code.code_hash()
    assert code.code_hash() == before
    units = copy / "units.py"
    units.write_text(units.read_text() + "\n# Nothing.\n")
    assert code.code_hash() == before
    units.write_text(units.read_text() + "\nX = 1\n")
    assert code.code_hash() != before
