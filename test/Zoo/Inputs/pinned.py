"""pinned.py TOSCOUNT MODELS FOLDER: each pinned file that says `# Written by: toscount zoo SPEC -o FILE` is what that
command writes today, below its comments."""
import pathlib
import re
import subprocess
import sys

tool, models, folder = sys.argv[1:]
same = 0
for path in sorted(pathlib.Path(models).glob("*.onnxtxt")):
    text = path.read_text()
    made = re.search(r"^# Written by: toscount zoo (\S+) -o (\S+)$", text, re.M)
    if not made:
        continue
    fresh = pathlib.Path(folder, made[2])
    subprocess.run([tool, "zoo", made[1], "-o", fresh], check=True)
    if made[2] != path.name or text.split("\n\n", 1)[1] != fresh.read_text():
        sys.exit(f"{path} is not what its command writes")
    same += 1
print(same, "files")
