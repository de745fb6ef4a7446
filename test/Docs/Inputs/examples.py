"""examples.py [--update] TOSCOUNT ROOT PAGE...: runs the examples of Markdown pages.

In a block fenced as `console`, each line that begins with `$ ` is a command,
and what follows, up to the next command or the end of the block, is exactly
what it prints (errors included). A command that begins with `toscount` is run
in ROOT; a backslash at its end continues it. Lines of `console` blocks that
begin with anything else are not run, and neither are other blocks. Prints what
differs, and how many examples were run; fails when an example differs or when
there are none. With --update it writes what the commands print into the pages.
"""
import difflib
import os
import re
import shlex
import subprocess
import sys


EXAMPLE = re.compile(r"^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)", re.M)


def check(tool, root, page, update):
    """Runs the examples of `page`; returns how many ran and how many differ."""
    with open(page, encoding="utf-8") as file:
        text = file.read()
    ran = bad = 0

    def example(match):
        nonlocal ran, bad
        words = shlex.split(match[1].replace("\\\n", " "))
        if words[0] != "toscount":
            return match[0]
        ran += 1
        environment = {k: v for k, v in os.environ.items() if k != "NO_COLOR"}
        run = subprocess.run([tool] + words[1:], cwd=root, env=environment, encoding="utf-8",
                             stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if run.stdout != match[2]:
            bad += 1
            if not update:
                print("%s: $ %s" % (page, match[1]))
                sys.stdout.writelines(difflib.unified_diff(
                    match[2].splitlines(True), run.stdout.splitlines(True), "shown", "printed"))
        return "$ " + match[1] + "\n" + run.stdout

    def block(match):
        return match[1] + EXAMPLE.sub(example, match[2]) + match[3]

    new = re.sub(r"^(```console\n)(.*?)^(```)$", block, text, flags=re.M | re.S)
    if update and new != text:
        with open(page, "w", encoding="utf-8") as file:
            file.write(new)
    return ran, bad


def main(*arguments):
    update = arguments[0] == "--update"
    tool, root, *pages = arguments[update:]
    results = [check(os.path.abspath(tool), root, page, update) for page in pages]
    ran, bad = (sum(column) for column in zip(*results))
    print("%d examples run, %d differ" % (ran, bad))
    return 1 if (bad and not update) or not ran else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
