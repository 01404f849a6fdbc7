"""Money, chips, nations, sectors and levers for a made-up study: every column of the real tables, nothing simulated."""

import math
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl

START = date(2025, 1, 1)
NATIONS = {"united_states": 0.6, "china": 0.15, "elsewhere": 0.25}
SECTORS = {"software": 4.0, "office_work": 6.0, "science": 8.0, "health_care": 10.0, "physical_work": 13.0}
SCARCE = ("orders", "wafers", "packaging", "memory")
KEYS = ("run_id", "policy", "sample", "replicate")
CEILING = 0.02


def add_economy(folder: Path, levers: tuple[tuple[str, str, float, float], ...] = ()) -> Path:
    """Add an economy to the study in `folder`; `levers` are (policy, kind, first day, last day)."""
    outcomes = pl.read_parquet(folder / "outcomes" / "part-000.parquet")
    runs = list(outcomes.select(*KEYS).iter_rows(named=True))
    world, nations, sectors = [], [], []
    for run in runs:
        rng = np.random.default_rng([run["sample"], 11])
        luck = float(rng.normal(0.0, 0.2))
        for quarter in range(41):
            rows = [_nation(run, quarter, name, share, luck) for name, share in NATIONS.items()]
            nations += rows
            world.append(_world(run, quarter, rows, luck, rng))
            sectors += [
                _sector(run, quarter, nation, sector, luck) for nation in NATIONS for sector in SECTORS if quarter < 40
            ]
    _write(folder, "world", world, {"scarce": SCARCE})
    _write(folder, "nations", nations, {"nation": tuple(NATIONS)})
    _write(folder, "sectors", sectors, {"nation": tuple(NATIONS), "sector": tuple(SECTORS)})
    if levers:
        _write(folder, "levers", [row for run in runs for row in _pulls(run, levers)], {"nation": tuple(NATIONS)})
    _widen(folder, world)
    return folder


def _day(quarter: int) -> dict[str, object]:
    days = 91.0 * quarter
    return {"time_days": days, "date": START + timedelta(days=days)}


def _nation(run, quarter, name, share, luck):
    years = quarter / 4
    stock = share * 3.5e6 * math.exp((0.75 + luck) * years * (1 - 0.03 * years))
    power = share * 6.5e3 * math.exp(0.6 * years)
    installed = min(stock, power / 1.3e-3)
    rent = 2.2 * math.exp(-0.15 * years + 0.3 * luck) * (1.3 if name == "china" else 1.0)
    return (
        run
        | _day(quarter)
        | {"nation": name, "delivered_h100e": 0.2 * stock, "retired_h100e": 0.02 * stock, "stock_h100e": stock}
        | {"installed_h100e": installed, "labs_h100e": 0.3 * installed, "others_h100e": 0.7 * installed}
        | {"reserved_h100e": 0.0, "power_mw": power, "used_mw": 1.3e-3 * installed}
        | {"rent_usd2025_per_h100e_hour": rent, "quality_fraction": 0.6 if name == "china" else 1.0}
    )


def _world(run, quarter, nations, luck, rng):
    sums = ("delivered_h100e", "retired_h100e", "stock_h100e", "installed_h100e", "labs_h100e", "others_h100e")
    sums += ("reserved_h100e", "power_mw", "used_mw")
    total = {name: sum(row[name] for row in nations) for name in sums}
    rents = [row["rent_usd2025_per_h100e_hour"] * row["installed_h100e"] for row in nations]
    made = total["delivered_h100e"]
    spent = CEILING / (1 + math.exp(1.5 - 0.6 * (1 + luck) * quarter / 4))
    chips = {"ordered_h100e": 1.1 * made, "made_h100e": made, "backlog_h100e": made, "cancelled_h100e": 0.0}
    chips |= {f"{what}_limit_h100e": (1.2 + n) * made for n, what in enumerate(SCARCE[1:])}
    chips |= {"chip_price_usd2025_per_h100e": 2e4, "scarce": SCARCE[int(rng.integers(0, 2 + min(quarter // 10, 2)))]}
    if not quarter:
        chips = dict.fromkeys(chips)
    return (
        run
        | _day(quarter)
        | chips
        | total
        | {"mean_rent_usd2025_per_h100e_hour": sum(rents) / total["installed_h100e"]}
        | {"spending_usd2025_per_year": 1.2e14 * spent, "world_product_usd2025_per_year": 1.2e14}
        | {"spending_fraction": spent, "ceiling_fraction": CEILING}
    )


def _sector(run, quarter, nation, sector, luck):
    years = quarter / 4
    capable = 1 / (1 + math.exp(-1.2 * (years - SECTORS[sector] + 1 + 2 * luck)))
    ready = capable * min(1.0, 0.3 + 0.07 * years)
    automated = ready * (0.8 if nation == "china" else 0.95)
    wages = 1e13 * NATIONS[nation]
    return (
        run
        | {"time_days": 91.3125 * quarter, "date": START + timedelta(days=91.3125 * quarter)}
        | {"nation": nation, "sector": sector}
        | {"capable_fraction": capable, "ready_fraction": ready, "automated_fraction": automated}
        | {"wages_usd2025_per_year": wages, "automated_wages_usd2025_per_year": automated * wages}
        | {"wanted_h100e": 1e6 * ready, "used_h100e": 1e6 * automated}
    )


def _pulls(run, levers):
    mine = [lever for lever in levers if lever[0] == run["policy"]]
    return [
        run
        | {"time_days": day, "date": START + timedelta(days=day), "lab": None, "lever": number}
        | {"amount": amount, "nation": nation, "kind": kind}
        for number, (_, kind, first, last) in enumerate(mine)
        for nation in [list(NATIONS)[number % 3]]
        for day, amount in ((first, 1e6 + run["sample"]), (last, None))
    ]


def _write(folder, name, rows, enums):
    columns = [pl.col(column).cast(pl.Enum(words)) for column, words in enums.items()]
    short = (pl.selectors.float() - pl.selectors.by_name("time_days")).cast(pl.Float32)
    frame = pl.DataFrame(rows, infer_schema_length=None).with_columns(columns).with_columns(short)
    (folder / name).mkdir()
    frame.write_parquet(folder / name / "part-000.parquet")


def _widen(folder, world):
    """The columns that series and outcomes have of it."""
    path = folder / "series" / "part-000.parquet"
    series = pl.read_parquet(path)
    served = pl.col("revenue_usd2025").is_not_null()
    size = pl.col("capacity_h100e")
    money = {
        "cash_usd2025": 1e4 * size,
        "raised_usd2025": pl.when(pl.col("time_days") % 400 < 31).then(4e3 * size).otherwise(0.0),
        "rent_usd2025": 700.0 * size,
        "taxes_usd2025": pl.lit(0.0),
        "wages_usd2025": 60.0 * size,
        "other_costs_usd2025": 10.0 * size,
        "compute_budget_usd2025_per_day": 25.0 * size,
        "wage_usd2025_per_year": pl.lit(1e6),
        "n_affordable": pl.lit(900.0),
        "markup": 1.2 + 2e5 / (size + 1e5),
        "price_usd2025_per_million_tokens": pl.lit(4.0),
        "customers_fraction": pl.when(pl.col("lab").cast(pl.String) == "leader").then(0.65).otherwise(0.35),
    }
    columns = [pl.when(served).then(value).alias(name) for name, value in money.items()]
    landed = {"n_landed": 8, "n_landed_read": 2, "n_landed_twice": 1}
    series.with_columns(*columns, **{name: pl.lit(count) for name, count in landed.items()}).write_parquet(path)
    path = folder / "outcomes" / "part-000.parquet"
    last = pl.DataFrame([row for row in world if row["time_days"] == 3640.0]).select(
        "run_id",
        "stock_h100e",
        "installed_h100e",
        pl.col("mean_rent_usd2025_per_h100e_hour").alias("rent_usd2025_per_h100e_hour"),
        "spending_fraction",
        codiscovered_fraction=0.1 + 0.01 * (pl.col("sample") % 5),
    )
    pl.read_parquet(path).join(last, on="run_id", how="left", maintain_order="left").write_parquet(path)
