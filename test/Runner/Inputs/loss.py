"""loss.py TOOL RUNNER FOLDER NETWORK...: the training loss falls.

NETWORK is `MODEL [FLAGS]`: trained for eight epochs of one synthetic batch.
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
    campaign, records = folder / "campaign.jsonl", folder / "runs.jsonl"
    records.unlink(missing_ok=True)
    subprocess.run([tool, "campaign", *shlex.split(network), "--batch", "4", "--data", "synthetic", "--samples", "4",
                    "--epochs", "8", "-o", str(campaign)], check=True)
    run = subprocess.run([runner, str(campaign), "-o", str(records), "--meter", "null"], capture_output=True, text=True)
    if run.returncode:
        print(f"{network}: {run.stderr.strip()}")
        bad += 1
        continue
    losses = [epoch["loss"] for epoch in json.loads(records.read_text())["per_epoch"]]
    falls = losses[-1] < losses[0]
    bad += not falls
    print(f"{network}: {'falls' if falls else 'DOES NOT FALL'} from {losses[0]:.4f} to {losses[-1]:.4f}")
sys.exit(bad != 0)
