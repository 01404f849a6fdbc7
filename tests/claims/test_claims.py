"""Every claim holds on the shipped baseline, measured by paired seeds."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from simlab.claims import CLAIMS, Bench, Claim
from simlab.cli import app

BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench(BASELINE)


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.key)
def test_the_claim_holds(claim: Claim, bench: Bench):
    shown = claim.measure(bench)
    assert claim.holds(shown), f"{shown.says}; the band is {claim.low:g} to {claim.high:g}"


def test_keys_are_unique_and_bands_are_bands():
    assert len({claim.key for claim in CLAIMS}) == len(CLAIMS)
    assert all(claim.low < claim.high for claim in CLAIMS)


def test_the_mechanisms_of_the_first_forecast_are_all_claimed():
    assert {claim.mechanism for claim in CLAIMS} >= {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 14}


def test_the_mechanisms_of_the_world_around_labs_are_all_claimed():
    assert {claim.mechanism for claim in CLAIMS} >= {7, 19, 20, 21, 22, 24, 25}


def test_a_claim_can_fail():
    claim = CLAIMS[0]
    shown = claim.measure(Bench(BASELINE))
    impossible = Claim(claim.key, claim.mechanism, "", "", shown.value + 1.0, shown.value + 2.0, claim.measure)
    assert not impossible.holds(shown)


def test_the_verb_prints_what_the_sources_say_and_what_the_simulation_shows():
    result = CliRunner().invoke(app, ["claims", "--only", "four-steps"])
    assert result.exit_code == 0
    assert "sources:" in result.output
    assert "1 of 1 claims hold" in result.output


def test_the_verb_knows_no_claim_of_another_name():
    result = CliRunner().invoke(app, ["claims", "--only", "five-steps"])
    assert result.exit_code != 0
    assert "four-steps" in str(result.exception)
