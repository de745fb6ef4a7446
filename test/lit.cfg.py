# lit configuration: ONNX text, Python and shell tests of the toscount binary.
import os
import shutil
import subprocess

import lit.formats

config.name = "toscount"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".onnxtxt", ".test"]
config.excludes = ["Inputs", "unit"]
config.test_source_root = os.path.join(config.toscount_source, "test")
config.test_exec_root = os.path.join(config.toscount_build, "test")

tool = os.path.join(config.toscount_build, "tools", "toscount", "toscount")
config.substitutions.append(("%toscount", tool))
config.substitutions.append(("%python", "/usr/bin/python3"))
config.substitutions.append(("%models", os.path.join(config.toscount_source, "models")))
config.substitutions.append(("%inputs", os.path.join(config.test_source_root, "Inputs")))
config.substitutions.append(("%json", "/usr/bin/python3 " + os.path.join(config.test_source_root, "Inputs", "figures.py")))
config.substitutions.append(("%status", "sh " + os.path.join(config.test_source_root, "Inputs", "status.sh")))
config.substitutions.append((r"\bFileCheck\b", config.filecheck))
# The bare word only: not a folder of that name, nor part of a longer name.
config.substitutions.append((r"(?<![\w./-])toscount(?![\w./-])", tool))

for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

if os.path.isdir("/usr/share/libonnx-testdata/data/node"):
    config.available_features.add("onnx-testdata")
    config.substitutions.append(("%testdata", "/usr/share/libonnx-testdata/data"))

# Measurements and models that others published and that are not part of the
# project: extra tests use them where they are.
shared = os.environ.get("TOSCOUNT_SHARED", os.path.join(config.toscount_source, "..", "shared"))
if os.path.isdir(os.path.join(shared, "data")):
    config.available_features.add("shared-data")
    config.substitutions.append(("%shared", os.path.join(shared, "data")))

# SciPy, if it is installed, is another voice on statistics.
if subprocess.run(["/usr/bin/python3", "-c", "import scipy.stats"], capture_output=True).returncode == 0:
    config.available_features.add("scipy")
# A browser, if there is one, looks at pages.
if shutil.which("chromium"):
    config.available_features.add("chromium")
# Callgrind counts instructions, of all but the sanitizers' builds.
if shutil.which("valgrind") and b"__asan_init" not in open(tool, "rb").read():
    config.available_features.add("valgrind")
runner = os.path.join(config.toscount_build, "tools", "toscount-measure", "toscount-measure")
config.substitutions.append(("%runner", runner))
if os.access(runner, os.X_OK):
    config.available_features.add("runner")
    linked = subprocess.run(["ldd", runner], capture_output=True, text=True).stdout
    if "libpng" in linked:
        config.available_features.add("png")
    # lit keeps the cores busy; threads that wait for each other only slow it.
    config.environment["OMP_NUM_THREADS"] = "1"
if os.path.isdir("/usr/share/datasets/fashion-mnist"):
    config.available_features.add("fashion-mnist")
