"""step.py WORKFLOW NAME: the script of the step called NAME of a workflow."""
import sys

lines = open(sys.argv[1], encoding="utf-8").read().split("\n")
at = lines.index("      - name: " + sys.argv[2])
at = next(i for i in range(at, len(lines)) if lines[i] == "        run: |") + 1
while at < len(lines) and (lines[at].startswith("          ") or not lines[at]):
    print(lines[at][10:])
    at += 1
