#!/usr/bin/env python3
"""A graph as large as BERT, with random weights: bert_sized.py FOLDER [LAYERS]

12 layers, 768 wide, 12 heads, 86 million weights (344 MB), single nucleotides as tokens, the mean over positions into one
probability: for measuring cost alone, its answers mean nothing. Needs onnx, numpy.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

WIDTH, HEADS = 768, 12
MODEL = """model: bert-sized
summary: As large as BERT, random weights, for measuring cost alone.
tasks: [none]
input:
  tokens: {unit: single_nucleotide, vocabulary: {A: 1, C: 2, G: 3, T: 4, N: 5}, unknown: N}
output: {kind: binary, activation: none}
licence: {weights: synthetic}
variants:
  - {variant: fp32, backend: onnx, precision: fp32, files: {model: {path: fp32.onnx}}}
reference: fp32
"""


class Builder:
    def __init__(self):
        self.nodes, self.weights, self.draw = [], [], np.random.default_rng(1)

    def weight(self, *shape):
        values = (self.draw.standard_normal(shape) * 0.02).astype(np.float32)
        return self.constant(values)

    def constant(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def node(self, kind, *inputs, **attributes):
        name = f"n{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def linear(self, of, inner, outer):
        return self.node("Add", self.node("MatMul", of, self.weight(inner, outer)), self.weight(outer))

    def normalized(self, of):
        one, zero = np.ones(WIDTH, np.float32), np.zeros(WIDTH, np.float32)
        return self.node("LayerNormalization", of, self.constant(one), self.constant(zero), axis=-1)

    def heads(self, of, order):
        shape = self.constant(np.array([0, 0, HEADS, WIDTH // HEADS], np.int64))
        return self.node("Transpose", self.node("Reshape", of, shape), perm=order)

    def attention(self, of):
        query = self.heads(self.linear(of, WIDTH, WIDTH), [0, 2, 1, 3])
        key = self.heads(self.linear(of, WIDTH, WIDTH), [0, 2, 3, 1])
        value = self.heads(self.linear(of, WIDTH, WIDTH), [0, 2, 1, 3])
        scale = self.constant(np.float32((WIDTH // HEADS) ** -0.5))
        weights = self.node("Softmax", self.node("Mul", self.node("MatMul", query, key), scale), axis=-1)
        mixed = self.node("Transpose", self.node("MatMul", weights, value), perm=[0, 2, 1, 3])
        shape = self.constant(np.array([0, 0, WIDTH], np.int64))
        return self.linear(self.node("Reshape", mixed, shape), WIDTH, WIDTH)

    def gelu(self, of):
        half, one, root = (self.constant(np.float32(value)) for value in (0.5, 1.0, 2**-0.5))
        error = self.node("Erf", self.node("Mul", of, root))
        return self.node("Mul", self.node("Mul", of, half), self.node("Add", error, one))

    def layer(self, of):
        of = self.normalized(self.node("Add", of, self.attention(of)))
        wide = self.gelu(self.linear(of, WIDTH, 4 * WIDTH))
        return self.normalized(self.node("Add", of, self.linear(wide, 4 * WIDTH, WIDTH)))


def main():
    folder, layers = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 12
    folder.mkdir(parents=True, exist_ok=True)
    build = Builder()
    state = build.node("Gather", build.weight(8, WIDTH), "tokens")
    for _ in range(layers):
        state = build.layer(state)
    mean = build.node("ReduceMean", state, axes=[1], keepdims=0)
    build.nodes.append(helper.make_node("Sigmoid", [build.linear(mean, WIDTH, 1)], ["probability"]))
    graph = helper.make_graph(
        build.nodes,
        "bert_sized",
        [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "length"])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["batch", 1])],
        build.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(folder / "fp32.onnx"))
    (folder / "model.yaml").write_text(MODEL)


main()
