"""Writes run records (toscount.run/1, one JSON object a line)."""
import csv
import json
import math
import sys


def rows(path, needed):
    """The rows of a CSV file as dictionaries; exits when a column is missing."""
    with open(path, newline="", encoding="utf-8") as file:
        reader = csv.DictReader(file)
        missing = [name for name in needed if name not in (reader.fieldnames or [])]
        if missing:
            sys.exit(f"{path}: no column {', '.join(missing)}")
        for number, row in enumerate(reader, 2):
            yield number, row


def number(path, line, row, column):
    """A finite number; exits otherwise."""
    try:
        value = float(row[column])
    except (TypeError, ValueError):
        value = math.nan
    if not math.isfinite(value):
        sys.exit(f"{path}:{line}: {column} is '{row[column]}', no number")
    return value


def whole(path, line, row, column):
    value = number(path, line, row, column)
    if value != int(value):
        sys.exit(f"{path}:{line}: {column} is {row[column]}, no whole number")
    return int(value)


class Writer:
    """Prints records; counts those that have no energy to record."""

    def __init__(self, **common):
        self.common = {"schema": "toscount.run/1", **common}
        self.written = 0
        self.left_out = []

    def write(self, energy, unit="J", **fields):
        record = {**self.common, **fields, "energy": {"value": energy, "unit": unit}}
        print(json.dumps({k: v for k, v in record.items() if v is not None}))
        self.written += 1

    def leave_out(self, where, why):
        self.left_out.append(f"{where}: {why}")

    def finish(self):
        for line in self.left_out:
            print(f"left out: {line}", file=sys.stderr)
        print(f"{self.written} runs, {len(self.left_out)} left out", file=sys.stderr)
