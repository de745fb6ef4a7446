"""metadata.py FILE: a model as PyTorch's torch.export-based exporter writes it: names of nodes tell no
module, their metadata_props (IR version 10) do. The last two nodes have only one of the two kinds."""
import sys

from onnxwrite import *


def noted(op, inputs, outputs, name, **notes):
    out = node(op, inputs, outputs, name)
    for key, text in notes.items():
        out += field(9, field(1, key.replace("__", ".")) + field(2, text))
    return out


nodes = [
    noted("MatMul", ["x", "w"], ["a"], "node_linear",
          namespace=": net.Net/enc: torch.nn.Sequential/enc.0: net.Block/enc.0.fc: torch.nn.Linear/linear: aten.linear.default",
          pkg__torch__onnx__class_hierarchy="['net.Net', 'torch.nn.Sequential', 'net.Block', 'torch.nn.Linear', 'aten.linear.default']",
          pkg__torch__onnx__name_scopes="['', 'enc', 'enc.0', 'enc.0.fc', 'linear']",
          pkg__torch__onnx__stack_trace="File \"/net/net.py\", line 3, in forward"),
    noted("Relu", ["a"], ["b"], "node_relu",
          pkg__torch__onnx__name_scopes="['', 'enc', 'enc.0', 'relu']"),
    noted("MatMul", ["b", "w"], ["c"], "node_linear_1",
          namespace=": net.Net/enc: torch.nn.Sequential/enc.1: net.Block/enc.1.fc: torch.nn.Linear/linear_1: aten.linear.default"),
    noted("Tanh", ["c"], ["d"], "node_tanh", namespace=": net.Net/tanh: aten.tanh.default"),
    noted("Exp", ["d"], ["e"], "node_exp", namespace="", pkg__torch__onnx__name_scopes="['', 'odd"),
    noted("Neg", ["e"], ["y"], "tail/neg"),
]
save(sys.argv[1], model(nodes, [value("x", [2, 4])], ["y"], [tensor("w", [4, 4])]))
