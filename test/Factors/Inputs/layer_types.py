"""layer_types.py OUTPUT PAGE: holds what docs/layer-types.sh printed against what the page says of it."""
import csv
import sys

output = open(sys.argv[1], encoding="utf-8").read()
page = open(sys.argv[2], encoding="utf-8").read()
print("the page shows it:", output.strip() in page)
rows = list(csv.DictReader(output.splitlines()))
fixed = [r for r in rows if r["hidden"] != "0"]


def changes(row):
    return [float(row[k]) for k in ("conv 1 to 4", "linear 3 to 7", "ReLU")]


print(len(rows), "rows,", len(fixed), "of a fixed first width")
print("conv > linear > ReLU > 0 in TOs:", all(c > l > r > 0 for c, l, r in (changes(x) for x in fixed if x["response"] == "tos")))
print("conv > linear > ReLU > 0 in energy:", all(c > l > r > 0 for c, l, r in (changes(x) for x in fixed if x["response"] == "energy")))
print("reversed as written:", all(changes(x)[0] < -90 for x in rows if x["hidden"] == "0" and x["response"] == "tos"))
of = {(r["channels"], r["hidden"], r["data"], r["response"]): changes(r)[0] for r in fixed}
worse = [k[:2] for k in of if k[2] == "fashion-mnist" and k[3] == "tos" and of[k] <= of[(k[0], k[1], "cifar10", "tos")]]
print("FashionMNIST not above CIFAR-10 at:", worse)
print("energy of conv:", min(changes(x)[0] for x in fixed if x["response"] == "energy"), "to", max(changes(x)[0] for x in fixed if x["response"] == "energy"))
