"""The sections of the page that have figures, in the order in which a reader asks."""

from collections.abc import Iterator
from dataclasses import replace

import polars as pl

from simlab.analysis import automation, binding, clusters, customers, fans, graveyard, milestones, verification
from simlab.analysis.policies import outcome_means, paired_differences
from simlab.analysis.precision import runs_needed
from simlab.analysis.study import Study
from simlab.report.around import around, levers_section
from simlab.report.figures import automation as automation_figures
from simlab.report.figures import binding as binding_figures
from simlab.report.figures import clusters as cluster_figures
from simlab.report.figures import customers as customer_figures
from simlab.report.figures import fans as fan_figures
from simlab.report.figures import graveyard as graveyard_figures
from simlab.report.figures import milestones as milestone_figures
from simlab.report.figures import policies as policy_figures
from simlab.report.figures import verification as verification_figures
from simlab.report.figures.figure import Figure
from simlab.report.figures.milestone_kinds import in_order
from simlab.report.figures.needed import needed_figure
from simlab.report.figures.reached import reached_figures
from simlab.report.section import PARTS, Section


def sections(study: Study, reference: Study) -> list[Section]:
    """The sections with figures, of the reference policy but for those on policies."""
    compared = [_policies(study, reference)] if len(study.policies) > 1 else []
    comes = [_when(reference), *compared, *levers_section(study), _how_far(reference), *around(reference)]
    workers = _workers_and_serving(reference)
    why = [_what_binds(reference), *([workers] if workers.figures else []), _graveyard(reference), _clusters(reference)]
    return [
        replace(section, part=part) for part, of_part in zip(PARTS, (comes, why), strict=True) for section in of_part
    ]


def _when(study: Study) -> Section:
    figures = []
    if study.lock.milestones:
        curves = milestones.reached_curves(study)
        figures = [
            milestone_figures.milestones_figure(milestones.milestone_dates(study), study.lock),
            *reached_figures(curves, study.lock, study.n_finished),
        ]
    intro = "The date on which the first lab, or the world, passes each mark."
    return Section("when", "Milestones", intro, figures)


def _how_far(study: Study) -> Section:
    compute = fans.frontier_fan(study.series, "effective_flop")
    figures = [
        fan_figures.horizon_figure(fans.frontier_fan(study.series, "horizon_50_minutes")),
        fan_figures.effective_compute_figure(compute),
        fan_figures.algorithms_figure(fans.frontier_fan(study.series, "algorithmic_gain_nats")),
    ]
    intro = "The frontier is the best lab’s best released model at each date."
    return Section("how-far", "How far the frontier moves", intro, figures)


def _what_binds(study: Study) -> Section:
    shares, lives = binding.stage_shares(study.series), binding.life_shares(study.series)
    figures = [
        binding_figures.binding_figure(shares, lives),
        binding_figures.binding_labs_figure(shares, lives),
    ]
    intro = (
        "Every idea is thought out, built, queued for compute, run, read, and, if adopted, carried into the "
        "next frontier run. Where its days go shows what research is short of."
    )
    return Section("what-binds", "What binds", intro, figures)


def _workers_and_serving(study: Study) -> Section:
    """Without figures where the scenario has neither AI workers nor customers nor anything that serves them."""
    intro = (
        "A released model serves customers, who pay for tokens, and the lab’s own AI workers, who do a part of its "
        "research. Somebody has to check what they did."
    )
    figures = [*_automation(study.series), *_customers(study.series), *_verification(study)]
    return Section("workers", "AI workers and serving", intro, figures)


def _automation(series: pl.LazyFrame) -> Iterator[Figure]:
    if automation.is_known(series, "n_workers"):
        steps = automation.automation_bands(series)
        if all(fan.height for fan in steps.values()):
            yield automation_figures.automation_figure(steps)
    if automation.is_known(series, "fleet_h100e"):
        yield automation_figures.plan_figure(automation.plan_shares(series))


def _customers(series: pl.LazyFrame) -> Iterator[Figure]:
    if automation.is_known(series, "customers_unserved_fraction"):
        sold = customers.market_bands(series)
        if all(fan.height for fan in sold.values()):
            yield customer_figures.customers_figure(sold, customers.whole_unserved(series))


def _verification(study: Study) -> Iterator[Figure]:
    series = study.series
    if automation.is_known(series, "verified_fraction"):
        fans = {"slipped": verification.slipped_bands(series), "harmful": verification.harmful_bands(study.graveyard)}
        shares, whole = verification.settled_shares(series), verification.whole_shares(series)
        whole |= verification.backlog(series)
        yield verification_figures.verification_figure(shares, fans, whole)


def _graveyard(study: Study) -> Section:
    table, n = study.graveyard, study.n_finished
    by = {key: graveyard.accounts(table, key) for key in ("cause", "verdict", "area", "rung")}
    figures = [
        graveyard_figures.causes_figure(by["cause"], by["verdict"], n),
        graveyard_figures.regret_figure(graveyard.regret(table, "area"), n),
        graveyard_figures.areas_figure(by["area"], graveyard.fate(table, "area"), n),
        graveyard_figures.rungs_figure(by["rung"], graveyard.fate(table, "rung"), n),
    ]
    intro = "Most ideas die. This is what they died of, what they cost, and how often burying them was wrong."
    return Section("graveyard", "The experiment graveyard", intro, figures)


def _clusters(study: Study) -> Section:
    bands, use = clusters.cluster_bands(study.series), clusters.mean_use(study.series)
    figures = [
        cluster_figures.use_figure(bands["utilisation_fraction"], use),
        cluster_figures.queue_figure(bands["mean_queue_jobs"], use),
        cluster_figures.capacity_figure(bands["capacity_h100e"]),
    ]
    intro = "The machines that frontier runs and experiments share."
    return Section("clusters", "Clusters", intro, figures)


def _policies(study: Study, reference: Study) -> Section:
    rows = in_order(milestones.milestone_dates(reference).iter_rows(named=True), study.lock.milestones)
    dates = pl.DataFrame(rows, infer_schema_length=None)
    differences = paired_differences(study)
    figures = [policy_figures.policies_figure(differences, dates, study.policies[0])]
    needed = runs_needed(differences, outcome_means(reference))
    if not needed.filter("is_milestone").is_empty():
        titles = {f"{milestone.name}_days": milestone.title for milestone in study.lock.milestones}
        figures.append(needed_figure(needed, titles))
    intro = "The same worlds, draw for draw, under each policy: what differs is the policy’s doing and not luck."
    return Section("policies", "Policies compared", intro, figures)
