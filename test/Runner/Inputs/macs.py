"""macs.py TOOL RUNNER FOLDER NETWORK...: what is counted is what runs.

NETWORK is `MODEL BATCH [FLAGS]`. For each, the MACs that `TOOL count` counts for
one training step, forward and backward, against those that the runner takes from
the tensors that LibTorch multiplies. Prints a line each; exits 1 when one differs.
"""
import json
import shlex
import subprocess
import sys
from pathlib import Path

tool, runner, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
folder.mkdir(parents=True, exist_ok=True)
bad = 0
for network in sys.argv[4:]:
    model, batch, *flags = shlex.split(network)
    command = [model, "--batch", batch, *flags]
    counted = json.loads(subprocess.run([tool, "count", *command, "--format", "json"], check=True, capture_output=True, text=True).stdout)
    want = {phase: int(counted["totals"][phase]["macs"]) for phase in ("forward", "backward")}
    campaign = folder / "campaign.jsonl"
    subprocess.run([tool, "campaign", *command, "--data", "synthetic", "--samples", batch, "-o", str(campaign)], check=True)
    ran = subprocess.run([runner, "--macs", str(campaign)], capture_output=True, text=True)
    if ran.returncode:
        print(f"{model}: {ran.stderr.strip()}")
        bad += 1
        continue
    got = json.loads(ran.stdout)
    same = all(got[phase] == want[phase] for phase in want)
    bad += not same
    print(f"{model}: {'equal' if same else 'DIFFERENT'}: forward {got['forward']} backward {got['backward']}"
          + ("" if same else f", counted {want['forward']} and {want['backward']}"))
sys.exit(bad != 0)
