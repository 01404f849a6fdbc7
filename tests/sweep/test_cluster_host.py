"""A process knows whether it sees the study's own folder or one that only has its name."""

import subprocess
import sys
from contextlib import ExitStack

from simlab.sweep import host
from simlab.sweep.code import code_hash


def test_who_finds_the_word_sees_the_folder(tmp_path):
    with host.marked(tmp_path) as word:
        assert host.sees(tmp_path, word)


def test_a_folder_of_the_same_name_is_not_the_same_folder(tmp_path):
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    ours.mkdir()
    theirs.mkdir()
    with host.marked(ours) as word, host.marked(theirs):
        assert not host.sees(theirs, word)
        assert not host.sees(tmp_path / "nowhere", word)


def test_a_word_of_an_earlier_driver_is_worth_nothing(tmp_path):
    with host.marked(tmp_path) as first:
        pass
    with host.marked(tmp_path) as second:
        assert first != second
        assert not host.sees(tmp_path, first)


def test_nothing_stays_behind_but_the_mark_of_a_later_driver(tmp_path):
    with ExitStack() as later:
        with host.marked(tmp_path):
            word = later.enter_context(host.marked(tmp_path))
        assert host.sees(tmp_path, word)
    assert list(tmp_path.iterdir()) == []


def test_no_two_processes_write_under_one_name():
    command = [sys.executable, "-c", "from simlab.sweep import host; print(host.writer())"]
    names = {subprocess.run(command, capture_output=True, text=True, check=True).stdout for _ in range(2)}
    assert len(names | {host.writer() + "\n"}) == 3
    assert host.writer() == host.writer()


def test_a_process_tells_what_it_loaded_and_what_lies_on_its_disk():
    told = host.about()
    assert told.loaded == told.on_disk == code_hash()
    assert {"python", "numpy", "polars"} <= set(told.versions)
