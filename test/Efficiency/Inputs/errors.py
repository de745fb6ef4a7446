"""errors.py TOOL FOLDER: wrong tables and flags; prints what is said about each, and the status."""
import os
import subprocess
import sys
import tempfile

tool, folder = sys.argv[1:]
RUNS = os.path.join(folder, "runs.csv")
PRINTED = os.path.join(folder, "printed.csv")
RUN = ('{"schema":"toscount.run/1","model":"m","samples":1,"batch":1,"epochs":1,"optimizer":"o","loss":"l",'
       '"dtype":"fp32","hardware":"h","meter":"t","energy":{"value":1,"unit":"J"}}\n')

CASES = [
    ("unit", "accuracy,energy\n0.5,3\n", []),
    ("two energies", "accuracy,energy_j,energy_k\n0.5,3,4\n", []),
    ("no energy", "accuracy\n0.5\n", []),
    ("no accuracy", "energy_j\n3\n", []),
    ("percent", "accuracy,energy_j\n97,3\n", []),
    ("zero", "accuracy,energy_j\n0.5,0\n", []),
    ("negative", "accuracy,energy_j\n0.5,-3\n", []),
    ("nan", "accuracy,energy_j\n0.5,nan\n", []),
    ("infinite", "accuracy,energy_j\n0.5,4e-320\n", []),
    ("epochs", "accuracy,energy_j,epochs\n0.5,3,0\n", []),
    ("empty", "accuracy,energy_j\n", []),
    ("filter", "accuracy,energy_j\n0.5,3\n", ["--where", "accuracy=7"]),
    ("column", "accuracy,energy_j\n0.5,3\n", ["--architecture", "arch"]),
    ("baseline", None, [RUNS, "--baseline", "smal"]),
    ("units", None, [PRINTED, RUNS]),
    ("no printed", None, [RUNS, "--check"]),
    ("where", None, [RUNS, "--where", "size"]),
    ("set", None, [RUNS, "--set", "hardwear=x"]),
    ("epochs order", None, [RUNS, "--overtraining", "100,50"]),
    ("alone", None, [RUNS, "--means", PRINTED]),
    ("place", None, [PRINTED, "--check", "--printed-to", "energy=0"]),
    ("what", None, [PRINTED, "--check", "--printed-to", "enrgy=1"]),
    ("both", None, [PRINTED, "--check", "--overtraining", "1,2"]),
    ("record", RUN, []),
]
with tempfile.TemporaryDirectory() as scratch:
    for name, text, flags in CASES:
        files = []
        if text is not None:
            files = [os.path.join(scratch, "case.jsonl" if text[0] == "{" else "case.csv")]
            with open(files[0], "w", encoding="utf-8") as file:
                file.write(text)
        done = subprocess.run([tool, "efficiency", *files, *flags], capture_output=True, text=True)
        said = done.stderr.replace(os.path.join(scratch, "case.csv"), "CASE")
        start = "toscount: error: "
        if done.stdout or not said.startswith(start) or said.count("\n") != 1:
            print("WRONG", end=" ")
        print(name, "|", done.returncode, "|", said[len(start):].rstrip())
