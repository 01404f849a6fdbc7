"""The whole way, from the scenario that ships to the page: what the made-up study cannot know."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

SCENARIO = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"
SHORT = ["--samples", "2", "--workers", "1", "--set", "end=2026-01-01"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("real")
    command = [sys.executable, "-c", "from simlab.cli import main; main()", "run", str(SCENARIO), *SHORT]
    done = subprocess.run([*command, "--out", str(out)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(out.iterdir())


def test_a_real_study_fills_every_figure(folder, read):
    figures = read(folder / "report.html").figures
    assert {"milestones", "horizon", "binding", "causes", "regret", "rungs", "use", "queue"} <= figures.keys()
    for key, figure in figures.items():
        assert len(figure.rows) > 1, key
        assert "None" not in figure.takeaway + figure.caption, key
        assert "nan" not in figure.takeaway + figure.caption, key


def test_the_shares_of_an_ideas_life_sum_to_a_hundred(folder, read):
    binding = read(folder / "report.html").figures["binding"]
    for row in binding.rows[1:]:
        assert sum(float(cell) for cell in row[1:-1]) == pytest.approx(100, abs=0.1)


def test_the_use_table_is_the_parquets(folder, read):
    use = read(folder / "report.html").figures["use"]
    series = pl.read_parquet(folder / "series" / "part-*.parquet").filter(pl.col("policy") == "baseline")
    lab, day, median = use.rows[1][0], use.rows[1][1], float(use.column("50% of runs below, %")[0])
    mine = series.filter((pl.col("lab").cast(pl.String) == lab) & (pl.col("date").cast(pl.String) == day))
    assert median == pytest.approx(100 * float(np.median(mine["utilisation_fraction"].to_numpy())), rel=1e-3)
