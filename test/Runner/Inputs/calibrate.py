"""calibrate.py TOSCOUNT RUNNER FOLDER: ends a calibration by SIGKILL and by SIGINT while its runner trains."""
import json
import os
import signal
import subprocess
import sys
import time

toscount, runner, folder = sys.argv[1:]
runs, profile = os.path.join(folder, "killed.jsonl"), os.path.join(folder, "killed.json")


def lines():
    try:
        with open(runs) as file:
            return file.readlines()
    except FileNotFoundError:
        return []


def runners():
    """Processes that write to `runs` and are not the calibration."""
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                words = file.read().decode().split("\0")
        except OSError:
            continue
        if runs in words and "calibrate" not in words:
            found.append(pid)
    return found


def wait(until):
    end = time.monotonic() + 60
    while not until() and time.monotonic() < end:
        time.sleep(0.02)


def ended(by):
    before = len(lines())
    process = subprocess.Popen([toscount, "calibrate", "--runner", runner, "--meter", "tdp:10", "--space", "dnn,mlp", "--memory", "0.05",
                                "--run-seconds", "0.5", "--warm-up", "0", "--runs", runs, "-o", profile], stderr=subprocess.PIPE, text=True)
    wait(lambda: len(lines()) > before and runners())
    process.send_signal(by)
    said = process.stderr.read()
    process.wait()
    wait(lambda: not runners())
    left = "no runner is left" if not runners() else "a runner is left"
    whole = all(json.loads(line) for line in lines()) and len(lines()) > before
    return process.returncode, "%s, the records are %s" % (left, "whole" if whole else "torn"), said


status, what, _ = ended(signal.SIGKILL)
print("killed:", what)
status, what, said = ended(signal.SIGINT)
print("interrupted: status %d, %s" % (status, what))
print(said, end="")
print("a profile" if os.path.exists(profile) else "no profile")
