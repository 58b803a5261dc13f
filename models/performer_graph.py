"""A Performer as an ONNX graph with open batch and length, written operation by operation.

It says what the authors' code says of a transcript alone. Padding is left out of everything (the largest key, the sums of
keys, the windows): the authors' own code keeps keys of padding in its sums, so that there a transcript's answer depends on
what it is padded to.
"""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

EPSILON = 1e-4  # performer-pytorch's softmax_kernel
NOTHING = 1e30  # how far below all others what is not seen lies


class Graph:
    """Nodes and constants as they are written down."""

    def __init__(self):
        self.nodes, self.constants, self.known = [], [], {}

    def constant(self, values, dtype=np.float32):
        values = np.asarray(values, dtype)
        key = (values.dtype.str, values.shape, values.tobytes())
        if key not in self.known:
            self.known[key] = f"c{len(self.constants)}"
            self.constants.append(numpy_helper.from_array(values, self.known[key]))
        return self.known[key]

    def whole(self, *values):
        return self.constant(values, np.int64)

    def __call__(self, operation, *inputs, outputs=1, **attributes):
        """A node; numbers among its inputs are constants."""
        inputs = [one if isinstance(one, str) else self.constant(one) for one in inputs]
        made = [f"n{len(self.nodes)}_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operation, inputs, made, **attributes))
        return made[0] if outputs == 1 else made


class Network:
    """From tokens [batch, length] to logits [batch, length, classes]."""

    def __init__(self, tensors, config):
        self.graph, self.tensors, self.config = Graph(), tensors, config
        self.heads, self.near_heads = config["heads"], config["local_heads"]
        self.width, self.window = config["head_width"], config["window"]

    def model(self):
        g = self.graph
        self.length = g("Gather", g("Shape", "tokens"), g.whole(1), axis=0)
        windows = g("Div", g("Add", self.length, g.whole(self.window - 1)), g.whole(self.window))
        self.lack = g("Sub", g("Mul", windows, g.whole(self.window)), self.length)
        at = g("Range", g.constant(0, np.int64), g("Squeeze", self.length), g.constant(1, np.int64))
        at = g("Unsqueeze", g("Cast", at, to=TensorProto.FLOAT), g.whole(1))
        self.tables(at)
        self.masks()
        angles = g("Mul", at, self.tensors["pos_emb.inv_freq"][None])
        places = g("Concat", g("Sin", angles), g("Cos", angles), axis=1)
        x = g("Add", g("Gather", self.tensors["nuc_emb.weight"], "tokens", axis=0), places)
        for index in range(self.config["depth"]):
            x = g("Add", x, self.attention(f"layers.{index}.0", x))
            x = g("Add", x, self.feed_forward(f"layers.{index}.1", x))
        last = self.dense("ff_2", g("Relu", self.dense("ff_1", x)))
        g.nodes.append(helper.make_node("Identity", [last], ["logits"]))
        ends = [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "length"]),
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", "length", self.config["classes"]])]
        made = helper.make_graph(g.nodes, "performer", ends[:1], ends[1:], g.constants)
        return helper.make_model(made, opset_imports=[helper.make_opsetid("", 17)])

    def tables(self, at):
        """How far each position is turned: neighbours are the pairs of far heads, halves those of near ones."""
        g, half = self.graph, self.width // 2
        turns = g("Mul", at, self.tensors["rotary.inv_freq"][None])
        sines, cosines = g("Sin", turns), g("Cos", turns)
        twice = np.repeat(np.eye(half), 2, axis=1)
        self.far_turns = [g("MatMul", table, twice) for table in (sines, cosines)]
        self.near_turns = [g("Concat", table, table, axis=1) for table in (sines, cosines)]
        one = np.array([[0, 1], [-1, 0]])  # (a, b) to (-b, a)
        self.far_pairs, self.near_pairs = np.kron(np.eye(half), one), np.kron(one, np.eye(half))

    def masks(self):
        g = self.graph
        real = g("Not", g("Equal", "tokens", g.constant(self.config["pad"], np.int64)))
        self.kept = g("Unsqueeze", real, g.whole(1, 3))
        seen = g("Unsqueeze", g("Cast", real, to=TensorProto.FLOAT), g.whole(1, 3))
        seen = g("Transpose", self.around(seen, 1), perm=[0, 1, 2, 4, 3])
        self.unseen = g("Mul", g("Sub", seen, [1.0]), [NOTHING])

    def dense(self, name, x):
        product = self.graph("MatMul", x, self.tensors[f"{name}.weight"].T)
        return self.graph("Add", product, self.tensors[f"{name}.bias"])

    def norm(self, name, x):
        scale, shift = (self.tensors[f"{name}.norm.{part}"] for part in ("weight", "bias"))
        return self.graph("LayerNormalization", x, scale, shift, axis=-1, epsilon=1e-5)

    def feed_forward(self, name, x):
        g = self.graph
        x = self.dense(f"{name}.fn.fn.w1", self.norm(name, x))
        gate = g("Add", g("Erf", g("Div", x, [np.sqrt(2)])), [1.0])
        return self.dense(f"{name}.fn.fn.w2", g("Mul", g("Mul", x, [0.5]), gate))

    def attention(self, name, x):
        g = self.graph
        x = self.norm(name, x)
        far, near = [], []
        for part in "qkv":
            rows = g("Reshape", self.dense(f"{name}.fn.to_{part}", x), g.whole(0, 0, self.heads, self.width))
            rows = g("Transpose", rows, perm=[0, 2, 1, 3])
            one, other = g("Split", rows, g.whole(self.heads - self.near_heads, self.near_heads), axis=1, outputs=2)
            far.append(one)
            near.append(other)
        features = self.tensors[f"{name}.fn.fast_attention.projection_matrix"]
        joined = g("Concat", self.far(features, *far), self.near(*near), axis=1)
        joined = g("Reshape", g("Transpose", joined, perm=[0, 2, 1, 3]), g.whole(0, 0, self.heads * self.width))
        return self.dense(f"{name}.fn.to_out", joined)

    def turned(self, x, turns, pairs):
        g, (sines, cosines) = self.graph, turns
        return g("Add", g("Mul", x, cosines), g("Mul", g("MatMul", x, pairs), sines))

    def far(self, features, q, k, v):
        """FAVOR+: the softmax of all pairs, approximated by random features. Their factor of one over the root of their
        number stands above and below the line and is left out."""
        g = self.graph

        def feature(x, largest):
            x = g("Mul", self.turned(x, self.far_turns, self.far_pairs), [self.width ** -0.25])
            seen = g("MatMul", x, features.T)
            square = g("Mul", g("ReduceSum", g("Mul", x, x), g.whole(-1), keepdims=1), [0.5])
            return g("Add", g("Exp", g("Sub", g("Sub", seen, square), largest(seen))), [EPSILON])

        def of_all(seen):
            return g("ReduceMax", g("Where", self.kept, seen, [-NOTHING]), axes=[2, 3], keepdims=1)

        q = feature(q, lambda seen: g("ReduceMax", seen, axes=[3], keepdims=1))
        k = g("Where", self.kept, feature(k, of_all), [0.0])
        context = g("MatMul", g("Transpose", k, perm=[0, 1, 3, 2]), v)
        total = g("Transpose", g("ReduceSum", k, g.whole(2), keepdims=1), perm=[0, 1, 3, 2])
        return g("Div", g("MatMul", q, context), g("MatMul", q, total))

    def padded(self, x, before, after):
        g, none = self.graph, self.graph.whole(0)
        pads = g("Concat", none, none, g.whole(before), none, none, none, after, none, axis=0)
        return g("Pad", x, pads)

    def around(self, x, width):
        """[batch, heads, windows, 3 * window, width]: each window with its neighbours, nothing beyond the ends."""
        g = self.graph
        x = self.padded(x, self.window, g("Add", self.lack, g.whole(self.window)))
        x = g("Reshape", x, g.whole(0, 0, -1, self.window, width))
        ends = [(0, -2), (1, -1), (2, np.iinfo(np.int64).max)]
        return g("Concat", *(g("Slice", x, g.whole(start), g.whole(end), g.whole(2)) for start, end in ends), axis=3)

    def near(self, q, k, v):
        """The softmax over a window and its two neighbours."""
        g = self.graph
        q, k = (self.turned(x, self.near_turns, self.near_pairs) for x in (q, k))
        q = self.padded(g("Mul", q, [self.width ** -0.5]), 0, self.lack)
        q = g("Reshape", q, g.whole(0, 0, -1, self.window, self.width))
        k, v = self.around(k, self.width), self.around(v, self.width)
        scores = g("Add", g("MatMul", q, g("Transpose", k, perm=[0, 1, 2, 4, 3])), self.unseen)
        x = g("MatMul", g("Softmax", scores, axis=-1), v)
        x = g("Reshape", x, g.whole(0, 0, -1, self.width))
        return g("Slice", x, g.whole(0), self.length, g.whole(2))
