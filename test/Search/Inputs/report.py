"""report.py REPORT: recomputes a toscount.search/1 from its own rounds."""
import json
import sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
sign = {"accuracy": 1, "efficiency": 1, "energy": -1, "alpha": -1}[report["objective"]]
tolerance = report["tolerance"]
relative = report["objective"] in ("energy", "efficiency")


def near(value, best):
    """`value` lies within the tolerance of `best`."""
    import math
    if relative:
        return sign * (math.log(value) - math.log(best)) >= -tolerance - 1e-12
    return sign * (value - best) >= -tolerance - 1e-12


print(report["schema"], report["candidates"], "candidates")
for strategy in report["strategies"]:
    reached, rounds_to_best = 0, []
    for search in strategy["searches"]:
        names = [r["candidate"] for r in search["rounds"]]
        assert len(set(names)) == len(names), "a candidate was tried twice"
        best, spent = None, 0
        for r in search["rounds"]:
            best = r["objective"] if best is None else max(best * sign, r["objective"] * sign) * sign
            assert abs(best - r["best"]) <= 1e-9 * abs(best), (best, r)
            if "spent" in r:
                spent += r["energy"] * report["budget"]["trainings"]
                assert abs(spent - r["spent"]) <= 1e-9 * spent, (spent, r)
        optimum = next(i for i, r in enumerate(search["rounds"], 1) if near(r["best"], best))
        assert optimum == search["optimum_round"], (optimum, search["optimum_round"])
        first = next((i for i, r in enumerate(search["rounds"], 1) if near(r["best"], report["best"]["objective"])), None)
        assert first == search.get("rounds_to_best"), (first, search.get("rounds_to_best"))
        reached += first is not None
        rounds_to_best.append(first or len(search["rounds"]))
    assert reached == strategy["reached"]
    mean = sum(rounds_to_best) / len(rounds_to_best)
    assert abs(mean - strategy["rounds_to_best"]["mean"]) < 1e-9
    print(strategy["strategy"], "reached", reached, "of", len(strategy["searches"]))
for difference in report["differences"]:
    print(difference["strategy"], "needs fewer rounds than", difference["than"], "at the level:", difference["rounds"]["low"] > 0)
