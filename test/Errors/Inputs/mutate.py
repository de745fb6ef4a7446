"""mutate.py TOOL TESTS ROUNDS: tables, records, profiles and spaces that were cut and altered.

Each command reads a file that is fine; ROUNDS times one of its inputs is damaged: cut anywhere, bytes changed, lines repeated or gone,
numbers made huge, tiny, negative or none. What may come of it: the command succeeds (0; a gate: 3), or it refuses the input (1, 2) with
one line of error that names something. It never crashes or hangs, leaves no file behind where it failed, and prints no NaN as JSON.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

tool, tests, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
NUMBERS = [b"1e308", b"-1", b"0", b"1e-320", b"99999999999999999999", b"NaN", b"null", b"\"1\"", b"", b"1e999", b"0x10", b"1.5"]
RUN = ["--samples", "100", "--batch", "10", "--loss", "mse"]
# Each command, its inputs (altered in turn) and flags.
COMMANDS = [
    ["predict", "zoo:layer-linear:in=4,out=3", *RUN, "--profile", "Prediction/Inputs/mlp.json"],
    ["compare", "zoo:layer-linear:in=4,out=3", "zoo:mlp", *RUN, "--profile", "Prediction/Inputs/mlp.json"],
    ["sweep", "zoo:layer-linear:in=2..4", *RUN, "--profile", "Prediction/Inputs/mlp.json"],
    ["evaluate", "Prediction/Inputs/runs.jsonl", "--profile", "Prediction/Inputs/mlp.json"],
    ["fit", "Calibration/Inputs/known.jsonl", "--family", "work", "--replicates", "0"],
    ["fit", "Calibration/Inputs/equation4.csv", "--x", "tos", "--y", "energy", "--degree", "2"],
    ["efficiency", "Efficiency/Inputs/runs.csv"],
    ["efficiency", "Efficiency/Inputs/epochs.jsonl"],
    ["factors", "Factors/Inputs/ponds.csv", "--response", "ph", "--factor", "pond"],
    ["search", "--space", "Search/Inputs/hill.csv", "--rounds", "8"],
]


def damaged(data, source):
    """One of the ways in which a file goes wrong."""
    way = source.randrange(6)
    at = source.randrange(len(data))
    if way == 0:
        return data[:at]
    if way == 1:
        return data[:at] + bytes([source.randrange(256)]) + data[at + 1:]
    lines = data.splitlines(keepends=True)
    line = source.randrange(len(lines))
    if way == 2:
        return b"".join(lines[:line] + lines[line + 1:])
    if way == 3:
        return b"".join(lines[:line] + [lines[line]] * source.choice([2, 50]) + lines[line:])
    numbers = list(re.finditer(rb"-?\d+(\.\d+)?(e-?\d+)?", data))
    if way == 4 and numbers:
        which = source.choice(numbers)
        return data[:which.start()] + source.choice(NUMBERS) + data[which.end():]
    stray = source.choice([b"\0", b"\xff\xfe", b"\"", b",", b"{", b"]", b"\n\n", b"\r", b"\xe2\x80\xae", b"[" * 5000])
    return data[:at] + stray + data[at:]


def refuse(name):
    raise ValueError(name)


def run(command, folder):
    output = os.path.join(folder, "output")
    try:
        done = subprocess.run([tool, *command, "--format", "json", "-o", output], capture_output=True, timeout=60)
    except subprocess.TimeoutExpired:
        return "takes more than a minute"
    words = done.stderr.decode(errors="replace").strip()
    if done.returncode not in (0, 1, 2, 3):
        return f"ends with {done.returncode}: {words[-500:]}"
    if done.returncode in (1, 2) and not words.startswith("toscount: ") and not os.path.exists(output):
        return f"fails without a word: {words[:200]!r}"
    if any(ord(c) < 32 and c != "\n" for c in words):
        return f"prints control characters: {words[:200]!r}"
    if os.path.exists(output):
        with open(output, encoding="utf-8") as file:
            text = file.read()
        os.remove(output)
        try:
            json.loads(text, parse_constant=refuse)
        except ValueError as problem:
            return f"prints what is no JSON: {problem}"
    return None


def main():
    wrong = tried = 0
    with tempfile.TemporaryDirectory() as folder:
        for number, command in enumerate(COMMANDS):
            inputs = [i for i, word in enumerate(command) if "/Inputs/" in word]
            good = [os.path.join(tests, word) if i in inputs else word for i, word in enumerate(command)]
            problem = run(good, folder)
            if problem:
                wrong += 1
                print(f"undamaged: {' '.join(command)}: {problem}")
            for index in range(rounds):
                source = random.Random(1000 * number + index)
                which = inputs[index % len(inputs)]
                with open(good[which], "rb") as file:
                    data = damaged(file.read(), source)
                bad = os.path.join(folder, f"bad{os.path.splitext(good[which])[1]}")
                with open(bad, "wb") as file:
                    file.write(data)
                altered = [bad if i == which else word for i, word in enumerate(good)]
                tried += 1
                problem = run(altered, folder)
                if problem:
                    wrong += 1
                    print(f"{' '.join(command)}, damage {index} of {command[which]}: {problem}")
    print(f"{tried} tried, {wrong} wrong")


main()
