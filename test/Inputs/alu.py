"""alu.py TOOL MODEL FOLDER: tables of transistors that are none."""
import os
import subprocess
import sys

tool, model, folder = sys.argv[1:]
path = os.path.join(folder, "alu.json")
FIGURE = '{"figures": {"full_adder": {"transistors": %s}}}'
CASES = [
    ("missing", None), ("folder", folder), ("endless", "/dev/zero"), ("empty", b""), ("image", b"\x89PNG\r\n"),
    ("brackets", b"[" * 500000), ("braces", b'{"figures":' * 90000), ("quoted brackets", b'{"' + b"[" * 500 + b'": 1}'),
    ("array", b"[1]"), ("another schema", b'{"schema": "toscount.alu/2"}'), ("misspelt", b'{"adders": 1}'),
    ("unknown adder", b'{"adder": "ripple-cary"}'), ("unknown figure", b'{"figures": {"full_ader": {}}}'),
    ("negative", FIGURE % -1), ("fraction", FIGURE % 1.5), ("too many", FIGURE % 1000000001),
    ("beyond numbers", FIGURE % ("9" * 400)), ("text", FIGURE % '"10"'),
    ("no width", '{"figures": {"multiplier": {"transistors": 1, "width": 0}}}'),
    ("seed", '{"root_seed_bits": 0}'), ("evil", '{"\\u001b[31m\\u202e\\u009b": 1}'),
    ("largest", '{"figures": {%s}}' % ", ".join(
        '"%s": {"transistors": 1000000000, "width": 1}' % name
        for name in ("full_adder", "half_adder", "xor", "multiplier", "divider"))),
]
wrong = 0
for name, content in CASES:
    table = path
    if isinstance(content, str) and content.startswith("/"):
        table = content
    elif content is not None:
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
    done = subprocess.run([tool, model, "--batch", "2", "--dtype", "fp64", "--alu", table], capture_output=True,
                          text=True)
    start = "toscount: error: "
    if done.returncode != (name != "largest") or (done.returncode and (
            not done.stderr.startswith(start) or done.stderr.count("\n") != 1 or done.stdout)):
        wrong += 1
        print("WRONG", end=" ")
    print("%s | %d | %s" % (name, done.returncode, done.stderr[len(start):].replace(folder + "/", "").rstrip()))
sys.exit(wrong != 0)
