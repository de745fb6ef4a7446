"""roundtrip.py TOSCOUNT FOLDER SPEC...: each network written by `toscount zoo` and counted again gives the report that
the spec gives, byte for byte, but for the path; as ONNX text, whose names differ, the same figures."""
import re
import subprocess
import sys

tool, folder, *specs = sys.argv[1:]


def run(*arguments):
    return subprocess.run([tool, *arguments], check=True, capture_output=True, text=True).stdout


def figures(report):
    """The report without names."""
    return re.sub(r'"(path|name|op)": "[^"]*"|\'[^\']*\'', "", report)


for spec in specs:
    flags = ["--batch", "3", "--optimizer", "adam", "--format", "json"]
    loss = {"zoo:dnn": ["--loss", "bce"], "zoo:bcnn": ["--loss", "elbo"]}.get(re.match(r"zoo:[\w-]+", spec)[0], [])
    direct = run(spec, *flags, *loss)
    for suffix in ("onnx", "onnxtxt"):
        path = f"{folder}/network.{suffix}"
        run("zoo", spec, "-o", path)
        written = run(path, *flags, *loss).replace(f'"path": "{path}"', f'"path": "{spec}"')
        if suffix == "onnx" and written != direct or figures(written) != figures(direct):
            sys.exit(f"{spec}: {path} counts differently")
print(len(specs), "networks")
