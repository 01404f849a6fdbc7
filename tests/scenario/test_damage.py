"""Whatever happens to a file, the answer is a scenario or a list of problems, each with a place."""

import random
import re

import pytest

from simlab.errors import ScenarioError
from simlab.scenario import load_scenario

SPOILERS = [
    *"{}[]:,#&*!|>'\"%@`-?\t\n 0",
    *("null", "true", "1e400", "-", "  ", "<<: 3", "&a", "*a", "é", "2025-13-01", "..."),
]
N_FILES = 150


def damaged(text: str, rng: random.Random) -> str:
    i = rng.randrange(len(text))
    j = min(len(text), i + rng.choice([0, 1, 1, 2, 5, 20]))
    return text[:i] + rng.choice(["", rng.choice(SPOILERS)]) + text[j:]


@pytest.mark.parametrize("seed", range(3))
def test_damaged_files_are_explained(seed, small_file, small_world, tmp_path):
    rng = random.Random(seed)
    (tmp_path / "sources.yaml").write_text("measured: {title: A measurement, kind: data}\n", encoding="utf-8")
    text = small_file.read_text(encoding="utf-8")
    explained = 0
    for _ in range(N_FILES // 3):
        spoilt = text
        for _ in range(rng.choice([1, 1, 2, 4])):
            spoilt = damaged(spoilt, rng)
        (tmp_path / "file.yaml").write_text(spoilt, encoding="utf-8")
        try:
            load_scenario(tmp_path / "file.yaml", model=small_world)
        except ScenarioError as error:
            explained += 1
            for problem in error.problems:
                assert re.match(r".*file\.yaml:\d+:\d+: .+", problem), problem
                assert "pydantic" not in problem
    assert explained > N_FILES / 6
