"""walls.py ROOT [TOOL]: holds the source tree at ROOT to the rules of the house.

Prints `file:line: what is wrong`, a line each, and exits 1 when there is any.
With TOOL, the built `toscount`, also: no operator name outside lib/Ops (the
names are asked of the tool), and no mutable globals and no static constructors
in the libraries beside it.
"""
import csv
import io
import re
import subprocess
import sys
from pathlib import Path

LONGEST_FILE = 600  # lines
# Objects of the compiler, the sanitizers, LLVM's headers and Eigen's (which look up
# the sizes of the caches once).
NOT_OURS = ("DW.ref.", "__odr_asan", "__unnamed", "llvm::", "boost::", "guard variable for boost::", "Eigen::",
            "guard variable for Eigen::")
# Boost.Math fills its tables before main() (and includes <iostream>): some
# microseconds, in the one file that sees its headers.
BOOST = "Distributions.cpp.o"
# Eigen's constants for indexing are computed by the compiler, but for the
# sanitizers' builds.
EIGEN = "GaussianProcess.cpp.o"

root = Path(sys.argv[1]).resolve()
tool = Path(sys.argv[2]).absolute() if len(sys.argv) > 2 else None
problems = set()


def problem(where, line, what):
    problems.add((str(where), line, what))


def sources(*folders):
    """The C++ files below `folders`, by their path from the root."""
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".cpp", ".h", ".def") and path.is_file():
                yield path.relative_to(root)


def read(path):
    return (root / path).read_text(encoding="utf-8")


def includes(path):
    """(line number, included name) of every include line."""
    for number, line in enumerate(read(path).splitlines(), 1):
        found = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if found:
            yield number, found.group(1)


def without_comments(text):
    """`text` with its comments blanked, string literals kept."""
    token = r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\''

    def blank(found):
        if found.group(0).startswith("/"):
            return re.sub(r"[^\n]", " ", found.group(0))
        return found.group(0)

    return re.sub(token, blank, text, flags=re.DOTALL)


def declared_rooms():
    """Room -> the rooms its lib/ROOM/CMakeLists.txt lets it include."""
    rooms = {}
    for cmake in sorted((root / "lib").glob("*/CMakeLists.txt")):
        call = re.search(r"toscount_library\(([^)]*)\)", cmake.read_text())
        if not call:
            problem(cmake.relative_to(root), 1, "no toscount_library() here")
            continue
        words = call.group(1).split()
        depends = []
        if "DEPENDS" in words:
            for word in words[words.index("DEPENDS") + 1:]:
                if word == "LINK":
                    break
                depends.append(word)
        if words[0] != cmake.parent.name:
            problem(cmake.relative_to(root), 1, f"room '{words[0]}' is in another's folder")
        rooms[cmake.parent.name] = depends
    return rooms


def check_dependencies(rooms):
    """Declared dependencies reach existing rooms and never come back."""
    for room, depends in rooms.items():
        where = f"lib/{room}/CMakeLists.txt"
        seen, todo = set(), list(depends)
        while todo:
            below = todo.pop()
            if below not in rooms:
                problem(where, 1, f"depends on '{below}', which is no room")
            elif below not in seen:
                seen.add(below)
                todo.extend(rooms[below])
        if room in seen:
            problem(where, 1, f"'{room}' depends on itself")


def check_includes(rooms):
    """Nothing includes upwards or into another room's private headers."""
    for path in sources("include/toscount", "lib"):
        room = path.parts[2] if path.parts[0] == "include" else path.parts[1]
        if room not in rooms:
            problem(path, 1, f"'{room}' has no lib/{room}/CMakeLists.txt")
            continue
        for line, name in includes(path):
            parts = Path(name).parts
            if parts[0] == "toscount":
                if parts[1] != room and parts[1] not in rooms[room]:
                    problem(path, line, f"{room} includes {name}, but does not depend on {parts[1]}")
            elif ".." in parts:
                target = (root / path.parent / name).resolve()
                if root / "lib" / room not in target.parents:
                    problem(path, line, f"{name} is another room's private header")
    for path in sources("tools"):
        for line, name in includes(path):
            if ".." in Path(name).parts:
                problem(path, line, f"{name} is a private header")


def check_heavy_headers():
    """The heavy libraries' headers, each only where it is let in."""
    walls = [
        ("protobuf", re.compile(r"(google/protobuf|onnx)/|onnx.*\.pb\.h$"), ("lib/Import/Text/",)),
        ("Ceres", re.compile(r"ceres/"), ("lib/Calibration/",)),
        ("LibTorch", re.compile(r"(torch|ATen|c10)/"), ("tools/toscount-measure/",)),
        ("CLI11", re.compile(r"CLI/"), ("tools/",)),
        ("Boost", re.compile(r"boost/"), ("lib/Support/Distributions.cpp",)),
        ("Eigen", re.compile(r"Eigen/"), ("lib/Calibration/", "lib/Search/GaussianProcess.cpp")),
    ]
    for path in sources("include", "lib", "tools"):
        for line, name in includes(path):
            for what, header, rooms in walls:
                if header.match(name) and not str(path).startswith(rooms):
                    problem(path, line, f"{what} header {name} outside {', '.join(rooms)}")


def check_files():
    for path in sources("include", "lib", "tools"):
        text = read(path)
        length = text.count("\n")
        if length > LONGEST_FILE:
            problem(path, length, f"{length} lines, more than {LONGEST_FILE}")
        if path.parts[0] == "include":
            if not re.search(r"^/// \\file$", text, re.MULTILINE):
                problem(path, 1, "no \\file comment")
            guard = re.sub(r"\W", "_", str(path.relative_to("include"))).upper()
            if f"#ifndef {guard}\n" not in text:
                problem(path, 1, f"the header guard is not {guard}")


def check_operator_names():
    """The pass owns the traversal, the operator owns its rule."""
    table = subprocess.run([tool, "ops", "--format", "csv"], check=True, capture_output=True, text=True).stdout
    rows = list(csv.DictReader(io.StringIO(table)))
    # Losses and optimizers are listed there too; they are no operators.
    names = {row["name"] for row in rows if row["name"][:1].isupper()}
    if "Conv" not in names or "MatMul" not in names:
        problem("toscount ops", 1, "the list of operators is not to be read")
    for path in sources("lib/Analysis", "lib/Lowering", "lib/Report"):
        for number, line in enumerate(without_comments(read(path)).splitlines(), 1):
            for literal in re.findall(r'"((?:\\.|[^"\\])*)"', line):
                if literal in names:
                    problem(path, number, f'operator name "{literal}" outside lib/Ops')


def check_globals():
    """Objects in writable sections, and code that runs before main()."""
    for archive in sorted((tool.parents[2] / "lib").glob("*/libtoscount*.a")):
        table = subprocess.run(["objdump", "-h", "-t", "-C", archive], check=True, capture_output=True, text=True).stdout
        member = ""
        sanitized = "__asan_init" in table
        for line in table.splitlines():
            if found := re.match(r"(\S+\.o):\s+file format", line):
                member = found.group(1)
            symbol = re.match(r"[0-9a-f]{8,} (.{7}) (\S+)\s+[0-9a-f]+\s+(?:\.hidden )?(.*)", line)
            if not symbol:
                continue
            flags, section, name = symbol.groups()
            where = f"{archive.name}({member})"
            writable = re.match(r"\.(data|bss|tdata|tbss)\b", section) and not section.startswith(".data.rel.ro")
            named = "d" not in flags  # the section's own symbol, debug symbols
            boost = member == BOOST and "std::__ioinit" in name
            if writable and named and not boost and not name.startswith(NOT_OURS):
                problem(where, 1, f"mutable global '{name}'")
            if "_GLOBAL__sub_I" in name and member != BOOST and not (sanitized and member == EIGEN):
                problem(where, 1, f"static constructor '{name}'")


def main():
    rooms = declared_rooms()
    if not rooms:
        problem("lib", 1, "no rooms here")
    check_dependencies(rooms)
    check_includes(rooms)
    check_heavy_headers()
    check_files()
    if tool:
        check_operator_names()
        check_globals()
    for where, line, what in sorted(problems):
        print(f"{where}:{line}: {what}")
    return 1 if problems else 0


sys.exit(main())
