"""flags.py TOSCOUNT FOLDER: holds the pages of the command guide to `--help`.

Every command that `toscount --help` lists has a page FOLDER/COMMAND.md, and the
flags that the page documents, each in a line that begins with "- `--flag", are
those that `toscount COMMAND --help` lists.
"""
import os
import re
import subprocess
import sys


def run(*command):
    return subprocess.run(command, check=True, encoding="utf-8", stdout=subprocess.PIPE).stdout


def flags(text, start):
    """The long flags of lines in `text` that begin with `start`."""
    return set(re.findall(r"^%s(?:-\w,\s?)?(--[a-z-]+)" % start, text, re.M))


def main(tool, folder):
    commands = re.findall(r"^  (\w+) ", run(tool, "--help").split("\nCommands:\n")[1], re.M)
    bad = 0

    def complain(page, text):
        nonlocal bad
        bad += 1
        print("%s: %s" % (page, text))

    for command in commands:
        if command == "help":
            continue
        page = os.path.join(folder, command + ".md")
        if not os.path.exists(page):
            complain(page, "there is no page for this command")
            continue
        with open(page, encoding="utf-8") as file:
            documented = flags(file.read(), r"- `")
        known = flags(run(tool, command, "--help"), "  ")
        for flag in sorted(known - documented):
            complain(page, flag + " is not documented")
        for flag in sorted(documented - known):
            complain(page, flag + " does not exist")
    print("%d commands" % len(commands))
    return 1 if bad or not commands else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
