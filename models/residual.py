"""SpliceAI's kind of network as data: from an exported graph to safetensors and a list of layers.

    python residual.py cispliceai-member/fp32.onnx cispliceai-member

reads the graph that `export.py fp32` makes and writes `weights.safetensors` and `config.json` beside it. The graph is
taken as it is: no weight is retrained or rounded. What is used more than once is kept under a name and taken up again.
"""

import json
import pathlib
import sys

import numpy as np
import onnx
from onnx import numpy_helper
from safetensors.numpy import save

PASSING = {"Unsqueeze", "Squeeze", "Transpose"}
SOFTMAX = {"ReduceMax", "Reshape", "Sub", "Exp", "ReduceSum", "Div"}  # over classes, written out


class Reader:
    def __init__(self, graph):
        self.constants = {c.name: numpy_helper.to_array(c) for c in graph.initializer}
        self.nodes = list(graph.node)
        self.alias = {}
        self.tensors, self.layers, self.kept = {}, [], {}
        self.flow = graph.input[0].name

    def real(self, name):
        """A value under the name of what it is without changes of axes."""
        while name in self.alias:
            name = self.alias[name]
        return name

    def put(self, array):
        """A tensor's name; equal ones are stored once."""
        array = np.ascontiguousarray(array, np.float32)
        for name, known in self.tensors.items():
            if known.shape == array.shape and np.array_equal(known, array):
                return name
        name = f"t{len(self.tensors)}"
        self.tensors[name] = array
        return name

    def go_to(self, name):
        """Makes `name` what flows."""
        if self.flow != name:
            self.layers.append({"take": self.kept[name]})
            self.flow = name

    def made(self, name):
        """What was just made flows, and is kept where it is wanted again, or not at once."""
        self.flow = name
        if self.wanted(name) > 1 or not self.wanted_next(name):
            self.kept[name] = f"k{len(self.kept)}"
            self.layers.append({"keep": self.kept[name]})

    def wanted(self, name):
        return sum(self.real(other) == name for node in self.nodes for other in node.input
                   if node.op_type not in PASSING | SOFTMAX)

    def wanted_next(self, name):
        after = next((n for n in self.nodes[self.at + 1:] if n.op_type not in PASSING), None)
        return after is None or name in map(self.real, after.input)

    def attribute(self, node, name):
        return next((onnx.helper.get_attribute_value(a) for a in node.attribute if a.name == name), None)

    def read(self):
        for node in self.nodes:
            if node.op_type in PASSING:
                self.alias[node.output[0]] = node.input[0]
        for self.at, node in enumerate(self.nodes):
            if node.op_type in PASSING | SOFTMAX:
                continue
            getattr(self, node.op_type.lower())(node)
        self.layers.append({"activation": "softmax"})
        return self.tensors, self.layers

    def conv(self, node):
        weight = self.constants[node.input[1]]
        assert weight.shape[2] == 1
        self.go_to(self.real(node.input[0]))
        pads = self.attribute(node, "pads") or [0] * 4
        dilation = self.attribute(node, "dilations")[1]
        assert pads[1] == pads[3] == (weight.shape[3] - 1) * dilation // 2
        self.layers.append({"conv1d": {"weight": self.put(weight[:, :, 0, :]), "padding": "same", "dilation": dilation}})
        self.made(self.real(node.output[0]))

    def add(self, node):
        one, other = map(self.real, node.input)
        if other in self.constants:
            shift = self.constants[other].reshape(-1)
            last = self.layers[-1]
            if self.flow == one and "conv1d" in last and "bias" not in last["conv1d"]:
                last["conv1d"]["bias"] = self.put(shift)
            else:
                last["affine"]["shift"] = self.put(shift)
        else:
            if self.flow != one and one in self.kept and self.flow == other:
                one, other = other, one
            self.go_to(one)
            self.layers.append({"add": self.kept[other]})
        self.made(node.output[0])

    def mul(self, node):
        self.go_to(self.real(node.input[0]))
        self.layers.append({"affine": {"scale": self.put(self.constants[node.input[1]].reshape(-1))}})
        self.flow = node.output[0]

    def relu(self, node):
        self.go_to(self.real(node.input[0]))
        self.layers.append({"activation": "relu"})
        self.made(node.output[0])

    def slice(self, node):
        starts, ends, axes = (self.constants[name].tolist() for name in node.input[1:4])
        length = axes.index(2)
        self.go_to(self.real(node.input[0]))
        self.layers.append({"crop": {"left": starts[length], "right": -ends[length]}})
        self.made(node.output[0])


def write(source, folder):
    graph = onnx.load(source).graph
    tensors, layers = Reader(graph).read()
    _, length, channels = (d.dim_value for d in graph.input[0].type.tensor_type.shape.dim)
    config = {"family": "residual", "input": {"length": length, "channels": channels}, "layers": layers}
    (folder / "weights.safetensors").write_bytes(save(tensors))
    (folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")


if __name__ == "__main__":
    write(*map(pathlib.Path, sys.argv[1:3]))
