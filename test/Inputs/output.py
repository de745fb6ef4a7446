"""output.py TOOL MODEL FOLDER: reports sent to places that do not take them."""
import os
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onnxwrite import *  # noqa: E402

tool, net, folder = sys.argv[1:]
wrong = 0


def at(name):
    return os.path.join(folder, name)


def show(what, status, said, good=True):
    global wrong
    start = "toscount: error: "
    good = good and (said == "" if status == 0 else said.startswith(start) and said.count("\n") == 1)
    if not good:
        wrong += 1
        print("WRONG", end=" ")
    print("%s | %d | %s" % (what, status, said[len(start):].replace(folder + "/", "").replace(
        os.path.dirname(folder) + "/", "").strip()))


def run(what, *words, expect=None, kept=None, **how):
    done = subprocess.run([tool, *words], stderr=subprocess.PIPE, text=True,
                          **{"stdout": subprocess.DEVNULL, **how})
    good = kept is None or open(at(kept)).read() == "precious"
    show(what, done.returncode, done.stderr, good)


def keep(name):
    with open(at(name), "w") as file:
        file.write("precious")


COUNT = [net, "--batch", "2"]
keep("keep")
run("a folder", *COUNT, "-o", folder)
run("no such folder", *COUNT, "-o", at("nowhere/report"))
run("a file as a folder", *COUNT, "-o", at("keep/report"), kept="keep")
run("a name too long", *COUNT, "-o", at("a" * 300))
run("a full disk", *COUNT, "-o", "/dev/full")
os.mkdir(at("closed"))
os.chmod(at("closed"), 0o500)
if os.access(at("closed"), os.W_OK):
    print("a folder that is read-only | skipped, root writes everywhere")
else:
    run("a folder that is read-only", *COUNT, "-o", at("closed/report"))
os.rmdir(at("closed"))
run("a bad model leaves what was there", at("nowhere.onnx"), "-o", at("keep"), kept="keep")
run("a bad flag leaves what was there", *COUNT, "--dtype", "x", "-o", at("keep"), kept="keep")
run("a file", *COUNT, "-o", at("report"))
os.symlink("target", at("link"))
keep("target")
run("a link stays a link", *COUNT, "-o", at("link"))
if not os.path.islink(at("link")) or "lenet5" not in open(at("target")).read():
    wrong += 1
    print("WRONG: the link was replaced")
for what, words in (("standard output", COUNT), ("help", ["--help"]), ("the list of operators", ["ops"])):
    with open("/dev/full", "w") as full:
        run(what + " on a full disk", *words, stdout=full)
run("a closed standard output", *COUNT, stdout=None, preexec_fn=lambda: os.close(1))

# Large enough for no pipe to hold all of it.
large = at("large.onnx")
save(large, model([node("Relu", ["v%d" % i], ["v%d" % (i + 1)]) for i in range(20000)], [value("v0", [2])],
                  ["v20000"]))
child = subprocess.Popen([tool, large, "--phase", "infer"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
child.stdout.readline()
child.stdout.close()
said = child.stderr.read()
show("a reader that has seen enough", child.wait(), said)
os.mkfifo(at("pipe"))
child = subprocess.Popen([tool, large, "--phase", "infer", "-o", at("pipe")], stderr=subprocess.PIPE, text=True)
with open(at("pipe")) as pipe:
    pipe.readline()
said = child.stderr.read()
show("a pipe whose reader leaves", child.wait(), said)

# Whenever it is interrupted, what was there stays or is replaced whole.
interrupted = [tool, large, "--phase", "infer", "--format", "csv", "-o", at("report")]
subprocess.run(interrupted, check=True)
whole = open(at("report")).read()
keep("report")
states = set()
for delay in range(12):
    # A test run in the background ignores interrupts.
    child = subprocess.Popen(interrupted, stderr=subprocess.PIPE, text=True,
                             preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
    time.sleep(0.02 * delay)
    child.send_signal(signal.SIGINT)
    said = child.stderr.read()
    states.add(child.wait())
    text = open(at("report")).read()
    if said or child.returncode not in (0, -signal.SIGINT) or text not in ("precious", whole):
        wrong += 1
        print("WRONG: interrupted after %.2f s: status %d, %d bytes, %s" % (
            0.02 * delay, child.returncode, len(text), said))
show("interrupted", -2 if -2 in states else 0, "toscount: error: \n" if -2 in states else "")
for name in "keep report target link large.onnx pipe".split():
    os.remove(at(name))
left = os.listdir(folder)
print("left behind: %s" % left if left else "nothing else was left behind")
sys.exit(wrong != 0 or left != [])
