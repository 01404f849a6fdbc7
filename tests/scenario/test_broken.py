"""Every way to get a file wrong that we could think of, and what `simlab check` says to it, word for word.

After a change of wording, `ACCEPT=1 pytest tests/scenario/test_broken.py` writes the messages anew: read the
difference before committing it.
"""

import os
import re
from pathlib import Path

import pytest

from simlab.cli import main

HERE = Path(__file__).parent / "broken"
ROOT = Path(__file__).parents[2]
FILES = sorted(HERE.glob("*.yaml"))


@pytest.fixture
def said(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)

    def check(file: Path) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stop:
            main(["check", str(file.relative_to(ROOT))])
        code = stop.value.code
        return (code if isinstance(code, int) else 0), capsys.readouterr().err

    return check


def test_the_corpus_is_large():
    assert len(FILES) >= 40


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_broken_file_is_told_so(file, said):
    code, text = said(file)
    golden = file.with_suffix(".txt")
    if os.environ.get("ACCEPT"):
        golden.write_text(text, encoding="utf-8")
    assert code == 2
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("golden", sorted(HERE.glob("*.txt")), ids=lambda file: file.stem)
def test_messages_are_ours_and_say_where(golden):
    text = golden.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    assert re.match(r"tests/scenario/broken/[\w/]+\.yaml:\d+:\d+: ", first)
    assert not re.search(r"pydantic|Traceback|Input should|\[type=|value_error|ruamel|pint\b", text)
    assert str(ROOT) not in text


def test_all_problems_are_told_at_once():
    assert (HERE / "eight_at_once.txt").read_text(encoding="utf-8").rstrip().endswith("8 problems")
