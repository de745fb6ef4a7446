"""datasets.py FOLDER: small data sets, right and wrong, in the formats that the runner reads."""
import gzip
import random
import struct
import sys
from pathlib import Path

root = Path(sys.argv[1])
draw = random.Random(1)


def idx(*shape, data=None):
    count = 1
    for size in shape:
        count *= size
    data = data if data is not None else bytes(draw.randrange(256) for _ in range(count))
    return struct.pack(f">I{len(shape)}I", 0x800 | len(shape), *shape) + data


def labels(count, classes=10):
    return idx(count, data=bytes(i % classes for i in range(count)))


def mnist(name, **changed):
    folder = root / name
    folder.mkdir(parents=True)
    files = {"train-images-idx3-ubyte": idx(20, 28, 28), "train-labels-idx1-ubyte": labels(20),
             "t10k-images-idx3-ubyte": idx(10, 28, 28), "t10k-labels-idx1-ubyte": labels(10)}
    for key, value in changed.items():
        files[{"images": "train-images-idx3-ubyte", "labels": "train-labels-idx1-ubyte"}[key]] = value
    for file, data in files.items():
        if name == "packed" or name == "broken":
            data = gzip.compress(data)
            (folder / (file + ".gz")).write_bytes(data[:-300] if name == "broken" else data)
        else:
            (folder / file).write_bytes(data)


mnist("good")
mnist("packed")
mnist("broken")
mnist("magic", images=bytes([1, 2, 3, 4]) + bytes(100))
mnist("short", images=idx(20, 28, 28, data=bytes(100)))
mnist("label", labels=idx(20, data=bytes([10] * 20)))
cifar = root / "cifar"
cifar.mkdir()
for file in [f"data_batch_{i}.bin" for i in range(1, 6)] + ["test_batch.bin"]:
    (cifar / file).write_bytes(b"".join(bytes([i]) + bytes(draw.randrange(256) for _ in range(3072)) for i in range(5)))
rows = [[draw.random() for _ in range(4)] + [i % 2] for i in range(30)]
(root / "good.csv").write_text("a,b,c,d,class\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))
(root / "words.csv").write_text("a,b,c,d,class\n1,2,3,4,0\n1,many,3,4,0\n")
