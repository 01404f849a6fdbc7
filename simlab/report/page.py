"""What the page says, from its first screen to its provenance."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from simlab.analysis.headline import headline
from simlab.analysis.lock import Lock, Origin, Source
from simlab.analysis.study import OK, Study
from simlab.report.conditions import not_modelled
from simlab.report.findings import findings
from simlab.report.sections import sections
from simlab.report.sentences import cards, headline_sentence
from simlab.report.terms import terms
from simlab.report.words import day_of, exact, n_of, percent, until

FAILURES_SHOWN = 20

FEW = 20
"""Fewer runs than this put less than two beyond each end of an 80% range."""


def page_context(study: Study) -> dict[str, Any]:
    """Everything the template shows, as plain text and `Figure`s."""
    lock, reference = study.lock, study.of_policy(study.policies[0])
    found = headline(reference)
    return {
        "lock": lock,
        "headline": headline_sentence(found, lock, study.policies[0] if len(study.policies) > 1 else ""),
        "findings": findings(study, reference, found),
        "cards": cards(found, lock),
        "runs": _runs(study),
        "terms": terms(lock.scenario),
        "levers": not study.levers.is_empty(),
        "missing": not_modelled(lock.scenario, len(study.policies)),
        "policies": study.policies,
        "until": until(lock.end),
        "sections": sections(study, reference),
        "parameters": [_parameter(origin, lock) for origin in lock.origins],
        "parameter_words": _parameter_words(lock),
        "sources": _cited(lock),
        "provenance": _provenance(study),
        "failures": _failures(study),
    }


def _runs(study: Study) -> dict[str, str]:
    finished, planned = study.n_finished, study.n_planned
    n_samples = study.runs["sample"].n_unique()
    return {
        "count": f"{finished:,} of {n_of(planned, 'run')}",
        "state": "whole" if finished == planned else "torn",
        "about": _points(study.lock, n_samples),
        "lost": _lost(planned - finished),
        "few": _few(min(study.of_policy(policy).n_finished for policy in study.policies)),
    }


def _points(lock: Lock, n: int) -> str:
    if lock.is_drawn:
        return f"{n_of(n, 'draw')} of the uncertain parameters"
    kind = str(lock.design["kind"]).replace("_", " ")
    return f"{n_of(n, 'point')} chosen by the design ({kind}), not drawn: shares of the runs are no probabilities"


def _lost(n_runs: int) -> str:
    return f"{n_of(n_runs, 'run')} failed or did not start, and count in no number." if n_runs else ""


def _few(n_runs: int) -> str:
    """A warning where the outer tenths hold hardly a run."""
    if n_runs >= FEW:
        return ""
    return f"So few that the ends of the 80% ranges are single runs: ask for {4 * FEW} draws before quoting them."


def _parameter(origin: Origin, lock: Lock) -> dict[str, str]:
    low, value, high = (_told(number, origin.unit, lock) for number in (origin.low, origin.value, origin.high))
    span = "" if origin.low is None or origin.high is None else f"{low} to {high}"
    return {
        "path": origin.path,
        "value": value,
        "range": span,
        "dist": origin.dist if span else "",
        "unit": origin.unit,
        "source": origin.source or "none",
        "title": lock.sources[origin.source].title if origin.source in lock.sources else "",
        "day": f"as of {origin.as_of}" if origin.as_of else "",
        "note": origin.note,
        "place": f"{origin.file}:{origin.line}" if origin.line else origin.file,
    }


def _told(value: object, unit: str, lock: Lock) -> str:
    """A parameter's number; dates are kept as days since the start and told as dates."""
    if unit == "date" and isinstance(value, (int, float)):
        return day_of(lock.start, value).isoformat()
    return exact(value)


def _parameter_words(lock: Lock) -> str:
    """How many numbers there are, and on what they stand."""
    kinds = Counter(_kind(origin, lock.sources) for origin in lock.origins)
    uncertain = sum(origin.low is not None for origin in lock.origins)
    told = ", ".join(f"{count} {kind}" for kind, count in kinds.most_common())
    return f"{n_of(len(lock.origins), 'number')}: {told}. Uncertain, and different from draw to draw: {uncertain}."


def _kind(origin: Origin, sources: Mapping[str, Source]) -> str:
    if origin.source in sources:
        return "from a cited source"
    return {"assumption": "assumed", "choice": "chosen", "definition": "defined"}.get(origin.source, origin.source)


def _cited(lock: Lock) -> list[dict[str, Any]]:
    """The sources that a parameter names, with how many do. Only web addresses become links."""
    uses = Counter(origin.source for origin in lock.origins)
    return [
        source._asdict() | {"uses": uses[key], "link": source.url if _is_web(source.url) else ""}
        for key, source in sorted(lock.sources.items())
        if uses[key]
    ]


def _is_web(url: str) -> bool:
    """Whether the address may be followed: a scenario must not smuggle in `javascript:`."""
    return url.startswith(("https://", "http://"))


def _provenance(study: Study) -> list[tuple[str, str]]:
    lock = study.lock
    states = Counter(study.runs["state"].to_list())
    seconds = study.runs["seconds"].sum()
    return [
        ("Scenario", f"{lock.title} ({lock.name})"),
        ("Fingerprint", lock.fingerprint),
        ("Simulated time", f"{lock.start.isoformat()} to {lock.end.isoformat()}"),
        ("Seed of the study", str(lock.seed)),
        ("Policies", ", ".join(study.policies)),
        (
            "Runs",
            ", ".join([f"{study.n_planned:,} planned", *(f"{n:,} {state}" for state, n in sorted(states.items()))]),
        ),
        ("Computing time", f"{seconds:,.0f} seconds on one core, all runs together"),
        *((f"Version: {name}", version) for name, version in lock.versions.items()),
    ]


def _failures(study: Study) -> dict[str, Any]:
    lost = study.runs.filter(study.runs["state"] != OK)
    shown = lost.head(FAILURES_SHOWN).select("run_id", "state", "error").iter_rows()
    return {
        "rows": [(str(run), state, (error or "").splitlines()[0] if error else "") for run, state, error in shown],
        "more": max(lost.height - FAILURES_SHOWN, 0),
        "share": percent(lost.height / study.n_planned),
    }
