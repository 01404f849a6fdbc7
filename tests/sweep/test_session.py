"""A call that does runs: when it stops, what it says, its exit code, and doing again what failed."""

import json

import polars as pl
import pytest

from simlab.cli import again, session
from simlab.cli.again import failures, reopen
from simlab.cli.running import Wish, rerun_study, run_study
from simlab.cli.session import Means, most_failures
from simlab.errors import StudyError
from simlab.sweep import study as studies
from simlab.sweep.driver import only_driver
from simlab.sweep.execute import Workers
from simlab.sweep.plan import Plan, all_runs, n_runs, read_plans, remember
from simlab.sweep.provenance import arguments_of
from simlab.sweep.runs import State
from simlab.sweep.status import reasons, status
from simlab.sweep.study import carry_out, left, open_study, plan

N = 6
"""Of them 1 raises, 2 records a NaN, and 3 never comes back."""


ALONE = Workers(1, isolated=False)
JOB = studies.Study.job


@pytest.fixture
def simulate(monkeypatch):
    """A function (simulator, limit_s): runs are done by it from now on, in this process."""
    monkeypatch.setattr(session, "Workers", lambda *_: ALONE)

    def use(simulator, limit_s):
        monkeypatch.setattr(studies.Study, "job", lambda study, *_, **more: JOB(study, limit_s, simulator))

    return use


@pytest.fixture
def call(toys, tmp_path, simulate):
    """A function (simulator, retry, n, means) -> exit code, over six runs of which three misbehave."""

    def do(simulator="toys:misbehave", retry=False, n=N, **means):
        simulate(simulator, 0.5)
        study = open_study(toys.toy_scenario(), 3, tmp_path, arguments_of(toys.FILE, [], 3, tmp_path))
        return run_study(study, Wish(n, 1, ["baseline"], retry), Means(1, with_report=False, **means))

    return do


@pytest.fixture
def folder(tmp_path):
    """The only study there is."""
    return lambda: next(path for path in tmp_path.iterdir() if path.is_dir())


def rows(folder):
    frame = pl.read_parquet(folder / "outcomes" / "*.parquet")
    return {row["sample"]: row for row in frame.iter_rows(named=True)}


def test_some_failed_runs_make_the_exit_code_1_and_the_summary_tells_why(call, folder, capsys):
    assert call() == 1
    told = capsys.readouterr().out
    assert "3 of 6 runs ok, 1 failed, 1 timed_out, 1 invalid" in told
    assert "1  failed: ValueError: no chips today" in told
    assert "--events --run baseline-s0001-r0" in told
    assert f"simlab rerun {folder()} --failed" in told


def test_so_many_failures_as_are_allowed_are_no_failure(call):
    assert call(max_failures="50%") == 0
    assert call(max_failures="2") == 1


def test_it_stops_as_soon_as_too_many_have_failed_and_keeps_what_is_done(call, folder, capsys):
    assert call(max_failures="1") == 1
    assert "2 have failed, and at most 1 of 6 runs may fail (--max-failures 1)" in capsys.readouterr().out
    assert {0, 1, 2} <= set(rows(folder()))
    assert call(retry=True, simulator="toys:run", max_failures="1") == 0
    assert set(rows(folder())) == set(range(N))


def test_failures_of_earlier_calls_count(call, capsys):
    call(n=2)
    capsys.readouterr()
    assert call(max_failures="2", n=500) == 1
    assert "3 have failed" in capsys.readouterr().out


def test_fail_fast_stops_at_the_first(call, folder, capsys):
    assert call(fail_fast=True, n=500) == 1
    assert "Stopped at the first run" in capsys.readouterr().out
    assert {0, 1} <= set(rows(folder()))
    assert len(rows(folder())) < 500


@pytest.mark.parametrize("said", ["x", "-1", "101%", "1.5"])
def test_a_share_that_is_none_is_refused(said):
    with pytest.raises(StudyError, match="a share of the runs, like 1%, or a count"):
        most_failures(said, 100)


def test_again_are_done_those_of_the_state_that_is_named(call, toys, folder, simulate):
    call()
    before, study = rows(folder()), reopen(folder(), toys.ToyWorld)
    simulate("toys:run", 60.0)
    assert rerun_study(study, [State.TIMED_OUT], Means(1, with_report=False)) == 1
    assert {sample: row["state"] for sample, row in rows(folder()).items()} == {
        **{sample: row["state"] for sample, row in before.items()},
        3: "ok",
    }
    assert rerun_study(study, failures([], every=True), Means(1, with_report=False)) == 0
    assert {row["state"] for row in rows(folder()).values()} == {"ok"}
    assert status(folder()).n_planned == N


def test_a_file_that_says_something_else_by_now_is_not_run_again(call, toys, folder, monkeypatch, tmp_path):
    call()
    provenance = folder() / "provenance.json"
    edited = tmp_path / "edited.yaml"
    edited.write_text(toys.FILE.read_text().replace("value: 0.1, unit: nat", "value: 0.12, unit: nat"))
    record = json.loads(provenance.read_text())
    record["arguments"][0] = str(edited)
    provenance.write_text(json.dumps(record))
    with pytest.raises(
        StudyError, match=r"says something else by now: world.ideas.gain_nats was 0.1 nat .* is 0.12 nat"
    ):
        reopen(folder(), toys.ToyWorld)


def test_other_code_of_the_model_is_not_run_again(call, toys, folder, monkeypatch):
    call()
    monkeypatch.setattr(again, "code_hash", lambda: "0" * 16)
    with pytest.raises(StudyError, match="the model’s code has changed since"):
        reopen(folder(), toys.ToyWorld)


def test_a_state_that_is_none_is_named_with_what_was_meant():
    with pytest.raises(StudyError, match="Did you mean 'timed_out'"):
        failures(["timedout"], every=False)
    with pytest.raises(StudyError, match="say which runs"):
        failures([], every=False)


def test_a_folder_that_is_no_study_is_refused(tmp_path):
    with pytest.raises(StudyError, match="not a study"):
        reopen(tmp_path)
    with pytest.raises(StudyError, match="not a study"):
        status(tmp_path)


def test_the_status_counts_states_reasons_and_what_is_left(call, folder, toys):
    call()
    found = status(folder())
    assert found.states == {State.OK: 3, State.FAILED: 1, State.TIMED_OUT: 1, State.INVALID: 1}
    assert (found.n_planned, found.n_left, found.is_driven) == (6, 0, False)
    assert {reason.error for reason in found.reasons if reason.state is State.FAILED} == {"ValueError: no chips today"}
    assert all(reason.command.endswith(reason.run_id) for reason in found.reasons)
    assert found.work.cpu_seconds > 0.0


def test_errors_that_differ_in_numbers_only_are_one_reason(tmp_path):
    ends = pl.DataFrame(
        {
            "run_id": ["a", "b", "c"],
            "state": ["invalid", "invalid", "failed"],
            "error": ["x is nan at 1.5", "x is nan at 2e-7", None],
        }
    )
    assert [(reason.n_runs, reason.run_id, reason.error) for reason in reasons(tmp_path, ends)] == [
        (2, "a", "x is nan at 1.5"),
        (1, "c", ""),
    ]


def test_the_status_of_a_sweep_that_is_going_on(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    remember(study.folder, Plan(("baseline",), 40, 40, 1))
    going = carry_out(study, study.job(60.0, "toys:run"), plan(study, ["baseline"], 40, 1), ALONE)
    next(going)
    found = status(study.folder)
    assert found.is_driven
    assert 0 < found.n_done < 40
    assert found.n_left == 40 - found.n_done
    with pytest.raises(StudyError, match="is at work here"), only_driver(study.folder):
        pass
    going.close()
    assert not status(study.folder).is_driven


def test_a_torn_folder_has_a_status_too(call, folder):
    call()
    (folder() / "ledger" / "torn.jsonl").write_text('{"run_id": "baseline-s00')
    (folder() / "chunks" / ".part-baseline-s0000-r0+x.zip.1.draft").write_bytes(b"half")
    (folder() / "failures" / "baseline-s0001-r0.txt").unlink()
    (folder() / "provenance.json").unlink()
    found = status(folder())
    assert found.n_done == 6
    assert [reason.command for reason in found.reasons if reason.state is State.FAILED] == [""]


def test_a_plan_is_asked_for_part_by_part_with_policies_in_turn(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    keys = [item.key for item in plan(study, ["more", "baseline"], 70, 5)]
    assert len(set(keys)) == len(keys) == 2 * 70 * 5
    blocks = list(dict.fromkeys((key.part) for key in keys))
    assert [key.part for key in keys] == sorted((key.part for key in keys), key=blocks.index)
    assert blocks[:3] == ["part-more-s0000-r0", "part-baseline-s0000-r0", "part-more-s0000-r4"]


def test_a_plan_takes_its_points_as_it_goes(toys, tmp_path, monkeypatch):
    study, taken = open_study(toys.toy_scenario(), 3, tmp_path), []
    points = studies.points

    def counted(spec, seed, begin, end):
        taken.append((begin, end))
        return points(spec, seed, begin, end)

    monkeypatch.setattr(studies, "points", counted)
    runs = plan(study, ["baseline", "more"], 200, 1)
    next(runs)
    assert taken == [(0, 64)]
    list(runs)
    assert taken == [(0, 64), (64, 128), (128, 192), (192, 200)]


def test_what_was_asked_at_several_times_is_counted_once(tmp_path):
    asked = [Plan(("a",), 3, 3, 1), Plan(("a", "b"), 2, 2, 2), Plan(("a", "b"), 1, 1, 1)]
    for one in asked:
        remember(tmp_path, one)
    plans = read_plans(tmp_path)
    assert plans == [asked[2], asked[1], asked[0]]
    assert n_runs(plans) == len(list(all_runs(plans))) == len(set(all_runs(plans))) == 3 + 2 + 4
    remember(tmp_path, Plan(("a", "b"), 9, 9, 2))
    assert len(read_plans(tmp_path)) == 1


def test_an_unknown_policy_is_named_with_what_was_meant(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    with pytest.raises(StudyError, match=r"no policy 'mroe'; the scenario has baseline, more\. Did you mean 'more'"):
        plan(study, ["mroe"], 1, 1)


def test_a_run_that_is_done_again_has_the_next_number(toys, tmp_path):
    study = open_study(toys.toy_scenario(), 3, tmp_path)
    list(carry_out(study, study.job(60.0, "toys:run"), plan(study, ["baseline"], 2, 1), ALONE))
    assert [item.attempt for item in left(study, plan(study, ["baseline"], 3, 1), ())] == [2, 2, 1]
