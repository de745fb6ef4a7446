"""hostile.py RUNNER CAMPAIGN FOLDER: no campaign file crashes the runner.

Changes one thing of a good job at a time, and cuts it off; each time the runner
has to end with status 0 or 1 (and an error of one line).
"""
import copy
import json
import random
import subprocess
import sys
from pathlib import Path

runner, campaign, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
line = campaign.read_text().splitlines()[0]
job = json.loads(line)
draw = random.Random(7)
values = [None, -1, 1 << 62, 1e308, "nan", "", [], {}, [1 << 40] * 3, True, 0]


def places(node, path=()):
    if path:
        yield path
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in items:
        yield from places(child, path + (key,))


every = list(places(job))
trials = []
for path in draw.sample(every, min(40, len(every))):
    changed = copy.deepcopy(job)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = draw.choice(values)
    trials.append((path, json.dumps(changed)))
trials += [("cut", line[:cut]) for cut in (1, 10, len(line) // 2, len(line) - 1)]
for path, text in trials:
    file, out = folder / "hostile.jsonl", folder / "hostile-runs.jsonl"
    out.unlink(missing_ok=True)
    file.write_text(text + "\n")
    run = subprocess.run([runner, str(file), "-o", str(out), "--meter", "tdp:10"], capture_output=True, text=True, timeout=120)
    assert run.returncode in (0, 1, 4), (path, run.returncode, run.stderr)
    assert run.returncode == 0 or run.stderr.count("\n") <= 3, (path, run.stderr)
