"""Units: any spelling that means the right thing, and none that means another."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.scenario.conversion import UnitRefusedError, factor
from simlab.scenario.shapes import Choice, Group, Number, Optional, Several, Table, group_of

FAMILIES = [
    {"day": 1.0, "hour": 1 / 24, "minute": 1 / 1440, "s": 1 / 86400, "week": 7.0, "year": 365.25, "month": 365.25 / 12},
    {"nat": 1.0, "decade": math.log(10), "doubling": math.log(2)},
    {"FLOP/s": 1.0, "TFLOP/s": 1e12, "FLOP/day": 1 / 86400, "EFLOP/hour": 1e18 / 3600},
    {"H100e-day": 1.0, "H100e-hour": 1 / 24, "H100e*year": 365.25, "kH100e-day": 1e3},
    {"1/day": 1.0, "1/year": 1 / 365.25, "percent/week": 0.01 / 7, "day^-1": 1.0, "1/hour": 24.0},
    {"1": 1.0, "percent": 0.01},
    {"bit/person-day": 1.0, "bit/(person*day)": 1.0, "bit/person/day": 1.0, "bit/person-hour": 24.0},
    {"USD2025/day": 1.0, "kUSD2025/week": 1e3 / 7, "MUSD2025/year": 1e6 / 365.25},
    {"W": 1.0, "MW": 1e6, "GW": 1e9},
]
PAIRS = [(a, b, family[a] / family[b]) for family in FAMILIES for a in family for b in family]


@given(st.sampled_from(PAIRS), st.floats(1e-12, 1e26))
def test_commensurable_units_convert(pair, value):
    written, canonical, times = pair
    assert value * factor(written, canonical) == pytest.approx(value * times, rel=1e-12)


@given(st.sampled_from(PAIRS))
def test_there_and_back_is_nothing(pair):
    written, canonical, _ = pair
    assert factor(written, canonical) * factor(canonical, written) == pytest.approx(1.0, rel=1e-12)


@given(st.sampled_from(range(len(FAMILIES))), st.sampled_from(range(len(FAMILIES))), st.data())
def test_units_of_other_dimensions_are_refused(one, other, data):
    a, b = data.draw(st.sampled_from(list(FAMILIES[one]))), data.draw(st.sampled_from(list(FAMILIES[other])))
    if one != other:
        with pytest.raises(UnitRefusedError):
            factor(a, b)


@pytest.mark.parametrize("trap", ["flops", "FLOPS", "FLOPs", "PFLOPS", "TFLOPs", "flops/s"])
def test_flops_is_refused_with_both_legal_spellings(trap):
    with pytest.raises(UnitRefusedError, match="FLOP \\(amount\\) or FLOP/s \\(speed\\)"):
        factor(trap, "FLOP/s")


@pytest.mark.parametrize("trap", ["USD", "usd", "$", "dollars", "USD2019", "EUR", "US$/day"])
def test_undated_money_is_refused(trap):
    with pytest.raises(UnitRefusedError, match="USD2025"):
        factor(trap, "USD2025")


@pytest.mark.parametrize(
    ("typo", "meant"), [("days", "day"), ("Hour", "hour"), ("H100", "H100e"), ("flop", "FLOP"), ("%", "percent")]
)
def test_a_unit_nearly_right_is_suggested(typo, meant):
    with pytest.raises(UnitRefusedError) as refused:
        factor(typo, "day")
    assert refused.value.meant == meant


@pytest.mark.parametrize("nonsense", ["", "day*", "day)", "3 day", "1e3*day", "().__class__", "day if day else day"])
def test_nonsense_is_refused(nonsense):
    with pytest.raises(UnitRefusedError):
        factor(nonsense, "day")


def units_of(shape) -> set[str]:
    match shape:
        case Number(unit):
            return {unit}
        case Optional(of) | Table(of) | Several(of):
            return units_of(of)
        case Choice(_, groups):
            return {unit for group in groups.values() for unit in units_of(group)}
        case Group(fields):
            return {unit for field in fields.values() for unit in units_of(field.shape)}
        case _:
            return set()


def test_every_unit_of_the_world_is_known():
    from simlab.world.build import WorldParams

    units = units_of(group_of(WorldParams)) - {"date"}
    assert len(units) > 10
    for unit in units:
        assert factor(f"({unit})", unit) == pytest.approx(1.0)
