#!/usr/bin/python3
"""The rows of a table that is kept and of one that is not.

    rows.py TOSCOUNT FOLDER
"""
import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "Inputs"))
from onnxwrite import *

tool, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
numbers, kinds = [], set()
for n in (4000, 5000):
    path = os.path.join(folder, f"{n}.onnx")
    save(path, model([node("Relu", ["x" if i == 0 else f"v{i - 1}"], [f"v{i}"], name="relu") for i in range(n)],
                     [value("x", ["N", 8])], [f"v{n - 1}"]))
    text = subprocess.run([tool, path, "--batch", "2", "--phase", "infer"], capture_output=True, text=True,
                          check=True).stdout
    rows = [line for line in text.splitlines() if line.startswith("relu ")]
    numbers.append(str(len(rows)))
    kinds |= set(rows)
print(" and ".join(numbers), "rows,", "all alike:" if len(kinds) == 1 else "of several kinds:",
      *("|" + re.sub(r"  +", "|", kind) + "|" for kind in sorted(kinds)))
