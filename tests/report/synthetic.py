"""A study folder made up from a seed: plausible curves, every column of the real schema, nothing simulated.

For layout and exactness tests only; whether the numbers mean anything is the business of real studies.
"""

import json
import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from ruamel.yaml import YAML

from simlab.sweep.plan import Plan, remember

LABS = {"leader": 1.0, "follower": 0.35, "academia": 0.02}
AREAS = ("architecture", "optimiser", "data", "reinforcement_learning", "systems")
CAUSES = {
    "adopted": 0.12,
    "no_gain_seen": 0.48,
    "did_not_transfer": 0.14,
    "not_convincing": 0.10,
    "diverged": 0.03,
    "crashed": 0.04,
    "cancelled": 0.02,
    "starved": 0.03,
    "scooped": 0.03,
    "reverted": 0.01,
    "in_flight": 0.02,
}
STAGES = ("thinking", "building", "waiting_compute", "running", "reading", "waiting_people", "waiting_run")
MILESTONES = {
    "horizon_hour": ("AI does tasks that take a person an hour", "horizon_50_minutes", 60.0),
    "horizon_day": ("AI does tasks that take a person a working day", "horizon_50_minutes", 480.0),
    "horizon_month": ("AI does tasks that take a person a working month", "horizon_50_minutes", 10_000.0),
    "horizon_month_80": (
        "AI does tasks of a working month in four of five attempts",
        "horizon_80_minutes",
        10_000.0,
    ),
    "flop_1e29": ("A model beyond 1e29 FLOP of effective compute", "effective_flop", 1e29),
}
SERVING_LABS = ("leader", "follower")
START, END = date(2025, 1, 1), date(2035, 1, 1)


def write_synthetic_study(
    folder: Path,
    n_samples: int = 64,
    policies: tuple[str, ...] = ("baseline",),
    *,
    with_workers: bool = True,
    **lock: object,
) -> Path:
    """A study folder with `n_samples` runs a policy; `lock` replaces entries of the lock file.

    Without workers it has the columns of fleets, customers, AI workers and verification, and nulls in them.
    """
    rng = np.random.default_rng(7)
    months = _months()
    design, series, outcomes, graves = [], [], [], []
    for sample in range(n_samples):
        luck = {
            "growth": rng.normal(0.8, 0.25),
            "algorithms": rng.lognormal(-0.1, 0.35),
            "wobble": rng.normal(size=9),
        }
        for number, policy in enumerate(policies):
            keys = {
                "run_id": f"{policy}-s{sample:04d}-r0",
                "policy": policy,
                "sample": sample,
                "replicate": 0,
            }
            drawn = {"labs.leader.growth": luck["growth"], "gains.scale": luck["algorithms"]}
            design.append(keys | {"luck": sample} | drawn)
            rows = [row for lab in LABS for row in _lab(keys, lab, luck, months, 1 - 0.15 * number)]
            helped = (row | _rooms(row, n, luck) for n, row in enumerate(rows))
            rows = [row if with_workers and row["lab"] in SERVING_LABS else _bare(row) for row in helped]
            series += rows
            outcomes.append(keys | {"seed": 7, "state": "ok", "error": None} | _dates(rows))
            graves += _graves(keys, np.random.default_rng([sample, 3]))
    folder.mkdir(parents=True, exist_ok=True)
    tables = {"design": design, "outcomes": outcomes, "series": series, "graveyard": graves}
    for name, rows in tables.items():
        (folder / name).mkdir()
        _frame(rows).write_parquet(folder / name / "part-000.parquet")
    remember(folder, Plan(tuple(policies), n_samples, n_samples, 1))
    _write_ledger(folder, [row["run_id"] for row in design])
    yaml = YAML(typ="safe", pure=True)
    yaml.dump(_lock() | {"policies": list(policies)} | lock, folder / "study.lock.yaml")
    return folder


def _frame(rows):
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return frame.with_columns(lab=pl.col("lab").cast(pl.Enum(list(LABS)))) if "lab" in frame.columns else frame


def _months() -> list[date]:
    return [date(START.year + n // 12, n % 12 + 1, 1) for n in range(1, 121)]


def _lab(keys, lab, luck, months, brake):
    rows = []
    size, wobble = LABS[lab], luck["wobble"]
    released, model_gain, model_flop = -1, 0.0, 0.0
    for n, month in enumerate(months):
        years = (n + 1) / 12
        capacity = 2e5 * size * math.exp(0.8 * luck["growth"] * brake * years)
        gain = luck["algorithms"] * 0.8 * years * (0.8 + 0.2 * size)
        if n % 9 == 0:
            released += 1
            model_gain, model_flop = gain, 4e25 * size * math.exp(1.1 * luck["growth"] * brake * years)
        effective = model_flop * math.exp(model_gain)
        horizon = 25 * (effective / 1e26) ** 0.5 * math.exp(0.3 * wobble[released % 9])
        alive = 400 * size + 20
        shift = np.clip(0.15 + 0.04 * years * luck["growth"], 0.05, 0.6)
        share = np.array([0.12, 0.3 - shift / 3, shift, 0.16, 0.1, 0.06, 0.26 - shift / 4])
        share = share / share.sum() * alive * 30.4
        rows.append(
            keys
            | {
                "lab": lab,
                "time_days": float((month - START).days),
                "date": month,
                "capacity_h100e": capacity,
            }
            | {"utilisation_fraction": min(0.97, 0.7 + 0.02 * years + 0.02 * wobble[n % 9])}
            | {"frontier_fraction": 0.4, "experiments_fraction": 0.42}
            | {"mean_queue_jobs": 12 * size * math.exp(0.2 * years + 0.3 * wobble[n % 9])}
            | {
                "n_people": 500,
                "n_teams": 100,
                "n_in_flight": int(alive),
                "mean_taste_bits": 1.0 + years / 10,
            }
            | {"hands_busy_fraction": 0.8, "n_proposed": 80, "n_adopted": 8, "n_buried": 70}
            | {f"{stage}_days": days for stage, days in zip(STAGES, share.tolist(), strict=True)}
            | {"adopted_true_nats": gain, "adopted_believed_nats": gain * 1.3, "generation": released}
            | {"run_flop": model_flop, "effective_flop": effective, "algorithmic_gain_nats": model_gain}
            | {"horizon_50_minutes": horizon, "horizon_80_minutes": horizon / 5}
            | {"hour_task_success_fraction": 0.9, "chain_success_fraction": 0.5}
        )
    return rows


def _bare(row):
    """The same row of a lab that has none of it."""
    rooms = _rooms(row, 0, {"wobble": [0.0], "growth": 1.0})
    return row | {name: None for name in rooms if name != "period_days"}


def _rooms(row, n, luck):
    """A fleet that grows busy, workers who take over step by step, verifiers who fall behind."""
    years = row["time_days"] / 365.25
    wobble = luck["wobble"][n % 9]
    busy = 1 / (1 + math.exp(-(years - 5) * luck["growth"] - 0.2 * wobble))
    offered = row["capacity_h100e"] * 1e8 * 30
    unserved = min(0.9, 0.02 * math.exp(0.3 * wobble) * (1 + busy))
    cost = 4.0 * math.exp(-0.5 * years * luck["growth"])
    workers = 0.05 + 0.25 * busy
    n_handed_in = round(80 * busy)
    n_refuted, n_unverified = round(0.1 * n_handed_in), round(0.3 * busy * n_handed_in)
    return (
        {f"plan_{part}_fraction": share for part, share in _plan(workers).items()}
        | {"period_days": 30.4375, "fleet_h100e": row["capacity_h100e"], "fleet_peak_load_fraction": 0.9 + 0.3 * busy}
        | {"fleet_customers_fraction": 0.6, "fleet_workers_fraction": workers, "fleet_lent_fraction": 0.1}
        | {"cost_usd2025_per_million_tokens": cost, "customers_offered_tokens": offered}
        | {"customers_served_tokens": offered * (1 - unserved), "customers_unserved_fraction": unserved}
        | {"revenue_usd2025": 2.5 * cost * offered * (1 - unserved) / 1e6, "lost_revenue_usd2025": 1e6}
        | {"n_workers": 1e4 * busy, "workers_served_fraction": 0.9, "thinking_automated_fraction": 0.3 * busy}
        | {"building_automated_fraction": 0.9 * busy, "reading_automated_fraction": 0.6 * busy}
        | {"people_days": 1e4, "worker_people_days": 1e4 * busy / (1.02 - busy)}
        | {"automated_work_fraction": busy / 1.02, "n_automated_teams": round(20 * busy)}
        | {"n_handed_in": n_handed_in, "n_refuted": n_refuted, "n_adopted_unverified": n_unverified}
        | {"n_passed": n_handed_in - n_refuted - n_unverified, "n_discarded": 0, "n_slipped": round(0.05 * n_handed_in)}
        | {"n_verification_waiting": n_unverified}
        | {"verified_fraction": 1 - n_unverified / n_handed_in if n_handed_in else None}
        | {"waiting_verifier_days": 0.5 * row["waiting_people_days"] * busy}
    )


def _plan(workers):
    return {"frontier": 0.25 - workers / 4, "experiments": 0.3, "oversight": 0.05, "workers": workers} | {
        "customers": 0.4 - 0.75 * workers
    }


def _dates(rows):
    found = {}
    for name, (_, measure, threshold) in MILESTONES.items():
        times = [row["time_days"] for row in rows if row[measure] >= threshold]
        found[f"{name}_days"] = min(times, default=None)
    return found | {"final_effective_flop": max(row["effective_flop"] for row in rows[-1:]), "n_ideas": 4000}


def _graves(keys, rng):
    rows = []
    for lab, size in LABS.items():
        for area in AREAS:
            for cause, share in CAUSES.items():
                for rung in (-1, 0, 1, 2):
                    rows.append(keys | _grave(lab, size, area, cause, share, rung, rng))
    return rows


def _grave(lab, size, area, cause, share, rung, rng):
    n = int(rng.poisson(2000 * size * share / (rung + 2)))
    good = int(rng.binomial(n, 0.9 if cause == "adopted" else 0.06))
    cost = n * 10.0 ** (rung + 1)
    return (
        {
            "lab": lab,
            "area": area,
            "cause": cause,
            "rung": rung,
            "year": 2028 + rung,
            "n_ideas": n,
            "flop": cost * 1e20,
        }
        | {"used_h100e_days": cost, "people_days": n * 20.0}
        | {f"{stage}_days": n * 3.0 for stage in STAGES}
        | {"believed_gain_nats": n * 0.01, "true_gain_nats": n * 0.004, "n_truly_good": good}
        | {
            "truly_good_nats": good * 0.012,
            "n_truly_bad": (n - good) // 3,
            "truly_bad_nats": -0.003 * ((n - good) // 3),
        }
    )


def _write_ledger(folder, run_ids):
    (folder / "ledger").mkdir()
    lines = []
    for run in run_ids:
        lines.append({"run_id": run, "attempt": 1, "state": "started", "seconds": None, "error": None})
        lines.append({"run_id": run, "attempt": 1, "state": "ok", "seconds": 1.1, "error": None})
    (folder / "ledger" / "main.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def _lock():
    return {
        "name": "synthetic",
        "title": "Three labs to 2035",
        "about": "A made-up study with the shape of a real one: a leader, a fast follower and open academia.",
        "start": START,
        "end": END,
        "seed": 7,
        "fingerprint": "0123456789abcdef",
        "design": {
            "kind": "latin_hypercube",
            "n_levels": 4,
            "factors": [{"path": "labs.leader.growth"}, {"path": "gains.scale"}],
        },
        "code": "89abcdef",
        "versions": {"simlab": "0.1.0", "python": "3.13.5", "numpy": "2.4.0"},
        "milestones": {
            name: {"title": title, "measure": measure, "threshold": threshold}
            for name, (title, measure, threshold) in MILESTONES.items()
        },
        "origins": [
            _origin("labs.leader.growth", 1.0, "1/year", "epoch-2025", 0.7, 1.3),
            _origin("gains.scale", 0.02, "nat", "choice", None, None),
            *(_origin(f"areas.number_{n}.share", n / 100, "1", "epoch-2025", n / 200, n / 50) for n in range(1, 60)),
        ],
        "sources": {
            "epoch-2025": {
                "title": "Compute trends",
                "author": "A. Author",
                "year": 2025,
                "url": "https://example.org/trends",
                "note": "Table 2",
            }
        },
        "scenario": {"world": {"labs": {"leader": {"growth": 1.0}}}},
    }


def _origin(path, value, unit, source, low, high):
    note = "Measured over the last five years; the range is the authors' own 80% interval." if low else ""
    entry = {"path": path, "value": value, "unit": unit, "source": source, "low": low, "high": high}
    return entry | {"dist": "lognormal" if low else None, "note": note, "file": "baseline.yaml", "line": 12}


def days_after_start(days: float) -> date:
    """The date so many days into the study."""
    return START + timedelta(days=days)
