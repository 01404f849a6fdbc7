"""The page in a real browser with no network: what a reader sees, hears and prints."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

sync_api = pytest.importorskip("playwright.sync_api")

BROWSER = os.environ.get("SIMLAB_BROWSER") or shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
pytestmark = pytest.mark.skipif(BROWSER is None, reason="no chromium here; SIMLAB_BROWSER may name one")

WIDER_THAN_THE_WINDOW = """() => {
  const scrolls = (e) => e.closest('.scroll') || e.closest('svg') || e.closest('.modebar-container');
  return [...document.querySelectorAll('body *')].filter((e) => !scrolls(e) && !e.matches('.skip'))
    .filter((e) => { const r = e.getBoundingClientRect(); return r.width && (r.right > innerWidth + 1 || r.left < 0); })
    .map((e) => e.tagName + '.' + e.className);
}"""
DRAWN_OUTSIDE = """() => [...document.querySelectorAll('.drawing')].flatMap((place) => {
  const box = place.getBoundingClientRect();
  return [...place.querySelectorAll('svg text')].filter((t) => t.textContent && t.getBoundingClientRect().width)
    .filter((t) => { const r = t.getBoundingClientRect(); return r.left < box.left - 1 || r.right > box.right + 1; })
    .map((t) => t.textContent);
})"""


EVERY_DRAWING_FITS = """() => [...document.querySelectorAll('.drawing')].every((place) =>
  place.querySelector('.main-svg').clientWidth === place.clientWidth)"""


@dataclass
class Visit:
    """A page open in a browser, and what it did that a sealed page must not do."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=BROWSER, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def wide(browser, study_folder) -> Visit:
    """The page in a window of 1400 pixels."""
    context = browser.new_context(viewport={"width": 1400, "height": 900}, offline=True, accept_downloads=True)
    seen = Visit(context.new_page())
    seen.page.on("request", lambda request: seen.requests.append(request.url))
    seen.page.on("console", lambda message: seen.complaints.append(message.text))
    seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    seen.page.goto((study_folder / "report.html").as_uri())
    seen.page.wait_for_selector("html[data-drawn]")
    return seen


@pytest.fixture
def narrow(wide) -> Iterator[Visit]:
    """The same page after its window was drawn in to 400 pixels, as a phone would show it."""
    resized(wide.page, 400)
    yield wide
    resized(wide.page, 1400)


def resized(page, width) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_function(EVERY_DRAWING_FITS)


def test_it_asks_for_nothing_but_itself_and_complains_about_nothing(wide, study_folder):
    assert wide.requests == [(study_folder / "report.html").as_uri()]
    assert wide.complaints == []


def test_every_drawing_is_drawn_and_none_can_be_sent_away(wide):
    drawings = wide.page.locator(".drawing")
    assert drawings.count() > 20
    assert wide.page.locator(".drawing .main-svg").count() >= drawings.count()
    titles = wide.page.eval_on_selector_all(".modebar-btn", "bs => bs.map(b => b.getAttribute('data-title') || '')")
    assert titles
    assert not [title for title in titles if "share" in title.lower() or "cloud" in title.lower()]


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_nothing_is_wider_than_the_window(width, request):
    page = request.getfixturevalue(width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


@pytest.mark.parametrize("width", ["wide", "narrow"])
def test_no_word_of_a_drawing_is_cut_off(width, request):
    assert request.getfixturevalue(width).page.evaluate(DRAWN_OUTSIDE) == []


def test_the_filter_leaves_the_parameters_that_match(wide):
    wide.page.fill("#filter", "number_7.")
    assert wide.page.locator("#parameter-table tbody tr:visible").count() == 1
    assert wide.page.inner_text("#filtered") == "1 of 61"
    wide.page.fill("#filter", "")
    assert wide.page.locator("#parameter-table tbody tr:visible").count() == 61


def test_a_table_can_be_taken_away(wide, tmp_path):
    wide.page.click("#fig-causes summary")
    with wide.page.expect_download() as download:
        wide.page.click("#fig-causes button.csv")
    download.value.save_as(tmp_path / "causes.csv")
    lines = (tmp_path / "causes.csv").read_text().splitlines()
    assert lines[0].startswith('"cause","lives a run"')
    assert len(lines) == 11


def test_on_paper_the_drawings_take_the_papers_width(wide):
    width = "document.querySelector('#fig-horizon .main-svg').clientWidth"
    before = wide.page.evaluate(width)
    on_paper = wide.page.evaluate(f"() => {{ dispatchEvent(new Event('beforeprint')); return {width}; }}")
    wide.page.evaluate("() => { dispatchEvent(new Event('afterprint')); }")
    wide.page.wait_for_function(f"{width} === {before}")
    assert 600 < on_paper <= 182 / 25.4 * 96 + 1
