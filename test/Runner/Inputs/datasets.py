"""datasets.py FOLDER: small data sets, right and wrong, in the formats that the runner reads."""
import gzip
import json
import random
import struct
import sys
import zlib
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


def png(width, height, channels=3, bits=8, cut=0, rows=None):
    """A PNG file of \"rows\", or of noise (PNG specification, 5 and 11)."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    colour = {1: 0, 3: 2, 4: 6}[channels]
    row = width * channels * bits // 8
    rows = rows or [bytes(draw.randrange(256) for _ in range(row)) for _ in range(height)]
    data = b"".join(b"\0" + pixels for pixels in rows)
    whole = (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
             + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b""))
    return whole[:len(whole) - cut]


def atlas(name, spelling="labels", labels=range(10), **changed):
    folder = root / name
    folder.mkdir()
    for file in [f"data_batch_{i}" for i in range(1, 6)] + ["test_batch"]:
        (folder / f"{file}.png").write_bytes(png(1024, 2, channels=4 if file == "test_batch" else 3))
    (folder / f"train_{spelling}.json").write_text(json.dumps(list(labels)))
    (folder / f"test_{spelling}.json").write_text("[3, 4]")
    for file, data in changed.items():
        (folder / f"{file}.png").write_bytes(data) if data else (folder / f"{file}.png").unlink()


atlas("atlas")
atlas("packaged", spelling="lables")
atlas("atlas-wide", data_batch_2=png(1000, 2))
atlas("atlas-cut", data_batch_2=png(1024, 2, cut=200))
atlas("atlas-grey", data_batch_2=png(1024, 2, channels=1))
atlas("atlas-deep", data_batch_2=png(1024, 2, bits=16))
atlas("atlas-text", data_batch_2=b"no picture")
atlas("atlas-none", data_batch_2=b"")
atlas("atlas-few", labels=range(9))
atlas("atlas-words", labels=["cat"] * 10)
atlas("atlas-ten", labels=[10] * 10)
# The pixels and labels of "cifar".
atlas("same", labels=[i for _ in range(5) for i in range(5)])
for file in (cifar).iterdir():
    images = file.read_bytes()
    planes = [images[i * 3073 + 1:(i + 1) * 3073] for i in range(5)]
    rows = [bytes(plane[channel * 1024 + i] for i in range(1024) for channel in range(3)) for plane in planes]
    (root / "same" / f"{file.stem}.png").write_bytes(png(1024, 5, rows=rows))
(root / "same" / "test_labels.json").write_text("[0, 1, 2, 3, 4]")
sprite = root / "sprite"
sprite.mkdir()
(sprite / "mnist_images.png").write_bytes(png(784, 65, channels=1))
(sprite / "mnist_labels_uint8").write_bytes(b"".join(bytes(int(c == i % 10) for c in range(10)) for i in range(65)))
cold = root / "sprite-cold"
cold.mkdir()
(cold / "mnist_images.png").write_bytes(png(784, 65, channels=1))
(cold / "mnist_labels_uint8").write_bytes(bytes(650))
