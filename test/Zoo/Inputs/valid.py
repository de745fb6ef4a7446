"""valid.py FILE.onnx...: the ONNX library finds each model valid, and infers the shapes that its outputs declare."""
import sys

import onnx

for path in sys.argv[1:]:
    model = onnx.load(path)
    onnx.checker.check_model(model)
    declared = [str(output.type) for output in model.graph.output]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    assert [str(output.type) for output in inferred.graph.output] == declared, (declared, inferred.graph.output)
    print(model.graph.name, "valid,", sum(t.ByteSize() > 0 for t in model.graph.initializer), "tensors")
