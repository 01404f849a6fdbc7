"""`simlab compare`: from the command line to terminal, page and tables, and errors that teach."""

import importlib.util
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from simlab.cli import app, main
from simlab.cli.compare_words import spanned
from simlab.scenario import shipped_folder

SCENARIOS = shipped_folder() / "scenarios"
HERE = Path(__file__).parent


def _synthetic():
    spec = importlib.util.spec_from_file_location("synthetic", HERE.parent / "report" / "synthetic.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    """A study of two policies, and another of one, later and shorter, on the same draws."""
    folder, made = tmp_path_factory.mktemp("studies"), _synthetic()
    made.write_synthetic_study(folder / "two", 12, ("baseline", "cap"))
    late = made.write_synthetic_study(folder / "late", 12, name="late", title="Later", end="2034-01-01")
    for path in (late / "outcomes").iterdir():
        pl.read_parquet(path).with_columns(pl.col("horizon_month_days") + 90.0).write_parquet(path)
    return folder


def compare(*words):
    result = CliRunner().invoke(app, ["compare", *map(str, words)])
    assert result.exit_code == 0, result.output
    return result.output


def complaint(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        main(["compare", *map(str, words)])
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_the_policies_of_one_study_are_compared_with_the_first(studies):
    said = compare(studies / "two", "--prefer", "horizon_month sooner, n_ideas higher")
    assert "Against baseline, up to 2035-01-01" in said
    assert "AI does tasks that take a person a working month" in said
    assert "Regret" in said
    assert "horizon_month sooner" in said
    assert "Draws needed to know a shift to ± 1 month, or its sign" in said
    regrets = pl.read_parquet(studies / "two" / "analysis" / "compare_regrets.parquet")
    assert regrets["n_futures"].to_list() == [12] * 4
    # the cap slows everything: the baseline is never sorry to be without it
    assert regrets.filter(alternative="baseline", outcome="horizon_month_days")["max_regret"].item() == 0.0
    assert (studies / "two" / "compare.html").is_file()


def test_the_tables_are_those_of_the_terminal_and_the_page(studies):
    said = compare(studies / "two")
    differences = pl.read_parquet(studies / "two" / "analysis" / "compare_differences.parquet")
    row = differences.filter(outcome="horizon_month_days").row(0, named=True)
    months = [row[name] / (365.25 / 12) for name in ("mean_difference", "low", "high")]
    assert f"{months[0]:+.1f} ({months[1]:+.1f} to {months[2]:+.1f})" in said.replace("−", "-")
    assert "Regrets need to know what is better" in said


def test_studies_of_different_ends_are_compared_up_to_the_earlier(studies, tmp_path):
    said = compare(studies / "two", studies / "late", "--out", tmp_path)
    assert "milestones are compared up to 2034-01-01, numbers at the end not at all" in said
    assert "late" in said
    assert (tmp_path / "compare.html").is_file()
    differences = pl.read_parquet(tmp_path / "analysis" / "compare_differences.parquet")
    assert differences["policy"].unique(maintain_order=True).to_list() == ["synthetic:cap", "late"]
    assert differences["is_milestone"].all()


def test_other_draws_are_compared_without_pairs_and_told(studies, tmp_path):
    other = _synthetic().write_synthetic_study(tmp_path / "other", 12, name="other", seed=99)
    said = " ".join(compare(studies / "late", other, "--out", tmp_path / "out").split())
    assert "other is compared with late run by run without pairs" in said
    assert "their seeds differ, 99 and 7" in said


def test_a_file_is_run_first_and_not_again(tmp_path):
    """A real pair of policies that differ from the first day on."""
    words = [
        SCENARIOS / "leader-capped.yaml",
        "--samples",
        "1",
        "--workers",
        "1",
        "--set",
        "end=2025-01-20",
        "--out",
        tmp_path,
    ]
    first = compare(*words)
    assert "Against baseline, up to 2025-01-20" in first
    again = compare(*words)
    assert "done before" in again
    (study,) = (path.parent for path in tmp_path.glob("*/plan.json"))
    assert study.name.startswith("leader-capped-")
    assert pl.read_parquet(tmp_path / "analysis" / "compare_differences.parquet")["n_pairs"].max() == 1


def test_what_is_not_there_is_named_with_what_may_be_meant(studies, capsys):
    said = complaint(capsys, studies / "tow")
    assert "no study and no file is called so; did you mean" in said
    assert "two?" in said


def test_a_folder_that_is_no_study_is_told(tmp_path, capsys):
    assert "so this is not a study" in complaint(capsys, tmp_path)


def test_one_alternative_only_is_told(studies, capsys):
    assert "one alternative only, baseline" in complaint(capsys, studies / "late")


def test_one_study_twice_is_told(studies, capsys):
    assert "is named twice; to compare its policies name it once" in complaint(capsys, studies / "two", studies / "two")


def test_nothing_in_common_is_told(studies, tmp_path, capsys):
    early = _synthetic().write_synthetic_study(tmp_path / "early", 4, name="early", start=date(2022, 1, 1).isoformat())
    assert "begin on different days, 2022-01-01 to 2025-01-01" in complaint(capsys, studies / "two", early)
    path = studies / "late" / "study.lock.yaml"
    lock = YAML(typ="safe", pure=True).load(path)
    YAML(typ="safe", pure=True).dump(lock | {"milestones": {}}, early / "study.lock.yaml")
    assert "no outcome in common" in complaint(capsys, studies / "two", early)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        ("horizon_month", "'horizon_month' is not an outcome and one of sooner, later, lower, higher"),
        ("horizon_month better", "is not an outcome and one of sooner"),
        ("horizon_moth later", "nothing that all of these have; did you mean horizon_month?"),
        ("zzzz later", "nothing that all of these have; there are flop_1e29, horizon_day, horizon_hour,"),
    ],
)
def test_wishes_that_mean_nothing_are_explained(studies, capsys, wish, said):
    assert said in complaint(capsys, studies / "two", "--prefer", wish)


def test_a_number_cannot_be_wished_for_where_ends_differ(studies, capsys):
    said = complaint(capsys, studies / "two", studies / "late", "--prefer", "n_ideas lower")
    assert "'n_ideas' is nothing that all of these have" in said


def test_a_change_is_told_with_its_sign_and_nothing_without():
    assert spanned(-61.0, -122.0, 0.0, 30.5, 1) == "−2.0 (−4.0 to 0.0)"
