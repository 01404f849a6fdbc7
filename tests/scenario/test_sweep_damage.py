"""Whatever happens to a sweep file, the answer is a scenario or a list of problems, each with a place."""

import random
import re

import pytest

from simlab.errors import ScenarioError

SWEEP = """set: {end: 2025-07-01}
policies: [baseline, cap]
design: {kind: morris, n: 4, levels: 4, seed: 1}
factors:
  - world.elasticity
  - world.labs.leader.cluster.repair_days: {low: 1, high: 4, unit: day, source: choice, note: wide}
  - world.labs.leader.people.patience_days: {values: [1, 2], unit: week}
  - world.labs.leader.launch: [readiness, cadence]
  - world.insurance: [as_is, null]
  - world.audit.people_fraction: held
  - policies.cap.levers.0.start_day: {values: [2025-03-01, 2025-04-01]}
"""
OTHERS = [
    *("held", "null", "as_is", "uncertain", "[]", "{}", "7", "x", "2025-03-01", "[as_is, null]", "world", "policies"),
    *(
        "world.levers",
        "world.rungs_flop",
        "world.rungs_flop.0",
        "world.labs",
        "world.audit",
        "study.seed",
        "policies.cap",
    ),
    *("policies.cap.levers", "policies.cap.levers.0", "policies.cap.levers.0.lever", "policies.patient.set", "sobol"),
    *("policies.strict.set.audit.people_fraction", "policies.patient.set.labs.leader.launch", "grid", "-3", "1e400"),
]


@pytest.mark.parametrize("seed", range(3))
def test_a_sweep_with_words_in_wrong_places_is_explained(seed, swept):
    rng, explained = random.Random(seed), 0
    for _ in range(80):
        text = SWEEP
        for _ in range(rng.choice([1, 1, 2, 3])):
            word = rng.choice(re.findall(r"[\w.]+", text))
            text = text.replace(word, rng.choice([*OTHERS, *re.findall(r"[\w.]+", SWEEP)]), 1)
        try:
            scenario = swept(text)
        except ScenarioError as error:
            explained += 1
            for problem in error.problems:
                assert re.match(r".*(sweep|swept|base)\.yaml:\d+:\d+: .+", problem), problem
        else:
            draws = {factor.path: 0.3 for factor in scenario.design.factors if not factor.is_held}
            assert all(scenario.values(policy, draws) for policy in scenario.policies)
    assert explained > 40
