"""against_scipy.py TOOL: compares toscount factors with SciPy on drawn samples."""
import json
import random
import subprocess
import sys

from scipy import stats

tool = sys.argv[1]
draw = random.Random(7)
KINDS = [lambda: draw.gauss(10, 2), lambda: draw.expovariate(0.1), lambda: float(draw.randint(1, 6)),
         lambda: draw.uniform(0, 1), lambda: draw.lognormvariate(0, 2)]
count = wrong = 0
for size in (3, 4, 5, 6, 7, 11, 12, 13, 40, 300, 1500, 5000):
    for kind in KINDS:
        rows = [(str(i % 3), kind()) for i in range(size)]
        if len({value for _, value in rows}) < 2:
            rows[0] = ("0", 0.5)
        table = "g,e\n" + "".join("%s,%r\n" % row for row in rows)
        done = subprocess.run([tool, "factors", "-", "--response", "e", "--factor", "g", "--format", "json"],
                              input=table, check=True, capture_output=True, text=True)
        report = json.loads(done.stdout)
        values = [value for _, value in rows]
        w, p = stats.shapiro(values)
        h, q = stats.kruskal(*[[v for g, v in rows if g == level] for level in "012"])
        mine = report["sample"]["shapiro_wilk"]
        factor = report["factors"][0]
        count += 1
        # SciPy before 1.12 computes Shapiro-Wilk in single precision, which
        # 1 - W, and so p, of large samples feels.
        good = (abs(mine["w"] - w) < 2e-5 and abs(mine["p"] - p) < 2e-4 + (2e-3 if size < 1000 else 3e-2) * p
                and abs(factor["h"] - h) < 1e-8 * max(1, h) and abs(factor["p"] - q) < 1e-9)
        if not good:
            wrong += 1
            print(size, KINDS.index(kind), mine, (w, p), (factor["h"], h), (factor["p"], q))
print("%d samples, %d differ" % (count, wrong))
