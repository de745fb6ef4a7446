"""terminal.py RUNNER CAMPAIGN RECORDS: what a person sees, and Ctrl-C.

Runs the campaign on a pseudo-terminal, 100 columns wide, and types Ctrl-C in its
second run; then goes on without a terminal.
"""
import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
import time

runner, campaign, records = sys.argv[1:]
command = [runner, campaign, "-o", records, "--meter", "tdp:10", "--threads", "1"]


def lines():
    return [json.loads(line) for line in open(records)] if os.path.exists(records) else []


pid, terminal = pty.fork()
if pid == 0:
    os.execv(runner, command)
fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
seen, typed, deadline = b"", False, time.time() + 300
while time.time() < deadline:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # Linux: the other side has closed.
        break
    if not part:
        break
    seen += part
    if not typed and b"run 2 of 3" in seen and b"epoch 2/" in seen.split(b"run 2 of 3", 1)[1]:
        os.write(terminal, b"\x03")
        typed = True
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
text = seen.decode()
shown = [line for part in text.split("\r") for line in part.split("\n") if "run 1 of 3" in line]
whole = [line for line in shown if "accuracy" in line]
print("line:", re.sub(r"[0-9][0-9.e+]*", "N", whole[-1].replace("\x1b[K", "")).strip())
print("widest:", max(len(line.replace("\x1b[K", "")) for line in shown) <= 99)
print("status", status, "after", len(lines()), "records, all whole:", all(line["status"] == "done" for line in lines()))
print("said:", re.search(r"interrupted; 1 of 3 runs are in [^,]*, and the same command goes on from there", text) is not None)
rest = subprocess.run(command, capture_output=True, text=True)
print("status", rest.returncode, "after", len(lines()), "records; quiet:", "\r" not in rest.stderr and "epoch" not in rest.stderr)
