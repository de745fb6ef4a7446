"""kill.py TOOL RUNNER FOLDER KILLS: a campaign that is killed anywhere goes on.

Runs a campaign of tiny jobs, ends the runner by SIGKILL at KILLS random moments,
and starts it again each time. In the end every planned record is there, whole,
and once. The seed of the moments is printed.
"""
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

tool, runner, folder, kills = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4])
folder.mkdir(parents=True, exist_ok=True)
campaign, records = folder / "campaign.jsonl", folder / "runs.jsonl"
records.unlink(missing_ok=True)
jobs = 4 * kills
subprocess.run([tool, "campaign", "zoo:mlp", "--batch", "8", "--data", "synthetic", "--samples", "16", "--repeats", str(jobs),
                "-o", str(campaign)], check=True)
planned = [json.loads(line)["job"] for line in campaign.read_text().splitlines()]
assert len(set(planned)) == jobs, "job ids are not unique"
command = [runner, str(campaign), "-o", str(records), "--threads", "1", "--meter", "tdp:10", "--quiet"]

seed = int(os.environ.get("KILL_SEED", random.randrange(1 << 30)))
moments = random.Random(seed)
killed = torn = 0
for _ in range(4 * kills):
    if killed == kills:
        break
    lines = records.read_bytes().count(b"\n") if records.exists() else 0
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    # Once it has written something new, so that it does not die in starting up
    # every time, then at any moment of a run or of writing; one in ten at once.
    early = moments.random() < 0.1
    while not early and process.poll() is None:
        if records.exists() and records.read_bytes().count(b"\n") > lines:
            break
        time.sleep(0.001)
    time.sleep(moments.uniform(0, 0.05))
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
        killed += 1
    process.wait()
    if records.exists() and not records.read_bytes().endswith(b"\n") and records.stat().st_size:
        torn += 1
    elif killed % 5 == 0 and records.exists():
        # What a crash of the machine may leave of the next record.
        with records.open("ab") as file:
            file.write(b'{"schema":"toscount.run/1","job":"')
    if process.returncode == 0:
        break
subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
done = [json.loads(line) for line in records.read_text().splitlines()]
assert sorted(r["job"] for r in done) == sorted(planned), "records are not those planned"
assert all(r["status"] == "done" for r in done), "a run failed"
print(f"{len(done)} of {jobs} planned records after {killed} kills")
print(f"seed {seed}, {torn} torn by kills", file=sys.stderr)
sys.exit(killed < kills)
