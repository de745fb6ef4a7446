"""same.py COMMAND TOOL ARGUMENTS...: holds the HTML of a command to its JSON.

Runs `TOOL COMMAND ARGUMENTS` for both, and compares every number that both
have, digit by digit: the page may round what it shows, but holds the same.
Prints how many were compared, and how many figures the page has.
"""
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from pages import read_page

command, tool, *arguments = sys.argv[1:]
compared = 0


def run(form, path):
    # Not by -o, which of fit is a profile.
    with open(path, "wb") as file:
        subprocess.run([tool, command, *arguments, "--format", form], check=True, stdout=file)


def same(row, title, number, what):
    """Cell `title` of `row` is `number`; "-" or nothing where there is none."""
    global compared
    text = row[title]
    if number is None:
        assert text in ("-", "", "not predicted"), (what, title, text)
        return
    digits = text.lstrip("!~>= ")
    equal = digits == str(number) if isinstance(number, str) else float(digits) == float(number)
    assert equal, "%s, %s: HTML has %s, JSON %s" % (what, title, text, number)
    compared += 1


def interval(row, of, what):
    if "interval" in row:
        low, high = of.get("interval", (None, None))
        if low is None:
            assert row["interval"] == "-"
        else:
            first, second = row["interval"].split(" to ")
            same({"low": first}, "low", low, what)
            same({"high": second}, "high", high, what)


def total(layer, key):
    value = sum(int(layer[p][key]) for p in ("forward", "loss", "backward", "update") if p in layer)
    return value


def count(data, page):
    layers = data.get("layers", data.get("groups"))
    rows = page.rows(0)
    assert len(rows) == len(layers) + 1
    for row, layer in zip(rows, layers):
        for title, key in (("MACs", "macs"), ("FLOPs", "flops"), ("TOs", "tos"), ("bytes", "bytes"), ("kernels", "kernels")):
            same(row, title, str(total(layer, key)), layer["name"])
        same(row, "params", layer["parameters"], layer["name"])
        for phase in ("forward", "backward", "update"):
            if phase + " TOs" in row and phase in layer:
                same(row, phase + " TOs", layer[phase]["tos"], layer["name"])
    phases = {row["phase"]: row for row in page.rows(1)}
    operations = {row["operations"]: row for row in page.rows(2)}
    for phase, cost in data["totals"].items():
        if len(data["totals"]) == 2 and phase == "all":  # One phase needs no sum.
            continue
        for title, key in (("MACs", "macs"), ("FLOPs", "flops"), ("TOs", "tos"), ("bytes", "bytes"), ("kernels", "kernels")):
            same(phases[phase], title, cost[key], phase)
        for key, value in cost["bo"].items():
            same(operations[phase], key, value, phase)
        for key, value in cost["elementary"].items():
            same(operations[phase], key, value, phase)
    assert data["assumptions"] == page.items[:len(data["assumptions"])], page.items


def candidate(row, of, what):
    for title, key in (("params", "params"), ("MACs", "macs"), ("TOs", "tos")):
        same(row, title, of[key], what)
    if "energy" in row:
        same(row, "energy", of.get("energy", {}).get("value"), what)
    if "time" in row:
        same(row, "time", of.get("seconds"), what)
    if "CO2e" in row:
        same(row, "CO2e", of.get("emissions_g"), what)
    interval(row, of, what)


def compare(data, page):
    rows = page.rows(0)
    assert len(rows) == len(data["models"])
    for row, of in zip(rows, data["models"]):
        candidate(row, of, of["model"])
        same(row, "rank", of.get("rank"), of["model"])
        for title in ("accuracy", "score"):
            if title in row:
                same(row, title, of.get(title), of["model"])
        for title in row:
            if title.startswith("per "):
                same(row, title, of.get("efficiency"), of["model"])


def sweep(data, page):
    rows = page.rows(0)
    assert len(rows) == len(data["models"])
    for row, of in zip(rows, data["models"]):
        candidate(row, of, of["model"])
        for key, value in of["values"].items():
            assert row[key].lstrip("!~>= ") == value
    for row, growth in zip(page.rows(1), data["growth"]):
        for title, key in (("params", "params"), ("MACs", "macs"), ("TOs", "tos"), ("energy", "energy")):
            if title in row:
                same(row, title, growth.get(key, {}).get("exponent"), growth["key"])


def predict(data, page):
    phases = {row["phase"]: row for row in page.rows(0)}
    for phase, energy in data["phases"].items():
        same(phases[phase], "energy", energy, phase)
    same(phases["all"], "energy", data["energy"]["value"], "all")
    layers = sorted((l for l in data["layers"] if l["energy"] > 0), key=lambda l: -l["energy"])
    rows = page.rows(1)
    assert len(rows) == len(layers)
    for row, layer in zip(rows, layers):
        same(row, "energy", layer["energy"], layer["name"])


def scores(row, of, what):
    for title, key in (("MAPE", "mape_percent"), ("median", "median_ape_percent"), ("bias", "bias_percent"),
                       ("95th", "p95_ape_percent"), ("95 %", "p95_ape_percent"), ("Spearman", "spearman")):
        if title in row:
            same(row, title, of.get(key), what)


def evaluate(data, page):
    families = page.rows(0)
    scores(families[0], data, "profile")
    for row, (name, of) in zip(families[1:], data["baselines"].items()):
        assert row["family"] == name
        scores(row, of, name)
    groups = {g["group"]: g for g in data["groups"]}
    for row in page.rows(1) if len(groups) > 1 else []:
        scores(row, groups[row["group"]], row["group"])
    rows = page.rows(len(page.tables) - 1)
    assert len(rows) == len(data["rows"])
    for row, of in zip(rows, data["rows"]):
        low, high = of.get("interval", (None, None))
        for title, number in (("measured", of["measured"]), ("predicted", of["predicted"]), ("low", low), ("high", high),
                              ("error", 100 * (of["predicted"] / of["measured"] - 1))):
            same(row, title, number, of["model"])


def fit(data, page):
    for row, of in zip(page.rows(0), data["candidates"]):
        assert of["family"] in row["family"]
        scores(row, of, of["family"])
        same(row, "coefficients", of["coefficients"], of["family"])
    for row, of in zip(page.rows(1), data["coefficients"]):
        same(row, "value", of["value"], of["name"])
        same(row, "standard error", of.get("standard_error"), of["name"])


def efficiency(data, page):
    for row, of in zip(page.rows(0), data["models"]):
        same(row, "efficiency", of["efficiency"], of.get("size"))
        for title in row:
            if title in ("accuracy", "epochs"):
                same(row, title, of.get(title), of.get("size"))
            elif title.startswith("energy"):
                same(row, title, of.get("energy"), of.get("size"))


def factors(data, page):
    for row, of in zip(page.rows(1), data["factors"]):
        for title, key in (("H", "h"), ("p", "p"), ("eta squared", "eta_squared"), ("mean change", "mean_change_percent")):
            same(row, title, of.get(key), of["factor"])
    for row, of in zip(page.rows(2), data["factors"][0]["levels"]):
        for title, key in (("mean", "mean"), ("median", "median"), ("n", "n")):
            same(row, title, of[key], of["level"])


def diff(data, page):
    titles = {"macs": "MACs", "flops": "FLOPs", "tos": "TOs", "bytes": "bytes", "kernels": "kernels"}
    totals = {(row["total"], row["phase"]): row for row in page.rows(1)}
    for phase, figures in data["totals"].items():
        for key, of in figures.items():
            row = totals.get((titles[key], phase))
            if row is None:  # Of single phases only what differs.
                assert phase != "all" and of["old"] == of["new"], (phase, key)
                continue
            same(row, "old", of["old"], key)
            same(row, "new", of["new"], key)


with tempfile.TemporaryDirectory() as folder:
    files = [os.path.join(folder, name) for name in ("a.json", "a.html", "b.html")]
    for form, path in zip(("json", "html", "html"), files):
        run(form, path)
    with open(files[1], "rb") as one, open(files[2], "rb") as two:
        assert one.read() == two.read(), "two runs differ"
    with open(files[0], encoding="utf-8") as file:
        report = json.load(file)
    read = read_page(files[1])
    globals()[command](report, read)
    assert compared > 0
    print("%d numbers, %d pictures" % (compared, len(read.pictures)))
