"""quoted.py PAGE FILE...: every line of the `cpp` and `cmake` blocks of PAGE stands in one of the FILEs."""
import re
import sys

page, *files = sys.argv[1:]
lines = set()
for name in files:
    with open(name, encoding="utf-8") as file:
        lines.update(file.read().split("\n"))
with open(page, encoding="utf-8") as file:
    blocks = re.findall(r"^```(?:cpp|cmake)\n(.*?)^```$", file.read(), re.M | re.S)
missing = [line for block in blocks for line in block.split("\n") if line not in lines]
for line in missing:
    print("%s: not in any file: %s" % (page, line))
sys.exit(1 if missing or not blocks else 0)
