"""metered.py RECORDS WATTS: energies are WATTS times the window, by wall and by epoch."""
import json
import sys

watts = float(sys.argv[2])
for line in open(sys.argv[1]):
    record = json.loads(line)
    begin, end = record["window_unix"]
    wall = record["energy_by_domain"]["wall"]
    # Times are kept to a microsecond, and power is constant.
    assert abs(wall - watts * (end - begin)) < 1e-3 * watts * (end - begin) + 1e-3, (wall, watts * (end - begin))
    assert abs(sum(epoch["energy"]["wall"] for epoch in record["per_epoch"]) - wall) < 1e-6
    print(record["meter"], record["boundary"], "sampled" if 0 < record["meter_sampling_s"] < 0.2 else "not sampled")
