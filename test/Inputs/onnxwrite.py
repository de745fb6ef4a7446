"""onnxwrite: writes ONNX files byte by byte, the ones no library would write.

    from onnxwrite import *
    save("bad.onnx", model([node("Relu", ["x"], ["y"])], [value("x", [2])], [value("y", [2])]))
"""
import struct
import sys

FLOAT, UINT8, INT8, INT32, INT64, STRING, BOOL, HALF, DOUBLE = 1, 2, 3, 6, 7, 8, 9, 10, 11
UINT16, INT16, UINT32, UINT64, COMPLEX64, BFLOAT16 = 4, 5, 12, 13, 14, 16


def varint(number):
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def raw(text):
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def field(number, payload):
    """A length-delimited field."""
    payload = raw(payload)
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def integer(number, value):
    return varint(number << 3) + varint(value)


def attribute(name, value):
    """The kind follows from the value: int, float, str, a list of them, a
    tensor() as bytes, a graph() as ("graph", bytes). None: no value."""
    out = field(1, name)
    if value is None:
        return out
    if isinstance(value, tuple):
        return out + field(6, value[1]) + integer(20, 5)
    if isinstance(value, bool) or isinstance(value, int):
        return out + integer(3, value) + integer(20, 2)
    if isinstance(value, float):
        return out + varint(2 << 3 | 5) + struct.pack("<f", value) + integer(20, 1)
    if isinstance(value, str):
        return out + field(4, value) + integer(20, 3)
    if isinstance(value, bytes):
        return out + field(5, value) + integer(20, 4)
    if value and isinstance(value[0], float):
        return out + field(7, struct.pack("<%df" % len(value), *value)) + integer(20, 6)
    if value and isinstance(value[0], str):
        return out + b"".join(field(9, s) for s in value) + integer(20, 8)
    return out + b"".join(integer(8, i) for i in value) + integer(20, 7)


def node(op, inputs, outputs, name="", domain="", **attributes):
    out = b"".join(field(1, i) for i in inputs) + b"".join(field(2, o) for o in outputs)
    if name:
        out += field(3, name)
    out += field(4, op)
    out += b"".join(field(5, attribute(k, v)) for k, v in attributes.items())
    if domain:
        out += field(7, domain)
    return out


def tensor(name, dims, kind=FLOAT, data=None):
    """Without data: stored elsewhere, so only its type and shape count."""
    out = b"".join(integer(1, d) for d in dims) + integer(2, kind)
    if name:
        out += field(8, name)
    if data is None:
        return out + integer(14, 1)
    if kind == STRING:
        return out + b"".join(field(6, s) for s in data)
    form = {FLOAT: "f", DOUBLE: "d", INT64: "q", INT32: "i", BOOL: "?", UINT8: "B", INT8: "b",
            UINT64: "Q", UINT32: "I", INT16: "h", UINT16: "H", HALF: "H", BFLOAT16: "H"}[kind]
    return out + field(9, struct.pack("<%d%s" % (len(data), form), *data))


def ints(name, values):
    return tensor(name, [len(values)], INT64, values)


def value(name, dims, kind=FLOAT):
    """dims: numbers or names; None: no shape."""
    inner = integer(1, kind)
    if dims is not None:
        inner += field(2, b"".join(
            field(1, field(2, d) if isinstance(d, str) else integer(1, d)) for d in dims))
    return field(1, name) + field(2, field(1, inner))


def output(name):
    return field(1, name)


def graph(nodes, inputs, outputs, stored=(), name="g"):
    return (b"".join(field(1, n) for n in nodes) + field(2, name)
            + b"".join(field(5, t) for t in stored)
            + b"".join(field(11, v) for v in inputs)
            + b"".join(field(12, output(v) if isinstance(v, str) else v) for v in outputs))


def opset(version, domain=""):
    return (field(1, domain) if domain else b"") + integer(2, version)


def model(nodes, inputs, outputs, stored=(), version=17, opsets=()):
    out = integer(1, 8) + field(7, graph(nodes, inputs, outputs, stored))
    out += field(8, opset(version))
    for domain, number in opsets:
        out += field(8, opset(number, domain))
    return out


def save(path, content):
    if path == "-":
        sys.stdout.buffer.write(content)
        return
    with open(path, "wb") as file:
        file.write(content)
