"""The sections on labs beside one another and the world around them: each vanishes where a scenario has none of it."""

from collections.abc import Iterator, Sequence

from simlab.analysis import automation, economy, fans, labs, levers, sectors
from simlab.analysis.study import Study
from simlab.report.figures import fans as fan_figures
from simlab.report.figures import levers as lever_figures
from simlab.report.figures import money as money_figures
from simlab.report.figures import rivals as rival_figures
from simlab.report.figures import sectors as sector_figures
from simlab.report.figures import supply as supply_figures
from simlab.report.figures.figure import Figure
from simlab.report.section import Section


def around(reference: Study) -> list[Section]:
    """The sections that have figures, of the reference policy."""
    made = [_labs(reference), _supply(reference), _money(reference), _work(reference)]
    return [section for section in made if section.figures]


def levers_section(study: Study) -> list[Section]:
    """What the levers of all policies did; no section where none acted."""
    if study.levers.is_empty():
        return []
    figure = lever_figures.levers_figure(levers.acts(study.levers), study.lock.start, study.lock.end)
    intro = "A lever is a dated change to the world: a rule, a shock, a help. This is what acted, and when."
    return [Section("levers", "Levers", intro, [figure])]


def _labs(study: Study) -> Section:
    intro = (
        "Labs draw on the same pool of ideas. Each keeps what it finds to itself for a while, and others find it too, "
        "or read of it."
    )
    return Section("labs", "Labs", intro, list(_lab_figures(study)) if len(study.labs) > 1 else [])


def _lab_figures(study: Study) -> Iterator[Figure]:
    yield fan_figures.labs_figure(fans.lab_fans(study.series, "effective_flop"))
    lag = labs.lag_bands(study.series)
    if lag.height > 1:
        yield rival_figures.lag_figure(lag)
    if automation.is_known(study.series, "n_landed"):
        shares = labs.origin_shares(study.series)
        if shares.height:
            yield rival_figures.origins_figure(shares, labs.quantiles(study.outcomes, "codiscovered_fraction"))


def _money(study: Study) -> Section:
    intro = (
        "Labs live on what customers pay and what investors add. The world spends at most a share of its product on AI."
    )
    return Section("money", "Money", intro, list(_money_figures(study)))


def _money_figures(study: Study) -> Iterator[Figure]:
    if automation.is_known(study.series, "cash_usd2025"):
        flows = economy.money_bands(study.series)
        if all(fan.height > 1 for fan in flows.values()):
            yield money_figures.money_figure(flows)
    spending = economy.spending_bands(study.world)
    if spending:
        yield money_figures.spending_figure(spending)
    if automation.is_known(study.series, "markup"):
        lines = (fans.lab_fans(study.series, measure) for measure in ("markup", "customers_fraction"))
        yield money_figures.prices_figure(*lines)


def _supply(study: Study) -> Section:
    intro = (
        "Accelerators take wafers, packaging and memory to make, months to deliver, and power to run. Every quarter "
        "what runs is let to whoever bids most."
    )
    figures = list(_supply_figures(study)) if economy.has(study.world, "stock_h100e") else []
    return Section("supply", "Chips and power", intro, figures)


def _supply_figures(study: Study) -> Iterator[Figure]:
    yield supply_figures.stock_figure(economy.supply_bands(study.world))
    yield supply_figures.rents_figure(economy.nation_bands(study.nations, "rent_usd2025_per_h100e_hour"))
    if economy.has(study.world, "scarce"):
        yield supply_figures.scarce_figure(economy.scarce_shares(study.world))
    nations: Sequence[str] = economy.names(study.nations)
    if len(nations) > 1:
        yield supply_figures.nations_figure(economy.nation_shares(study.nations, "installed_h100e"), nations)


def _work(study: Study) -> Section:
    intro = (
        "The work that other people are paid for. AI does it where models can, where somebody lets them, and where "
        "there is compute; nobody here loses a job or earns less for it."
    )
    figures = list(_work_figures(study)) if economy.has(study.sectors, "automated_fraction") else []
    return Section("work", "Work outside labs", intro, figures)


def _work_figures(study: Study) -> Iterator[Figure]:
    yield sector_figures.sectors_figure(sectors.sector_bands(study.sectors))
    yield sector_figures.work_figure(sectors.nation_bands(study.sectors), sectors.compute_gap(study.sectors))
