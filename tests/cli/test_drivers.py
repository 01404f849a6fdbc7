"""`simlab drivers` on made-up studies of every design: a closed form stands where the simulation would."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simlab.cli import app, main
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs import n_points, points
from simlab.sweep.plan import Plan, remember

FACTORS = ("world.strong", "world.weak", "world.idle")
START, END = date(2025, 1, 1), date(2026, 1, 1)


def days_of(u, luck):
    """A date: late with `strong`, a little earlier with `weak`; beyond the horizon where strong is high."""
    return 60.0 + 400.0 * u["world.strong"] - 40.0 * u["world.weak"] + luck


def write_study(folder, kind, n, *, replicates=2, policies=("baseline",), fails=lambda u: False, factors=FACTORS):
    spec = DesignSpec(kind, tuple(Factor(path) for path in factors))
    n_all = n_points(spec, n)
    rng = np.random.default_rng(0)
    rows = []
    for sample, point in enumerate(points(spec, 3, 0, n_all)):
        u = {path: point.uniforms.get(path, 0.5) for path in FACTORS}
        for replicate in range(replicates):
            luck = rng.normal(0.0, 10.0)
            for policy in policies:
                shift = 0.0 if policy == "baseline" else 50.0 * u["world.weak"]
                rows.append(row(policy, sample, replicate, u, days_of(u, luck) + shift, failed=fails(u)))
    write_tables(folder, pl.DataFrame(rows, infer_schema_length=None))
    lock = {"format": 1, "name": "tiny", "title": "Tiny", "start": START.isoformat(), "end": END.isoformat()}
    lock |= {"seed": 3, "fingerprint": "f", "code": "c", "versions": {}, "policies": list(policies), "origins": []}
    lock |= {"sources": {}, "scenario": {}, "uncertain": list(factors)}
    lock["milestones"] = {
        "day": {"title": "Tasks of a day", "measure": "horizon_50_minutes", "threshold": 480.0},
        "never": {"title": "Tasks of an age", "measure": "horizon_50_minutes", "threshold": 1e9},
    }
    lock["design"] = {"kind": kind, "factors": [{"path": path} for path in factors], "n_levels": 4}
    YAML(typ="safe", pure=True).dump(lock, folder / "study.lock.yaml")
    remember(folder, Plan(tuple(policies), n, n_all, replicates))
    return folder


def row(policy, sample, replicate, u, days, *, failed):
    known = not failed and days <= (END - START).days
    return {
        "run_id": f"{policy}-s{sample:04d}-r{replicate}",
        "policy": policy,
        "sample": sample,
        "replicate": replicate,
        **{path: 10.0 ** (3.0 * draw) for path, draw in u.items()},
        "state": "failed" if failed else "ok",
        "error": "boom" if failed else None,
        "day_days": days if known else None,
        "never_days": None,
        "n_ideas": None if failed else round(100 * u["world.strong"]),
    }


def write_tables(folder, frame):
    frame = frame.with_columns(never_days=pl.lit(None, pl.Float64), error=pl.col("error").cast(pl.String))
    keys = ["run_id", "policy", "sample", "replicate"]
    tables = {
        "design": frame.select(*keys, *FACTORS),
        "outcomes": frame.select(*keys, "state", "error", "day_days", "never_days", "n_ideas"),
        "series": frame.select(*keys, lab=pl.lit("leader"), date=pl.lit(START + timedelta(days=30))),
        "graveyard": frame.select(*keys, lab=pl.lit("leader")),
    }
    for name, table in tables.items():
        (folder / name).mkdir(parents=True)
        table.write_parquet(folder / name / "part-000.parquet")
    (folder / "ledger").mkdir()


def asked(folder, *words):
    result = CliRunner().invoke(app, ["drivers", str(folder), *words])
    assert result.exit_code == 0, result.output
    page = (folder / "drivers.html").read_text(encoding="utf-8")
    return " ".join(result.output.split()), pl.read_parquet(folder / "analysis" / "drivers.parquet"), page


def of(table, factor, outcome="day_days"):
    return table.filter(outcome=outcome, factor=factor).row(0, named=True)


def refused(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["drivers", *map(str, words)])
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_one_at_a_time_is_a_tornado(tmp_path):
    said, table, page = asked(write_study(tmp_path, "one_at_a_time", 1))
    assert table["outcome"].unique(maintain_order=True).to_list() == [
        "day_days",
        "day_reached",
        "never_days",
        "never_reached",
    ]
    days = table.filter(outcome="day_days")
    assert days["factor"].to_list()[:2] == ["world.strong"] * 2
    assert days["difference"].to_list()[:2] == pytest.approx([-160.0, 135.0], abs=40.0)  # the high end is cut off
    assert days["setting"].to_list()[:2] == ["2", "501"]
    assert "world.strong" in said
    assert "Nothing stands out" not in said  # two milestones are told whatever they show
    assert "None of 3 factors moves it." in page


def test_luck_is_split_from_parameters_and_the_mean_is_narrowed(tmp_path):
    said, table, page = asked(write_study(tmp_path, "latin_hypercube", 128))
    strong = of(table, "world.strong")
    assert strong["stands_out"]
    assert strong["first_order"] > 0.8
    assert not of(table, "world.idle")["stands_out"]
    luck = pl.read_parquet(tmp_path / "analysis" / "drivers_luck.parquet").filter(outcome="day_days").row(0, named=True)
    assert 0.0 < luck["luck_fraction"] < 0.05
    means = pl.read_parquet(tmp_path / "analysis" / "drivers_means.parquet").filter(outcome="day_days")
    assert means["variance_ratio"].item() < 0.2
    for words in ("Luck is", "Known draws narrow its mean", "world.strong ("):
        assert words in said
        assert words in page


def test_sobol_indices_come_from_blocks(tmp_path):
    said, table, _ = asked(write_study(tmp_path, "saltelli", 64), "--outcome", "n_ideas")
    assert table["outcome"].unique().to_list() == ["n_ideas"]
    assert of(table, "world.strong", "n_ideas")["total"] == pytest.approx(1.0, abs=0.05)
    assert of(table, "world.idle", "n_ideas")["total"] == 0.0
    assert "The largest total indices: world.strong (" in said


def test_morris_finds_the_slopes(tmp_path):
    said, table, _ = asked(write_study(tmp_path, "morris", 10), "--outcome", "n_ideas")
    assert of(table, "world.strong", "n_ideas")["mu"] == pytest.approx(100.0, abs=2.0)
    assert of(table, "world.weak", "n_ideas")["mu_star"] == 0.0
    assert "1 of 3 factors move it; the largest effects (mu*): world.strong (100)." in said


def test_what_no_run_reaches_is_not_defined(tmp_path):
    said, table, page = asked(write_study(tmp_path, "saltelli", 16), "--outcome", "never")
    assert table["total"].null_count() == table.height == 6
    assert (
        "Not defined, the outcome is the same in all runs: Tasks of an age; Tasks of an age: whether reached." in said
    )
    assert "the outcome is the same in all runs" in page


def test_some_failed_runs_are_left_out_and_counted(tmp_path):
    said, table, page = asked(write_study(tmp_path, "saltelli", 64, fails=lambda u: u["world.strong"] > 0.97))
    assert 32 < of(table, "world.strong")["n_blocks"] < 64
    assert "of them without results" in said
    assert "without results" in page


def test_many_failed_runs_are_refused_with_their_region(tmp_path, capsys):
    said = refused(capsys, write_study(tmp_path, "saltelli", 64, fails=lambda u: u["world.weak"] > 0.8))
    assert "more than 10%" in said
    assert "where world.weak is high" in said
    assert "simlab rerun" in said
    assert "weak" in said.split("more than 10%")[1].split("would mislead")[0].split(".", 1)[1]  # and as a box
    assert not (tmp_path / "drivers.html").exists()


def test_a_study_that_is_under_way_tells_of_what_is_done(tmp_path):
    write_study(tmp_path, "saltelli", 64)
    for name in ("outcomes", "design"):
        path = tmp_path / name / "part-000.parquet"
        pl.read_parquet(path).filter(pl.col("sample") < 200).write_parquet(path)
    _, table, _ = asked(tmp_path, "--outcome", "n_ideas")
    assert of(table, "world.strong", "n_ideas")["n_blocks"] == 40


def test_many_failed_runs_of_a_plain_sample_are_told_with_their_region(tmp_path):
    said, _, page = asked(write_study(tmp_path, "latin_hypercube", 128, fails=lambda u: u["world.weak"] > 0.8))
    assert "they lie where world.weak is high" in said
    assert "they lie where world.weak is high" in page


def test_what_drives_a_policys_effect_is_another_question(tmp_path):
    folder = write_study(tmp_path, "latin_hypercube", 128, policies=("baseline", "slow"))
    _, effect, _ = asked(folder, "--policy", "slow", "--against", "baseline", "--outcome", "day_days")
    assert effect.row(0, named=True)["factor"] == "world.weak"
    assert set(effect["policy"]) == {"slow"}
    assert set(effect["against"]) == {"baseline"}
    _, itself, _ = asked(folder, "--policy", "slow", "--outcome", "day_days")
    assert itself.row(0, named=True)["factor"] == "world.strong"


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (("--outcome", "n_idea"), "did you mean n_ideas?"),
        (("--policy", "baselin"), "did you mean baseline?"),
        (("--against", "baseline"), "--policy NAME --against OTHER"),
    ],
)
def test_what_is_misspelt_is_explained(tmp_path, capsys, words, answer):
    assert answer in refused(capsys, write_study(tmp_path, "latin_hypercube", 16), *words)


def test_no_study_is_explained(tmp_path, capsys):
    assert "not a study" in refused(capsys, tmp_path)


def test_draws_of_other_code_are_not_believed(tmp_path, capsys):
    write_study(tmp_path, "latin_hypercube", 64)
    path = tmp_path / "design" / "part-000.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(pl.col(FACTORS).shuffle(seed=1)).write_parquet(path)
    assert "use the simlab that made it" in refused(capsys, tmp_path)
