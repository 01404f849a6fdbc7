"""The verbs on scenarios as a user sees them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from simlab.cli import main

ROOT = Path(__file__).parents[2]


@pytest.fixture
def simlab(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(arguments)
        said = capsys.readouterr()
        return (stop.value.code if isinstance(stop.value.code, int) else 0), said.out, said.err

    return call


@pytest.fixture
def started(simlab):
    assert simlab("new", "mine")[0] == 0
    return simlab


def test_a_new_folder_checks_and_says_what_it_wrote(simlab):
    code, out, _ = simlab("new", "mine")
    assert code == 0
    assert [line.split("/")[-1] for line in out.splitlines()] == [
        "mine.yaml",
        "baseline.yaml",
        "sources.yaml",
        "scenario.schema.json",
    ]
    assert (
        Path("mine/mine.yaml")
        .read_text(encoding="utf-8")
        .startswith("# yaml-language-server: $schema=./scenario.schema.json\n")
    )
    code, out, _ = simlab("check", "--strict", "mine/mine.yaml", "mine/baseline.yaml")
    assert code == 0
    assert out.count(": fine. ") == 2
    json.loads(Path("mine/scenario.schema.json").read_text(encoding="utf-8"))


def test_the_example_in_a_new_variant_works_once_the_hashes_are_gone(started):
    file = Path("mine/mine.yaml")
    lines = file.read_text(encoding="utf-8").splitlines()
    first = lines.index("# world:")
    last = next(i for i in range(first, len(lines)) if lines[i] == "#")
    lines[first:last] = [line[2:] for line in lines[first:last]]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    code, out, err = started("diff", "mine/baseline.yaml", "mine/mine.yaml")
    assert (code, err) == (0, "")
    assert "choice" in out


def test_new_overwrites_nothing(started):
    before = Path("mine/mine.yaml").read_text(encoding="utf-8")
    code, _, err = started("new", "mine")
    assert code == 2
    assert "exists already; nothing was written" in err
    assert Path("mine/mine.yaml").read_text(encoding="utf-8") == before


def test_new_answers_to_odd_folders(simlab):
    Path("taken").write_text("", encoding="utf-8")
    assert "taken is a file; name a folder" in simlab("new", "taken")[2]
    assert simlab("new", "odd: name")[0] == 0
    assert simlab("check", "odd: name/odd: name.yaml")[0] == 0
    assert simlab("new", "baseline")[0] == 0
    assert simlab("check", "baseline/variant.yaml")[0] == 0


def test_explain_tells_value_source_line_and_what_was_replaced(started):
    code, out, _ = started("explain", "mine/mine.yaml", "world.meter_days", "--set", "world.meter_days=2 week")
    assert code == 0
    assert [line.split()[:2] for line in out.splitlines() if line.startswith("  ")][1:] == [
        ["value", "14"], ["range", "none:"], ["source", "command"], ["note", "set"], ["set", "in"], ["instead", "of"],
    ]  # fmt: skip
    assert "baseline.yaml:" in out.splitlines()[-1]


def test_explain_finds_a_path_by_its_end_and_lists_a_group(started):
    assert started("explain", "mine/mine.yaml", "meter_days")[1].startswith("world.meter_days\n")
    assert "  initial_h100e: " in started("explain", "mine/mine.yaml", "world.labs.leader")[1]
    code, _, err = started("explain", "mine/mine.yaml", "metre_days")
    assert code == 2
    assert "Did you mean 'world.meter_days'?" in err


def test_diff_lists_both_values(started):
    record = "{value: 2, unit: week, source: choice, note: Often.}"
    Path("mine/other.yaml").write_text(
        f"format: 1\nextends: mine.yaml\nworld:\n  meter_days: {record}\n", encoding="utf-8"
    )
    code, out, _ = started("diff", "mine/mine.yaml", "mine/other.yaml")
    assert code == 0
    row = next(line for line in out.splitlines() if "meter_days" in line)
    assert row.split()[:1] == ["world.meter_days"]
    assert row.rstrip().endswith("14 day, choice")
    assert started("diff", "mine/mine.yaml", "mine/mine.yaml")[1] == "no difference\n"


def test_resolve_prints_a_file_that_stands_alone(started):
    out = started("resolve", "mine/mine.yaml", "--set", "world.meter_days=7")[1]
    Path("mine/alone.yaml").write_text(out, encoding="utf-8")
    assert "extends:" not in out
    assert "meter_days: {value: 7, unit: day, source: command line" in out
    assert started("check", "mine/alone.yaml")[0] == 0


def test_check_tells_everything_wrong_with_several_files(started):
    Path("mine/a.yaml").write_text("format: 1\nextends: baseline.yaml\nyeers: 3\n", encoding="utf-8")
    code, out, err = started("check", "mine/mine.yaml", "mine/a.yaml", "mine/b.yaml")
    assert code == 2
    assert "mine/mine.yaml: fine." in out
    assert "mine/a.yaml:3:1: yeers: unknown name" in err
    assert "there is no file mine/b.yaml" in err
    assert err.endswith("2 problems\n")


def test_an_unknown_verb_is_answered_with_the_right_one(simlab):
    code, _, err = simlab("chekc")
    assert code == 2
    assert "check" in err


HELP = """
import sys
from simlab.cli import main
try:
    main(["--help"])
except SystemExit:
    pass
heavy = {"pint", "pydantic", "ruamel", "polars", "distributed", "dask", "scipy", "numpy", "torch", "plotly", "rich"}
print(sorted(heavy & set(sys.modules)))
"""


def test_help_imports_nothing_heavy():
    done = subprocess.run([sys.executable, "-c", HELP], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
