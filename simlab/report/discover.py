"""The page of `simlab discover`: one HTML file that asks no network for anything."""

from pathlib import Path

from simlab.analysis.discover import Answered
from simlab.analysis.prim import Settings
from simlab.analysis.study import Study
from simlab.report.figures.box_scatter import scatter_figure
from simlab.report.figures.boxes import boxes_figure, trajectory_figure
from simlab.report.figures.figure import Figure
from simlab.report.pages import Page, write_page
from simlab.report.words import n_of


def write_discover(path: Path, study: Study, found: Answered, settings: Settings) -> Path:
    """Write the page."""
    return write_page(
        path,
        Page(
            title=f"When is it so? {found.question.text}",
            eyebrow="Scenario discovery",
            about=_about(study, found),
            figures=_figures(study, found),
            reasons=_how_to_read(found, settings),
            provenance=_provenance(study, found),
        ),
    )


def _figures(study: Study, found: Answered) -> list[Figure]:
    figures: list[Figure] = []
    if found.discovery.boxes:
        figures += [boxes_figure(found, study.lock), scatter_figure(found, study.lock)]
    if found.discovery.searches[0].trajectory:
        figures.append(trajectory_figure(found, study.lock))
    return figures


def _about(study: Study, found: Answered) -> str:
    asked = f"Asked of each run of {study.lock.title}: {found.question.words}. "
    counted = f"{n_of(found.n_cases, 'run')} of {found.n_runs:,} answer yes."
    left_out = f" Left out: {'; '.join(found.left_out)}." if found.left_out else ""
    nowhere = "" if found.discovery.boxes else f" {' '.join(found.sentences)}"
    return f"{asked}{counted}{left_out}{nowhere}"


def _how_to_read(found: Answered, settings: Settings) -> list[tuple[str, str]]:
    n_factors = len(found.discovery.factors)
    screened = (
        f"Of {n_factors} factors those {settings.most_factors} were looked at that tell most about the answer alone."
        if n_factors > settings.most_factors
        else f"All {n_of(n_factors, 'factor')} were looked at."
    )
    return [
        ("Coverage", "The share of all runs that answer yes that lie in the region."),
        ("Density", "The share of the runs in the region that answer yes."),
        ("Which factors", f"{screened} {WORTH.format(limit=settings.chance_limit, n_factors=n_factors)}"),
        ("How it is found", PEELED),
        ("Which point is told", _choice(settings)),
        ("Quasi-p", QUASI_P.format(limit=settings.chance_limit)),
        ("Whether to believe it", SHUFFLED.format(n_shuffles=settings.n_shuffles)),
        (
            "Found again in halves",
            f"The share of {settings.n_halves} halves of the runs in which the factor is restricted again.",
        ),
        ("What it is not", NO_CAUSE),
    ]


PEELED = (
    "Slices are cut off one after another: a low or a high end of a number or an option of a switch, each time the one "
    "whose loss raises the density most (PRIM, Friedman and Fisher 1999). Then thinner slices are given back as long "
    "as the density does not fall."
)
WORTH = (
    "Those take part that tell something beyond chance: alone, by chi-squared over slices of equally many runs, or "
    "with others, as a condition of some region; at a probability below {limit:g} / {n_factors} factors."
)
QUASI_P = (
    "The chance that as many runs inside answer yes if this condition had no bearing (Bryant and Lempert 2010), by a "
    "binomial test that counts samples and not replicates. A condition stays below {limit:g}."
)
SHUFFLED = (
    "The answers are shuffled among the runs, which no factor can know, and the search is done again. A region is told "
    "only if none of {n_shuffles} shuffles gives a split that explains as much."
)
NO_CAUSE = (
    "A region says where the answer is yes among the values that were drawn, and so depends on how they were drawn. It "
    "gives no share to what was left out."
)


def _choice(settings: Settings) -> str:
    if settings.step is not None:
        return f"The one that was asked for: number {settings.step}."
    if settings.density is not None:
        return f"Of those with a density of {settings.density:.0%} or more, the one with the largest coverage."
    return "The one whose split into inside and outside explains the answers best (largest likelihood)."


def _provenance(study: Study, found: Answered) -> list[tuple[str, str]]:
    lock = study.lock
    unusable = len(found.discovery.unusable)
    facts = [
        ("Study", f"{study.folder.name}; scenario {lock.name}, seed {lock.seed}, fingerprint {lock.fingerprint}"),
        ("Policies", ", ".join(found.answers.table["policy"].unique(maintain_order=True))),
        ("Runs", f"{found.n_runs:,} answer of {n_of(study.n_planned, 'planned run')}"),
    ]
    if unusable:
        facts.append(("Factors left out", f"{unusable} that do not vary or that some run does not have"))
    return facts
