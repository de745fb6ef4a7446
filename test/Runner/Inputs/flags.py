"""flags.py FOLDER: what the records of flags.test have in common, and what not."""
import json
import sys


def read(name):
    return [json.loads(line) for line in open(f"{sys.argv[1]}/{name}.jsonl")]


def column(records, key):
    return [record[key] for record in records]


def losses(record):
    return [(epoch["loss"], epoch["validation_loss"]) for epoch in record["per_epoch"]]


repeats, (after,), (warm,), folds = read("repeats"), read("next"), read("warm"), read("folds")
print(f"seeds {column(repeats, 'seed')}, repeats {column(repeats, 'repeat')}, threads {column(repeats, 'threads')}")
print(f"the second repeat is the run with the next seed: {losses(repeats[1]) == losses(after)}, "
      f"and not the first: {losses(repeats[0]) != losses(after)}")
epochs = sum(epoch["seconds"] for epoch in warm["per_epoch"])
print(f"warming up changes nothing: {losses(warm) == losses(repeats[0])}, "
      f"and is in no window: {abs(epochs - warm['seconds']) < 1e-6 and warm['steps'] == 10}")
print(f"folds {column(folds, 'fold')} of {folds[0]['folds']}, train on {column(folds, 'samples')}, "
      f"validate on {column(folds, 'validation_samples')}, threads {folds[0]['threads']}")
