"""`simlab elasticities` and `simlab bottlenecks`: what they print and write, and errors that teach."""

import numpy as np
import pytest
from typer.testing import CliRunner

from simlab.cli import app, main
from simlab.probes.bottlenecks import Gain
from simlab.probes.elasticities import Findings
from simlab.probes.numbers import numbers
from simlab.probes.plan import COPIES, THIRTY, TIMES, World
from simlab.probes.steady import STAGES, Speed
from simlab.scenario import shipped_folder

BASELINE = str(shipped_folder() / "scenarios" / "baseline.yaml")


def made_up(params, n_seeds, n_processes, say):
    """A lab whose speed goes as people^0.4 compute^0.1, without a run."""
    assert n_processes == 1
    say(1, 2)
    worlds = [World(p, c) for p in TIMES for c in TIMES]
    worlds += [World(1.0, c, "hands") for c in (0.1, 1.0, 10.0)]
    nats = {world: world.people**0.4 * world.compute**0.1 for world in worlds} | {World(COPIES, 1.0, THIRTY): 5.0}
    luck = 1.0 + 0.01 * np.arange(n_seeds)
    stocks = np.tile(np.log1p(0.65 * np.arange(10.0)) / 0.65, (n_seeds, 2, 1))
    table = numbers({world: speed * luck for world, speed in nats.items()}, stocks)
    rows = {w: [Speed(v * x, 300.0, 20.0, 0.5, (1 / 6,) * len(STAGES)) for x in luck] for w, v in nats.items()}
    return Findings(n_seeds, rows, table, {"more_compute": "People are in the way."})


def test_elasticities_stand_beside_what_is_published(monkeypatch, tmp_path):
    monkeypatch.setattr("simlab.cli.probe_runs.find", made_up)
    words = ["--seeds", "3", "--processes", "1", "--out", str(tmp_path / "page.html")]
    result = CliRunner().invoke(app, ["elasticities", BASELINE, *words])
    assert result.exit_code == 0, result.output
    (line,) = [row for row in result.output.splitlines() if row.startswith("Ten times the experiments’ compute")][:1]
    assert "1.26" in line
    assert "5 dwarkesh-2024" in line
    assert "outside" in line
    assert "People are in the way." in result.output
    assert "People are in the way." in (tmp_path / "page.html").read_text(encoding="utf-8")


def made_up_gains(years):
    gained = {"experiments": 0.05, "people": 0.02, "frontier": 0.01}
    waits = 0.4, 0.2, 0.1
    pairs = list(zip(gained.items(), waits, strict=True))
    cells = [Gain(key, year, (nats, nats), wait) for (key, nats), wait in pairs for year in years]
    return [*cells, *(Gain("tokens", year, (0.0, 0.002), None) for year in years)]


def test_bottlenecks_are_told_by_year(monkeypatch, tmp_path):
    def found(params, words, start, years, n_seeds, n_processes, say):
        assert list(years) == [0, 3]
        return made_up_gains(years)

    monkeypatch.setattr("simlab.cli.probe_runs.gains", found)
    words = ["--seeds", "2", "--years", "3,0", "--out", str(tmp_path / "page.html")]
    result = CliRunner().invoke(app, ["bottlenecks", BASELINE, *words])
    assert result.exit_code == 0, result.output
    assert "+50 ± 0 (40%)" in result.output
    assert "the two orders agree" in " ".join(result.output.split())
    assert (tmp_path / "page.html").is_file()


@pytest.mark.parametrize("years", ["soon", "0,40", "-1"])
def test_years_that_cannot_be_are_explained(years, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["bottlenecks", BASELINE, "--years", years])
    assert stopped.value.code == 2
    assert f"not '{years}'" in capsys.readouterr().err


def test_the_default_years_fit_into_ten_years_of_the_calendar(monkeypatch, tmp_path):
    asked = []

    def found(params, words, start, years, n_seeds, n_processes, say):
        asked.extend(years)
        return made_up_gains(years)

    monkeypatch.setattr("simlab.cli.probe_runs.gains", found)
    result = CliRunner().invoke(app, ["bottlenecks", BASELINE, "--out", str(tmp_path / "page.html")])
    assert result.exit_code == 0, result.output
    assert asked == [0, 2, 4, 6, 8]
