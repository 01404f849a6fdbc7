import json
import subprocess
import sys

import polars as pl
import pytest

from simlab.errors import StudyError
from simlab.report import write_report

LIGHT = "import sys, simlab.report; print([m for m in ('plotly', 'jinja2', 'polars') if m in sys.modules])"


@pytest.fixture(scope="module")
def page(study_folder, read):
    return read(study_folder / "report.html")


def table(folder, name):
    return pl.read_parquet(folder / name / "part-*.parquet").filter(pl.col("policy") == "baseline")


def numbers(cells):
    return [float(cell) for cell in cells]


def test_importing_the_package_costs_nothing():
    found = subprocess.run([sys.executable, "-c", LIGHT], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_every_figure_has_a_sentence_a_caption_and_a_table(page):
    assert len(page.figures) >= 14
    for key, figure in page.figures.items():
        assert figure.takeaway.strip(), key
        assert "run" in figure.caption or "pair" in figure.caption, key
        assert len(figure.rows) > 1, key
        assert {len(row) for row in figure.rows} == {len(figure.rows[0])}, key


def test_the_page_has_a_language_a_title_one_main_and_one_h1(page):
    tags = [tag for tag, _ in page.tags]
    assert (tags.count("main"), tags.count("h1"), tags.count("title")) == (1, 1, 1)
    assert dict(page.tags)["html"] == {"lang": "en"}
    assert all(known["role"] == "group" for tag, known in page.tags if tag == "figure")


def test_nothing_in_the_page_points_to_a_network(page):
    loads = [known for tag, known in page.tags if tag in {"link", "img", "iframe", "object", "embed", "base"}]
    assert loads == []
    assert all("src" not in known for _, known in page.tags)
    policy = next(known["content"] for tag, known in page.tags if known.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    assert "unsafe-eval" not in policy


def test_the_horizons_table_is_the_parquets(page, study_folder):
    figure = page.figures["horizon"]
    best = (
        table(study_folder, "series")
        .group_by("run_id", "date")
        .agg(pl.col("horizon_50_minutes").max())
        .group_by("date")
        .agg(pl.col("horizon_50_minutes").quantile(0.9, "linear"))
        .sort("date")
    )
    assert figure.column("date") == [day.isoformat() for day in best["date"]]
    assert numbers(figure.column("90% of runs below, minutes of work")) == pytest.approx(
        best["horizon_50_minutes"].to_list(), rel=1e-3
    )


def test_the_milestones_table_is_the_parquets(page, study_folder, synthetic):
    figure, outcomes = page.figures["milestones"], table(study_folder, "outcomes")
    for title, late, median in zip(
        figure.column("milestone"), figure.column("not by the end, %"), figure.column("50% of runs by"), strict=True
    ):
        name = next(key for key, (told, *_) in synthetic.MILESTONES.items() if told == title)
        days = outcomes[f"{name}_days"]
        assert float(late) == pytest.approx(100 * days.null_count() / days.len(), abs=0.051)
        middle = days.sort(nulls_last=True)[(days.len() + 1) // 2 - 1]
        expected = "after 2035-01-01" if middle is None else synthetic.days_after_start(middle).isoformat()
        assert median == expected


def test_the_causes_table_is_the_parquets(page, study_folder):
    figure, graves = page.figures["causes"], table(study_folder, "graveyard")
    ended = graves.filter(pl.col("cause").cast(pl.String) != "in_flight")
    lives = dict(zip(figure.column("cause"), numbers(figure.column("lives a run")), strict=True))
    crashed = ended.filter(pl.col("cause").cast(pl.String) == "crashed")["n_ideas"].sum()
    assert lives["crashed"] == pytest.approx(crashed / ended["run_id"].n_unique(), rel=1e-3)
    assert sum(numbers(figure.column("share of lives, %"))) == pytest.approx(100, abs=0.1)


def test_a_policy_that_slows_is_said_to_slow(page):
    figure = page.figures["policies"]
    shifts = dict(zip(figure.column(figure.rows[0][1]), numbers(figure.column("mean difference")), strict=True))
    assert shifts["AI does tasks that take a person a working month"] > 0


def test_the_first_screen_says_how_many_runs_there_are(study_folder):
    assert "<strong>32 of 32 runs</strong> finished" in (study_folder / "report.html").read_text()


def test_the_same_study_gives_the_same_bytes(study_folder):
    before = (study_folder / "report.html").read_bytes()
    assert write_report(study_folder).read_bytes() == before


def test_a_failed_run_is_told_and_is_in_no_number(tmp_path, synthetic, read):
    folder = synthetic.write_synthetic_study(tmp_path / "study", 4)
    path = folder / "outcomes" / "part-000.parquet"
    failed = pl.col("run_id") == "baseline-s0002-r0"
    error = pl.lit("WorldError: no <b>chips</b>")
    pl.read_parquet(path).with_columns(
        state=pl.when(failed).then(pl.lit("failed")).otherwise("state"), error=pl.when(failed).then(error)
    ).write_parquet(path)
    html = write_report(folder).read_text()
    assert "<strong>3 of 4 runs</strong> finished" in html
    assert "1 run failed or did not start" in html
    assert "WorldError: no &lt;b&gt;chips" in html
    assert set(read(folder / "report.html").figures["horizon"].column("runs")) == {"3"}


def test_hostile_scenario_text_stays_text(tmp_path, synthetic, read):
    attack = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'&</title>"
    milestones = {"horizon_day": {"title": attack, "measure": "horizon_50_minutes", "threshold": 480.0}}
    source = {"title": attack, "author": attack, "year": "", "url": "javascript:alert(3)", "note": attack}
    origin = {"path": attack, "value": 1.0, "unit": attack, "source": "epoch-2025", "low": None, "high": None}
    origins = [origin | {"dist": None, "note": attack, "file": attack, "line": 1}]
    folder = synthetic.write_synthetic_study(
        tmp_path / "study",
        3,
        title=attack,
        about=attack,
        milestones=milestones,
        sources={"epoch-2025": source},
        origins=origins,
    )
    write_report(folder)
    page = read(folder / "report.html")
    assert "img" not in {tag for tag, _ in page.tags}
    assert not [known for _, known in page.tags if any(name.startswith("on") for name in known)]
    assert not [known for _, known in page.tags if str(known.get("href", "")).startswith("javascript:")]
    plain = [known for tag, known in page.tags if tag == "script" and not known]
    assert len(plain) == 2  # plotly's and ours
    assert page.figures["milestones"].column("milestone") == [attack]


def test_drawings_are_plain_json(study_folder):
    html = (study_folder / "report.html").read_text()
    drawings = [part.partition("</script>")[0] for part in html.split('<script type="application/json">')[1:]]
    assert len(drawings) > 20
    for drawing in drawings:
        assert {"data", "layout"} <= json.loads(drawing).keys()


def test_a_folder_that_is_no_study_is_refused_in_a_sentence(tmp_path):
    with pytest.raises(StudyError, match="not a study folder"):
        write_report(tmp_path)
