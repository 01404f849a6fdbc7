"""Findings to one HTML file that works offline: `write_report(folder)`.

    write.py       study folder -> report.html
    page.py        what the page says, from its first screen to its provenance
    sections.py    its sections that have figures
    around.py      those of them on labs beside one another and the world around
    figures/       one function a figure: findings -> pictures, a sentence and a table
    sentences.py   the headline and the cards, as text
    conditions.py  what the forecast is conditional on, read off the scenario
    terms.py       what words mean that a reader may not know
    words.py       numbers as people say them

Importing this package costs nothing: plotly and jinja2 are imported when a report is written.
"""

from pathlib import Path


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html from the study in `folder` and return its path.

    Raises:
        StudyError: `folder` is not a study, or no run of it has finished.
    """
    from simlab.report.write import write_report as write  # noqa: PLC0415  # start-up: plotly waits until used

    return write(folder)
