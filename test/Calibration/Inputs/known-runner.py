#!/usr/bin/python3
"""known-runner.py JOBS -o RUNS [FLAGS of toscount-measure]: a runner whose energies are known.

Trains nothing. A run takes 2 mJ a training step and 0.4 nJ a MAC, disturbed by up to 1 %, and 0.1 ms a step
(training or validation) and 50 ps a MAC. Jobs are networks of linear layers; the MACs are those of their weights.

Environment:
  KNOWN_FAILS=TEXT=KIND,...     runs of models that hold TEXT fail
  KNOWN_STOPS=N                 interrupted once RUNS holds N records
  KNOWN_DIES=TEXT               killed by a model that holds TEXT
  KNOWN_SECONDS=X               all runs take X seconds
  KNOWN_LOG=FILE                a line a start, with the arguments
  KNOWN_ERROR=TEXT              ends at once with this error
"""
import json
import os
import signal
import sys
import zlib

arguments = sys.argv[1:]
jobs, runs = arguments[0], arguments[arguments.index("-o") + 1]
setting = os.environ.get
if setting("KNOWN_LOG"):
    with open(setting("KNOWN_LOG"), "a") as log:
        log.write(" ".join(arguments[1:]) + "\n")
if setting("KNOWN_ERROR"):
    sys.exit("toscount-measure: error: " + setting("KNOWN_ERROR"))


def lines():
    try:
        with open(runs) as file:
            return [json.loads(line) for line in file]
    except FileNotFoundError:
        return []


def macs(job):
    """Of a training step and of a validation step: no gradient flows into the input."""
    shapes = [job["graph"]["values"][i["value"]]["shape"] for i in job["graph"]["initializers"]]
    weights = [a * b for a, b in (s for s in shapes if len(s) == 2)]
    batch = job["plan"]["batch"]
    return batch * (3 * sum(weights) - weights[0]), batch * sum(weights)


if os.path.exists(runs):
    with open(runs, "rb+") as file:  # A torn last line is removed.
        file.truncate(file.read().rfind(b"\n") + 1)
failed = False
known = {record["job"] for record in lines()}
with open(jobs) as file:
    for job in map(json.loads, file):
        if job["job"] in known:
            continue
        if setting("KNOWN_DIES") and setting("KNOWN_DIES") in job["model"]:
            os.kill(os.getpid(), signal.SIGKILL)
        if setting("KNOWN_STOPS") and len(lines()) >= int(setting("KNOWN_STOPS")):
            sys.exit(130)
        plan = job["plan"]
        record = {"schema": "toscount.run/1", "job": job["job"], "model": job["model"], "graph_hash": job["group"], "batch": plan["batch"],
                  "optimizer": plan["optimizer"]["name"], "loss": plan["loss"]["name"], "dtype": plan["dtype"], "hardware": "made up",
                  "meter": "tdp:20", "boundary": ["cpu"], "estimated": True}
        kind = next((kind for text, kind in (f.rsplit("=", 1) for f in setting("KNOWN_FAILS", "").split(",") if f) if text in job["model"]), None)
        if kind:
            record.update(status="failed", failure={"kind": kind, "message": "it had to"})
            failed = True
        else:
            steps = plan["epochs"] * plan["samples"] // plan["batch"]
            validation = plan["epochs"] * plan.get("validation_samples", 0) // plan["batch"]
            training, forward = macs(job)
            total = steps * training + validation * forward
            disturbed = 1 + 0.01 * (zlib.crc32(job["job"].encode()) % 2001 / 1000 - 1)
            seconds = float(setting("KNOWN_SECONDS", 1e-4 * (steps + validation) + 5e-11 * total))
            record.update(status="done", samples=plan["samples"], validation_samples=plan.get("validation_samples", 0), epochs=plan["epochs"],
                          steps=steps, seconds=seconds, energy={"value": (2e-3 * steps + 4e-10 * total) * disturbed, "unit": "J"})
        with open(runs, "a") as out:
            out.write(json.dumps(record) + "\n")
sys.exit(1 if failed else 0)
