"""figures.py KEY.KEY...: prints `KEY.KEY = VALUE` of the JSON on standard input, a line each."""
import json
import sys

document = json.load(sys.stdin)
for path in sys.argv[1:]:
    value = document
    for key in path.split("."):
        value = value[int(key)] if isinstance(value, list) else value[key]
    print(path, "=", value)
