#!/usr/bin/python3
"""Loads a model and infers its shapes with the ONNX package for Python: what a
Python tool on it pays before it counts anything. External data is not read."""

import sys

import onnx
import onnx.shape_inference

model = onnx.load(sys.argv[1], load_external_data=False)
model = onnx.shape_inference.infer_shapes(model)
print(len(model.graph.node), "nodes,", len(model.graph.initializer),
      "initializers,", len(model.graph.value_info), "inferred")
