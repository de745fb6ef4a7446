"""full.py RUNNER CAMPAIGN RECORDS: a file that can't grow by a whole record."""
import os
import resource
import subprocess
import sys

runner, campaign, records = sys.argv[1:]
with open(records, "w") as file:
    file.write('{"a": 1 }\n')
before = os.path.getsize(records)
run = subprocess.run([runner, campaign, "-o", records, "--meter", "tdp:10"], capture_output=True, text=True,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)))
print(f"status {run.returncode}, {before} bytes before, {os.path.getsize(records)} bytes after")
print(run.stderr)
