"""What the README promises: its commands, its links, its verbs, and the check that runs them."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simlab.cli import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHECK = (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def section(heading: str) -> str:
    """The text under a heading of the second level."""
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


def told_in_check(name: str) -> str:
    found = re.search(rf"^{name}='(.*)'$", CHECK, re.MULTILINE)
    assert found is not None
    return found[1]


def test_two_commands_set_everything_up_and_the_check_runs_them():
    commands = re.findall(r"```sh\n(.*?)\n```", section("Two commands"), re.DOTALL)
    assert commands == [told_in_check("RUN"), told_in_check("TEST")]


def test_the_table_of_commands_names_every_verb_once():
    verbs = re.findall(r"^\| `simlab ([a-z]+)", section("Commands"), re.MULTILINE)
    helped = CliRunner().invoke(app, ["--help"]).output.split("Commands:\n")[1]
    assert verbs == re.findall(r"^  ([a-z]+) ", helped, re.MULTILINE)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_every_link_into_the_repository_leads_somewhere(link):
    if "://" in link:
        return
    path, _, anchor = link.partition("#")
    assert not path or (ROOT / path).exists()
    anchors = [
        re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in re.findall(r"^#+ (.+)", README, re.M)
    ]
    assert path or anchor in anchors


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`((?:simlab|scenarios|tests|data|\.ci)/[\w./-]+)`", README))))
def test_every_file_that_is_named_exists(path):
    assert (ROOT / path).exists()


def test_the_picture_is_small():
    (picture,) = re.findall(r"!\[.+\]\(([^)]+)\)", README)
    assert (ROOT / picture).stat().st_size < 300_000


def test_every_pin_is_exact():
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert [pin for pin in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[\w.]+", pin)] == []
