#!/usr/bin/python3
"""A folder of 201 models: copies of one, every second cut off.

    many.py MODEL FOLDER
"""
import os
import sys

model, folder = sys.argv[1:]
with open(model, "rb") as file:
    text = file.read()
os.makedirs(os.path.join(folder, "within"))
for i in range(200):
    broken = i % 2 == 1
    with open(os.path.join(folder, f"{i:03}" + (".onnx" if broken else ".onnxtxt")), "wb") as file:
        file.write(b"\x08\x08\x3a\xff\x7f" if broken else text)
with open(os.path.join(folder, "within", "200.onnxtxt"), "wb") as file:
    file.write(text)
