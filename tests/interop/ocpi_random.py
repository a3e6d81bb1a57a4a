#!/usr/bin/env python3
"""Random OCPI tariffs and CDRs, priced by three programs: roam, a model in exact fractions written here from the text of
the specification, and ocpi-tariffs, an independent program.

  ROAM_OCPI_DRIVER=.../ocpi_price_driver ROAM_OCPI_TARIFFS=.../ocpi-tariffs ocpi_random.py [CASES [SEED]]

roam must equal the model in every number, and the fee of its rate card and usage record must equal its total.
ocpi-tariffs 0.48.0 reads some points of the specification differently; DEVIATIONS lists them. It must equal the model with
all deviations switched on, so that each difference from roam is explained by a named one; the counts are printed. A number
that is explained by nothing fails the run. Without ROAM_OCPI_TARIFFS the third program is left out.

Range of the cases: 1 to 4 tariff elements of ENERGY, TIME, PARKING_TIME and FLAT components with prices and tax rates of
up to 4 decimals and steps of 0 to 2 hours or 2 kWh; every restriction except reservation, which ocpi-tariffs does not
read; minimum and maximum prices that state both amounts; 1 to 8 periods, some with volumes of 0; time zones with and
without daylight saving."""
import json
import math
import os
import random
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from zoneinfo import ZoneInfo

DEVIATIONS = {
    "unpriced": "counts volumes without a price component in the total that a step rounds",
    "zero": "counts a volume of 0 as use: as parking, and as the last period of its dimension",
    "limits": "compares minimum and maximum as pairs, net first, and replaces both amounts at once",
    "midnight": "reads an end_time of 00:00 as the start of the day",
    "nothing": "does not raise a session without any price component to the minimum",
}
STEP = {"ENERGY": Fraction(1, 1000), "TIME": Fraction(1, 3600), "PARKING_TIME": Fraction(1, 3600)}
COSTS = ["TOTAL", "FLAT", "ENERGY", "TIME", "PARKING_TIME"]
ZONES = ["Europe/Amsterdam", "UTC", "America/New_York", "Asia/Kolkata"]
DAYS = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]


class Number(str):
    """A JSON number by its text."""


def dump(value):
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(v) for v in value) + "]"
    return json.dumps(value)


# ---- cases


def decimal(r, maximum, decimals=4):
    d = r.randint(0, decimals)
    units = r.randrange(0, maximum * 10**d + 1)
    return Number(f"{units // 10**d}.{units % 10**d:0{d}d}" if d else str(units))


def text_time(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def make_restrictions(r, start):
    out = {}

    def some():
        return r.random() < 0.2

    if some():
        out["start_time"] = f"{r.randrange(24):02}:{r.choice([0, 0, 15, 30, 59]):02}"
    if some():
        out["end_time"] = f"{r.choice([0, r.randrange(24)]):02}:{r.choice([0, 0, 15, 30, 59]):02}"
    if some():
        out["start_date"] = (start + timedelta(days=r.randint(-2, 1))).strftime("%Y-%m-%d")
    if some():
        out["end_date"] = (start + timedelta(days=r.randint(0, 3))).strftime("%Y-%m-%d")
    for key, maximum in (("kwh", 20), ("current", 32), ("power", 50)):
        if some():
            out["min_" + key] = decimal(r, maximum)
        if some():
            out["max_" + key] = decimal(r, 2 * maximum)
    if some():
        out["min_duration"] = Number(r.choice([0, 600, 1800, 3600, r.randrange(20000)]))
    if some():
        out["max_duration"] = Number(r.choice([600, 1800, 3600, 7200, r.randrange(20000)]))
    if some():
        out["day_of_week"] = r.sample(DAYS, r.randint(1, 6))
    return out


def make_element(r, start):
    components = []
    for kind in r.sample(["ENERGY", "TIME", "PARKING_TIME", "FLAT"], r.randint(1, 4)):
        step = r.choice([0, 1, 1, 60, 300, 900, 500, r.randrange(1, 7200 if kind != "ENERGY" else 2000)])
        component = {"type": kind, "price": decimal(r, 5), "step_size": Number(step)}
        if r.random() < 0.7:
            component["vat"] = r.choice([Number("0"), Number("19"), Number("20.0"), decimal(r, 30)])
        components.append(component)
    element = {"price_components": components}
    if r.random() < 0.6:
        element["restrictions"] = make_restrictions(r, start)
    return element


def make_limit(r, maximum):
    net = Fraction(decimal(r, maximum))
    gross = net * r.choice([1, Fraction(119, 100), Fraction(6, 5), 1 + Fraction(r.randrange(30), 100)])
    units = round(gross * 10**4)
    return {"excl_vat": Number(f"{float(net):.4f}"), "incl_vat": Number(f"{units // 10**4}.{units % 10**4:04d}")}


def make_tariff(r, start):
    tariff = {"country_code": "NL", "party_id": "ABC", "id": "1", "currency": "EUR"}
    tariff["elements"] = [make_element(r, start) for _ in range(r.randint(1, 4))]
    if r.random() < 0.3:
        tariff["min_price"] = make_limit(r, 5)
    if r.random() < 0.3:
        tariff["max_price"] = make_limit(r, 20)
        low, high = tariff.get("min_price"), tariff["max_price"]
        if low and any(Fraction(low[k]) > Fraction(high[k]) for k in low):
            del tariff["min_price"]
    tariff["last_updated"] = "2020-01-01T00:00:00Z"
    return tariff


def make_period(r, moment, seconds):
    dimensions = []

    def add(kind, volume):
        dimensions.append({"type": kind, "volume": volume})

    hours = Number(f"{seconds / 3600:.4f}")
    mode = r.choice(["charge", "charge", "park", "both"])
    if mode != "park":
        add("TIME", r.choice([hours, hours, Number("0")]))
        if r.random() < 0.8:
            add("ENERGY", r.choice([decimal(r, 12), decimal(r, 12), Number("0"), Number("0.0000")]))
    if mode != "charge":
        add("PARKING_TIME", r.choice([hours, hours, Number("0")]))
    for kind, maximum in (("CURRENT", 64), ("POWER", 60)):
        values = sorted([decimal(r, maximum), decimal(r, maximum)], key=Fraction)
        if r.random() < 0.4:
            add("MIN_" + kind, values[0])
        if r.random() < 0.4:
            add("MAX_" + kind, values[1])
    r.shuffle(dimensions)
    return {"start_date_time": text_time(moment), "dimensions": dimensions}


def make_case(r):
    anchor = r.choice([datetime(2024, 3, 30, 20), datetime(2024, 10, 26, 20), datetime(2024, 3, 10, 4), datetime(2024, 6, 3)])
    start = anchor.replace(tzinfo=timezone.utc) + timedelta(minutes=r.randrange(0, 1440), seconds=r.choice([0, 0, 30, 59]))
    tariff = make_tariff(r, start)
    moment, periods = start, []
    for _ in range(r.randint(1, 8)):
        seconds = r.choice([60, 300, 900, 1800, 3600, r.randrange(1, 15000)])
        periods.append(make_period(r, moment, seconds))
        moment += timedelta(seconds=seconds)
    cdr = {"country_code": "NL", "party_id": "ABC", "id": "1", "start_date_time": text_time(start),
           "end_date_time": text_time(moment), "currency": "EUR", "tariffs": [], "cdr_location": {"country": "NLD"},
           "charging_periods": periods, "total_cost": {"excl_vat": Number("0"), "incl_vat": Number("0")},
           "total_energy": Number("0"), "total_time": Number("0"), "last_updated": "2024-12-01T00:00:00Z"}
    energy = sum(round(Fraction(d["volume"]) * 10**4) for p in periods for d in p["dimensions"] if d["type"] == "ENERGY")
    cdr["total_energy"] = Number(f"{energy // 10**4}.{energy % 10**4:04d}")
    return tariff, cdr, r.choice(ZONES)


# ---- the model


def parse_time(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)


def time_holds(rules, local, deviations):
    clock = local.strftime("%H:%M:%S")
    start, end = rules.get("start_time"), rules.get("end_time")
    if end == "00:00" and "midnight" not in deviations:
        end = "24:00"
    if start and end and end < start:
        return clock >= start or clock < end
    return (not start or clock >= start) and (not end or clock < end)


def holds(rules, local, energy, seconds, measures, deviations):
    if not time_holds(rules, local, deviations):
        return False
    date = local.strftime("%Y-%m-%d")
    tests = [
        date >= rules.get("start_date", ""),
        date < rules.get("end_date", "9999"),
        energy >= Fraction(rules.get("min_kwh", 0)),
        "max_kwh" not in rules or energy < Fraction(rules["max_kwh"]),
        seconds >= int(rules.get("min_duration", 0)),
        "max_duration" not in rules or seconds < int(rules["max_duration"]),
        "day_of_week" not in rules or DAYS[local.weekday()] in rules["day_of_week"],
    ]
    for key in ("current", "power"):
        high, low = measures.get("MAX_" + key.upper()), measures.get("MIN_" + key.upper())
        tests.append("min_" + key not in rules or high is None or high >= Fraction(rules["min_" + key]))
        tests.append("max_" + key not in rules or low is None or low < Fraction(rules["max_" + key]))
    return all(tests)


def components_of(tariff, *moment):
    found = {}
    for element in tariff["elements"]:
        if holds(element.get("restrictions", {}), *moment):
            for component in element["price_components"]:
                found.setdefault(component["type"], component)
    return found


def round_up(uses, kind, deviations):
    """What the last priced use of a dimension is billed beyond its volume."""
    priced = [u for u in uses if u[0] is not None]
    if not priced or int(priced[-1][0]["step_size"]) == 0:
        return 0
    total = sum(u[1] for u in (uses if "unpriced" in deviations else priced))
    step = int(priced[-1][0]["step_size"]) * STEP[kind]
    return math.ceil(total / step) * step - total


def clamp(total, tariff, deviations):
    for key, sign in (("min_price", 1), ("max_price", -1)):
        if key not in tariff:
            continue
        limit = tuple(round(Fraction(tariff[key][k]) * 10**4) for k in ("excl_vat", "incl_vat"))
        if "limits" in deviations:
            if (total < limit) if sign > 0 else (total > limit):
                total = limit
        else:
            total = tuple(max(t, x) if sign > 0 else min(t, x) for t, x in zip(total, limit))
    return total


def evaluate(tariff, cdr, zone, deviations=()):
    """Exact sums by cost, and the rounded costs with the total clamped."""
    uses = {kind: [] for kind in STEP}
    flat, energy = None, Fraction(0)
    start = parse_time(cdr["charging_periods"][0]["start_date_time"])
    for period in cdr["charging_periods"]:
        moment = parse_time(period["start_date_time"])
        volumes = {d["type"]: Fraction(d["volume"]) for d in period["dimensions"]}
        seconds = (moment - start).total_seconds()
        found = components_of(tariff, moment.astimezone(ZoneInfo(zone)), energy, seconds, volumes, deviations)
        flat = flat or found.get("FLAT")
        for kind in STEP:
            if volumes.get(kind, 0) > 0 or (kind in volumes and "zero" in deviations):
                uses[kind].append((found.get(kind), volumes[kind]))
        energy += volumes.get("ENERGY", 0)
    sums = {cost: [Fraction(0), Fraction(0)] for cost in COSTS}

    def add(kind, component, volume):
        net = volume * Fraction(component["price"])
        for cost in (kind, "TOTAL"):
            sums[cost][0] += net
            sums[cost][1] += net * (1 + Fraction(component.get("vat", 0)) / 100)

    if flat:
        add("FLAT", flat, 1)
    parked = any(u[0] is not None for u in uses["PARKING_TIME"])
    for kind in STEP:
        priced = [u for u in uses[kind] if u[0] is not None]
        for component, volume in priced:
            add(kind, component, volume)
        if priced and not (kind == "TIME" and parked):
            add(kind, priced[-1][0], round_up(uses[kind], kind, deviations))
    costs = {cost: tuple(round(x * 10**4) for x in pair) for cost, pair in sums.items()}
    nothing = flat is None and all(component is None for kind in STEP for component, _ in uses[kind])
    if not (nothing and "nothing" in deviations):
        costs["TOTAL"] = clamp(costs["TOTAL"], tariff, deviations)
    return sums, costs


# ---- the programs


def run_driver(folders, zone):
    """Costs, and what usage_rate made of them, or the text of an error."""
    out = subprocess.run([os.environ["ROAM_OCPI_DRIVER"], zone, *folders], check=True, capture_output=True, text=True)
    for line in out.stdout.splitlines():
        words = line.split()
        if not words[0].isdigit():
            yield line, None
            continue
        numbers = [int(w) for w in words[:12]]
        costs = {cost: (numbers[2 * i], numbers[2 * i + 1]) for i, cost in enumerate(COSTS)}
        assert numbers[10:] == [0, 0]
        yield costs, (int(words[15]), int(words[16])) if words[15].isdigit() else " ".join(words[15:])


def run_peer(folder, zone):
    out = subprocess.run([os.environ["ROAM_OCPI_TARIFFS"], "price", "-c", folder + "/cdr.json", "-t", folder + "/tariff.json",
                          "-z", zone, "-o", "v221"], capture_output=True, text=True, env={"NO_COLOR": "1"})
    names = {"TOTAL": "Total Cost", "FLAT": "Total Fixed Cost", "ENERGY": "Total Energy Cost", "TIME": "Total Time Cost",
             "PARKING_TIME": "Total Idle Cost"}

    def amount(name, part):
        row = re.search(rf"\| {name} \({part}\.\) *\| *€([0-9.]+) *\|", out.stdout)
        if row is None:
            raise ValueError(f"{folder}: {out.stdout}{out.stderr}")
        return round(Fraction(row.group(1)) * 10**4)

    return {cost: (amount(name, "Excl"), amount(name, "Incl")) for cost, name in names.items()}


# ---- the comparison


def only_ties(peer, costs, sums):
    """28 digits hold no third of anything: a sum that lies exactly on a tie may come out just below it."""
    for cost in COSTS:
        for got, expected, exact in zip(peer[cost], costs[cost], sums[cost]):
            if got != expected and not (abs(got - expected) == 1 and (exact * 2 * 10**4) % 2 == 1):
                return False
    return True


def explain(tariff, cdr, zone, peer):
    """The deviations that the peer's numbers depend on; None if they are not the model's with all of them."""
    sums, costs = evaluate(tariff, cdr, zone, DEVIATIONS)
    reasons = []
    if peer != costs:
        if not only_ties(peer, costs, sums):
            return None
        reasons.append("tie")
    for name in DEVIATIONS:
        if evaluate(tariff, cdr, zone, set(DEVIATIONS) - {name})[1] != costs:
            reasons.append(name)
    return reasons or ["several together"]


def write_case(folder, tariff, cdr):
    os.mkdir(folder)
    for name, value in (("tariff", tariff), ("cdr", cdr)):
        with open(f"{folder}/{name}.json", "w", encoding="ascii") as file:
            file.write(dump(value))


def check_roam(case, answer, folder, counts):
    costs, fee = answer
    if costs != evaluate(*case)[1]:
        sys.exit(f"{folder}: roam says {answer}, the model {evaluate(*case)[1]}")
    if isinstance(fee, str):
        reason = fee.split(":")[-1].strip()[:60] if "E_LIMIT" not in fee else "more than 8 slots"
        counts["card refused: " + reason] = counts.get("card refused: " + reason, 0) + 1
    elif fee != costs["TOTAL"]:
        sys.exit(f"{folder}: usage_rate gives {fee}, the price is {costs['TOTAL']}")
    else:
        counts["card equals price"] = counts.get("card equals price", 0) + 1


def check_peer(case, costs, peer, folder, counts):
    if peer == costs:
        counts["peer equals roam"] = counts.get("peer equals roam", 0) + 1
        return
    reasons = explain(*case, peer)
    if reasons is None:
        sys.exit(f"{folder}: unexplained: roam {costs}, peer {peer}, model {evaluate(*case, DEVIATIONS)[1]}")
    key = "peer differs: " + " + ".join(sorted(reasons))
    counts[key] = counts.get(key, 0) + 1


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    if "ROAM_OCPI_DRIVER" not in os.environ:
        print("skipped: ROAM_OCPI_DRIVER does not name ocpi_price_driver")
        return
    r = random.Random(seed)
    counts = {}
    with tempfile.TemporaryDirectory() as top, ThreadPoolExecutor(2) as pool:
        cases = [make_case(r) for _ in range(count)]
        for zone in ZONES:
            numbers = [i for i in range(count) if cases[i][2] == zone]
            folders = [f"{top}/{i}" for i in numbers]
            for i, folder in zip(numbers, folders):
                write_case(folder, cases[i][0], cases[i][1])
            answers = list(run_driver(folders, zone)) if folders else []
            peers = pool.map(lambda f: run_peer(f, zone), folders) if "ROAM_OCPI_TARIFFS" in os.environ else [None] * len(folders)
            for i, folder, answer, peer in zip(numbers, folders, answers, peers):
                check_roam(cases[i], answer, f"case {i} of seed {seed}", counts)
                if peer is not None:
                    check_peer(cases[i], answer[0], peer, f"case {i} of seed {seed}", counts)
    for key in sorted(counts):
        print(f"{counts[key]:7} {key}")
    print(f"count property={count} negative=0")


if __name__ == "__main__":
    main()
