"""refuse.py TOOL GROUP FOLDER: counts every model of refuse_GROUP.py and prints
a line for each: its name, and `counted` or what was said (without the file).

Fails when the tool crashed, took too long or too much memory, said more than
one line, said something that is not an error of that file, counted what is not
in the group's COUNTED or refused what is.
"""
import importlib
import os
import re
import resource
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

SECONDS = 60  # Of computing, not of waiting: the machine may be busy.
MEGABYTES = 3000
LONGEST_MESSAGE = 35000


def limit():
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def run(tool, path, flags):
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = subprocess.Popen([tool, path, *flags], stdout=out, stderr=err, preexec_fn=limit)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        return child.returncode, out.read(1), err.read().decode("utf-8", "replace"), usage.ru_maxrss // 1024


def complaint(status, out, said, megabytes, counted):
    if status not in (0, 1):
        return "ended with status %s" % status
    if counted != (status == 0):
        return "was counted" if status == 0 else "was refused"
    if megabytes > MEGABYTES:
        return "took %d MB" % megabytes
    if status == 0:
        return "said something although it was done" if said else ""
    if out:
        return "printed figures besides the error"
    if not re.match(r"toscount: error: FILE: [^\n]+\n\Z", said):
        return "one line about the file was expected"
    if re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2028\u2029\u2066-\u2069]", said):
        return "let control characters through"
    if len(said) > LONGEST_MESSAGE:
        return "said %d characters" % len(said)
    return ""


def main(tool, group, folder):
    os.makedirs(folder, exist_ok=True)
    module = importlib.import_module("refuse_" + group)
    module.SANITIZED = b"__asan_init" in open(tool, "rb").read()
    wrong = 0
    for name, content, *rest in module.cases():
        path = os.path.join(folder, name + ".onnx")
        with open(path, "wb") as file:
            file.write(content)
        status, out, said, megabytes = run(tool, path, rest[0] if rest else ["--phase", "infer"])
        said = said.replace(path, "FILE")
        problem = complaint(status, out, said, megabytes, name in module.COUNTED)
        if problem:
            wrong += 1
            print("WRONG %s: %s\n%s" % (name, problem, said[:3000]))
        else:
            print("%s: %s" % (name, said[len("toscount: error: FILE: "):].rstrip() if status else "counted"))
        os.remove(path)
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
