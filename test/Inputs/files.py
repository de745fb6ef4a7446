"""files.py TOOL FOLDER: files that are no models, and a model cut at every byte."""
import os
import random
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from onnxwrite import *  # noqa: E402

tool, folder = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
good = model([node("Add", ["x", "w"], ["y"], "n", axis=1)], [value("x", ["N", 2])], ["y"],
             [tensor("w", [2], FLOAT, [1.0, 2.0])])
draw = random.Random(1)
wrong = 0


def refuse(name, content, shown=True):
    global wrong
    path = os.path.join(folder, name + ".onnx")
    save(path, content)
    return said(name, path, shown)


def said(name, path, shown):
    global wrong
    done = subprocess.run([tool, path, "--batch", "2"], capture_output=True, text=True)
    start = "toscount: error: %s: " % path
    if done.returncode != 1 or not done.stderr.startswith(start) or done.stderr.count("\n") != 1 or done.stdout:
        wrong += 1
        print("WRONG %s: status %s: %s" % (name, done.returncode, done.stderr))
    elif shown:
        print("%s: %s" % (name, done.stderr[len(start):].rstrip()))


refuse("png", b"\x89PNG\r\n\x1a\n" + bytes(50))
refuse("zip", b"PK\x03\x04" + bytes(50))
refuse("pickle", b"\x80\x02}q\x00." + bytes(50))
refuse("page", b"<!DOCTYPE html><html><body>404</body></html>")
refuse("lfs", b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 5\n")
refuse("prose", b"This is not a model.\n" * 20)
refuse("zeros", bytes(1000))
refuse("noise", b"\xff" + bytes(draw.randrange(256) for _ in range(1000)))
refuse("half", good[:len(good) // 2])
secret = os.path.join(folder, "secret.onnx")
save(secret, good)
os.chmod(secret, 0)
if os.access(secret, os.R_OK):
    print("unreadable: skipped, root reads everything")
else:
    said("unreadable", secret, True)
# The last field is the operator set, without which no operator has a meaning;
# only the whole file is a model.
for length in range(len(good)):
    refuse("cut", good[:length], shown=False)
print("every cut of %d bytes is refused" % len(good))
sys.exit(wrong != 0)
