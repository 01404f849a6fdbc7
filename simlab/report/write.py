"""A study folder in, one HTML file out: nothing in it asks any network for anything."""

import base64
import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from simlab.analysis.study import load_study
from simlab.report.figures.figure import Panel
from simlab.report.page import page_context
from simlab.report.words import tied


def write_report(folder: Path) -> Path:
    """Write `folder`/report.html. The same study gives the same bytes."""
    return write_whole(folder / "report.html", render(page_context(load_study(folder, with_factors=False))))


def write_whole(path: Path, text: str) -> Path:
    """Write a file that is there whole or not at all."""
    unfinished = path.with_suffix(".html.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(path)
    return path


def render(context: dict[str, Any], template: str = "page.html.j2") -> str:
    """The page, every text in it escaped by the template."""
    environment = Environment(
        loader=PackageLoader("simlab.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["tied"] = tied
    scripts = [get_plotlyjs(), _own("page.js")]
    return environment.get_template(template).render(
        **context,
        style=Markup(_own("style.css")),  # our own file
        scripts=[Markup(script) for script in scripts],  # ours and plotly's
        policy=_content_security_policy(scripts),
        drawing=drawing,
    )


def drawing(panel: Panel) -> Markup:
    """A panel's data for a `<script type="application/json">`, which no text inside can end."""
    text = json.dumps(panel.spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace("&", "\\u0026"))  # escaped by this very line


def _content_security_policy(scripts: list[str]) -> str:
    """Nothing from anywhere; scripts only if they are the very ones written here, by their hashes.

    Plotly sets styles from its code, so styles cannot be bound by hashes; and it turns drawings into images
    by data and blob addresses.
    """
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    return f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data: blob:"


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _own(name: str) -> str:
    return files("simlab.report").joinpath(name).read_text(encoding="utf-8")
