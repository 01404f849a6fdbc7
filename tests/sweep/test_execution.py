"""Runs are handed out in batches, done by children, and end as the same bytes whoever does them."""

import itertools
import pickle
import random
import threading
import time
from dataclasses import replace

import psutil
import pytest

from simlab.errors import StudyError
from simlab.sweep import handle, ledger, store
from simlab.sweep.backlog import Backlog
from simlab.sweep.batch import keep, run_batch, stop_batches
from simlab.sweep.designs import points
from simlab.sweep.execute import MOST_LOSSES, Workers, _Drive, execute
from simlab.sweep.host import marked
from simlab.sweep.one import Planned
from simlab.sweep.pools import ThisProcess
from simlab.sweep.runs import RunKey

BOTH = ("baseline", "more")


def states(entries):
    return {entry.run_id: str(entry.state) for entry in entries}


def children():
    """Processes of this one that do runs."""
    found = psutil.Process().children(recursive=True)
    return [child for child in found if "simlab.sweep.child" in " ".join(child.cmdline())]


@pytest.fixture
def counts(tmp_path, monkeypatch):
    """How often each run began and ended, by the name of its file."""
    folder = tmp_path / "counts"
    folder.mkdir()
    monkeypatch.setenv("COUNTS", str(folder))
    return lambda word: {path.name: path.read_text().count(word) for path in folder.iterdir()}


@pytest.fixture
def plain(toys, tmp_path, parts):
    """The tables of twenty runs of two policies, done here."""
    list(execute(toys.job(tmp_path / "plain"), toys.planned(20, BOTH), Workers(1, isolated=False)))
    return parts(tmp_path / "plain")


@pytest.mark.parametrize("workers", [Workers(1), Workers(2), Workers(2, isolated=False)])
def test_whoever_does_the_runs_in_whatever_order_the_bytes_are_the_same(toys, tmp_path, parts, plain, workers):
    runs = toys.planned(20, BOTH)
    random.Random(1).shuffle(runs)
    entries = list(execute(toys.job(tmp_path / "a"), runs, workers))
    assert len(entries) == 40
    assert parts(tmp_path / "a") == plain


@pytest.mark.slow
def test_seven_workers_make_the_same_bytes_as_one_and_two(toys, tmp_path, parts):
    runs = toys.planned(150, BOTH, 2)
    made = []
    for n, isolated in [(1, True), (2, True), (7, True), (7, False)]:
        random.Random(n).shuffle(runs)
        list(execute(toys.job(tmp_path / f"{n}{isolated}"), runs, Workers(n, isolated=isolated)))
        made.append(parts(tmp_path / f"{n}{isolated}"))
    assert made[0] == made[1] == made[2] == made[3]
    assert len(made[0]) == 4 * 2 * 3  # tables, policies, blocks of 64 samples


def test_the_design_is_among_the_tables_for_failed_runs_too(toys, tmp_path, parts):
    job, runs = toys.job(tmp_path, "misbehave"), toys.planned(3)
    list(execute(job, runs, Workers(1)))
    table = store.pl.read_parquet(tmp_path / "design" / "part-baseline-s0000-r0.parquet")
    assert table["run_id"].to_list() == [planned.key.run_id for planned in runs]
    assert table["luck"].to_list() == [0, 1, 2]
    values = job.scenario.values("baseline", runs[1].uniforms)
    assert {path: table[path][1] for path in job.scenario.uncertain} == {p: values[p] for p in job.scenario.uncertain}


@pytest.mark.parametrize("workers", [Workers(1), Workers(2)])
def test_a_plan_without_end_is_never_held_and_can_be_cut_off(toys, tmp_path, workers):
    design = toys.toy_scenario().design
    drawn = itertools.count()

    def endless():
        for sample in itertools.count():
            (point,) = points(design, 3, sample, sample + 1)
            next(drawn)
            yield Planned(RunKey("baseline", sample, 0), *point)

    going = execute(toys.job(tmp_path), endless(), workers)
    first = list(itertools.islice(going, 100))
    assert len(children()) == workers.n
    going.close()  # pyright: ignore[reportAttributeAccessIssue]
    assert len(first) == 100
    assert next(drawn) < 100 + 64 * 8 * workers.n
    assert not children()
    assert len(store.states(tmp_path)) >= 100
    assert not list((tmp_path / "chunks").iterdir())


def test_a_part_is_sorted_into_its_files_when_its_last_run_is_done(toys, tmp_path):
    found = []
    for _ in execute(toys.job(tmp_path), toys.planned(100), Workers(1, isolated=False)):
        found.append(len(list((tmp_path / "outcomes").glob("*.parquet"))))
    assert [found[i] for i in (0, 63, 64, 99)] == [0, 1, 1, 2]


def test_a_process_that_is_killed_from_outside_blames_nobody(toys, tmp_path, counts, parts, plain):
    entries = list(execute(toys.job(tmp_path / "a", "once_deadly"), toys.planned(20, BOTH), Workers(2)))
    assert set(states(entries).values()) == {"ok"}
    assert parts(tmp_path / "a") == plain
    lines = list(ledger.entries(tmp_path / "a"))
    lost = {(line.run_id, line.attempt, line.error) for line in lines if line.state == "lost"}
    assert lost == {(f"{policy}-s0003-r0", 1, "its process was ended by SIGKILL") for policy in BOTH}
    assert ledger.attempts(tmp_path / "a")["more-s0003-r0"] == 2
    assert counts("begins") == {f"{p}-{s}-0": 1 + (s == 3) for p in BOTH for s in range(20)}
    assert not list((tmp_path / "a").glob("failures/*"))


def test_the_ledger_has_a_line_for_each_attempt_and_skips_torn_ones(toys, tmp_path):
    list(execute(toys.job(tmp_path), toys.planned(3), Workers(1)))
    (path,) = (tmp_path / "ledger").iterdir()
    path.write_text(path.read_text() + '{"run_id": "baseline-s0000')
    (tmp_path / "ledger" / "other.jsonl").write_bytes(b'\xff\xfe\n17\n{"run_id": "x", "state": "odd"}\n')
    lines = list(ledger.entries(tmp_path))
    assert {line.run_id for line in lines} == {f"baseline-s000{i}-r0" for i in range(3)}
    assert len(lines) == 3
    assert all(line.attempt == 1 and line.state == "ok" and line.error is None for line in lines)
    assert all(line.cpu_seconds and line.seconds and line.cpu_seconds > 0.0 < line.seconds for line in lines)


def test_a_worker_that_does_not_see_the_folder_sends_its_tables_back(toys, tmp_path, parts, plain):
    job = replace(toys.job(tmp_path / "a"), mark="of another folder")
    packed = pickle.dumps(job)
    for policy in BOTH:
        done = run_batch(packed, toys.planned(20, [policy]))
        assert not (job.folder / "chunks").exists()
        keep(job, done)
        store.settle(job.folder)
        (job.folder / "chunks").rmdir()
        (job.folder / "ledger").rename(tmp_path / f"ledger-{policy}")
    stop_batches(packed)
    assert parts(job.folder) == plain


class Unsteady(ThisProcess):
    """Its workers get lost."""

    def taken(self):
        task, self._task = self._task, None
        assert task is not None
        return task


class Lossy(Unsteady):
    """Every third batch is lost with its worker: half of them before it was done, half after it was on disk.

    But for runs that were lost twice.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.n_batches = 0

    def next(self):
        self.n_batches += 1
        phase = 1 if self._task is None or self._task.runs[0].attempt >= MOST_LOSSES else self.n_batches % 6
        if phase == 3:
            return [(self.taken(), None)]
        ((task, done),) = super().next()
        return [(task, None if phase == 0 else done)]


def driven(job, runs, pool_of):
    with marked(job.folder) as mark:
        job = replace(job, mark=mark)
        with pool_of(pickle.dumps(job), isolated=True) as pool:
            entries = list(_Drive(job, Backlog(runs), pool).entries())
    store.settle(job.folder)
    return entries


def test_what_was_lost_with_a_worker_is_done_again_unless_it_is_on_disk(toys, tmp_path, parts, plain, counts):
    job = toys.job(tmp_path / "a", "counted", limit_s=60.0)
    entries = driven(job, toys.planned(20, BOTH), Lossy)
    assert sorted(states(entries)) == sorted(planned.key.run_id for planned in toys.planned(20, BOTH))
    assert len(entries) == 40
    assert set(counts("ends").values()) == {1}
    assert parts(tmp_path / "a") == plain


class Doomed(Unsteady):
    """Whoever is given sample 2 is lost."""

    def next(self):
        if self._task is not None and any(planned.key.sample == 2 for planned in self._task.runs):
            return [(self.taken(), None)]
        return super().next()


def test_a_run_over_which_workers_are_lost_again_and_again_has_crashed(toys, tmp_path, outcomes):
    entries = driven(toys.job(tmp_path), toys.planned(6), Doomed)
    assert states(entries) == {f"baseline-s000{i}-r0": "crashed" if i == 2 else "ok" for i in range(6)}
    assert outcomes(tmp_path)["baseline-s0002-r0"]["error"] == "the workers that did it were lost, again and again"
    assert ledger.attempts(tmp_path)["baseline-s0002-r0"] == MOST_LOSSES


def test_what_is_done_of_a_batch_that_is_stopped_is_kept(toys, tmp_path, counts):
    with marked(tmp_path) as mark:
        packed, found = pickle.dumps(replace(toys.job(tmp_path, "linger"), mark=mark)), []
        thread = threading.Thread(target=lambda: found.append(run_batch(packed, toys.planned(5))))
        thread.start()
        while not counts("begins").get("baseline-2-0"):
            time.sleep(0.05)
        stop_batches(packed)
        thread.join()
    assert states(found[0].entries) == {"baseline-s0000-r0": "ok", "baseline-s0001-r0": "ok"}
    assert set(store.states(tmp_path)) == {"baseline-s0000-r0", "baseline-s0001-r0"}
    assert run_batch(packed, toys.planned(1)).entries == []
    assert not children()


def test_other_code_than_that_of_the_sweep_does_no_runs(toys, tmp_path, monkeypatch):
    own = handle.about()
    monkeypatch.setattr(handle, "about", lambda: own._replace(loaded="other code"))
    with pytest.raises(StudyError, match="code has changed since this sweep began"):
        list(execute(toys.job(tmp_path), toys.planned(2), Workers(1)))
    assert not children()


@pytest.mark.parametrize("n", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_where_no_child_comes_up_the_reason_is_told(toys, tmp_path, n):
    job = replace(toys.job(tmp_path), command=toys.Unwelcome())
    with pytest.raises(
        StudyError, match=r"no process for runs comes up: it ended itself with exit code 1(?s:.*)not in this house"
    ):
        list(execute(job, toys.planned(2), Workers(n)))
    assert not children()
