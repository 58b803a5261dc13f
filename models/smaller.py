"""Smaller builds of MMSplice's donor module: pruned and distilled, beside its fp32 and int8.

    python smaller.py        # with requirements.txt; then `python export.py describe`

`pruned` drops whole units of the first hidden layer: of 128 those 64 stay that move the second layer most on the tuning
windows (the standard deviation of a unit's activation times the norm of the weights that leave it); what a dropped unit says on
average goes into the second layer's bias. No weight is retrained.

`distilled` is a network of 16 hidden units that was trained on what fp32 says (its logit, no label) of the tuning windows and of
copies with up to six random substitutions. Both take their data from split `tuning` of splice-human-chr20 alone.
"""

import numpy as np

import graphs
from inputs import HERE, examples, one_hot
from originals import MMSPLICE

SOURCE = HERE / "mmsplice-donor"
TARGET = HERE / "mmsplice-donor-smaller"
START, END = MMSPLICE["mmsplice-donor"][1]
KEPT = 64
HIDDEN = 16
COPIES = 30
SEED = 1


def constants(graph):
    from onnx import numpy_helper

    return {constant.name: numpy_helper.to_array(constant) for constant in graph.initializer}


def windows():
    rows, _ = examples("splice-human-chr20", "donor", "tuning")
    return one_hot([row["sequence"][START:END] for row in rows])


def pruned(model, inputs):
    """The graph with the least of the first layer's units gone."""
    from onnx import numpy_helper

    at = constants(model.graph)
    first = inputs.reshape(len(inputs), -1) @ at["constant_1"] + at["constant_2"]
    active = np.maximum(first * at["constant_3"] + at["constant_4"], 0)
    matter = active.std(0) * np.linalg.norm(at["constant_5"], axis=1)
    order = np.argsort(-matter, kind="stable")
    kept, dropped = np.sort(order[:KEPT]), np.sort(order[KEPT:])
    at["constant_6"] = at["constant_6"] + active[:, dropped].mean(0) @ at["constant_5"][dropped]
    at["constant_1"] = at["constant_1"][:, kept]
    for name in ("constant_2", "constant_3", "constant_4"):
        at[name] = at[name][kept]
    at["constant_5"] = at["constant_5"][kept]
    for constant in model.graph.initializer:
        new = numpy_helper.from_array(np.ascontiguousarray(at[constant.name]).astype(at[constant.name].dtype), constant.name)
        if constant.name == "constant_6":
            new = numpy_helper.from_array(at["constant_6"].astype(np.float32), constant.name)
        constant.CopyFrom(new)
    return model


def taught(inputs):
    """The tuning windows, then copies of them with substitutions."""
    random = np.random.default_rng(SEED)
    copies = np.repeat(inputs, COPIES, axis=0)
    letters = copies.argmax(2)
    for row in letters:
        for place in random.choice(END - START, random.integers(1, 7), replace=False):
            row[place] = random.integers(4)
    return np.concatenate([inputs, np.eye(4, dtype=np.float32)[letters]])


def distilled(inputs):
    """A network of one hidden layer that says what fp32 says."""
    from onnx import TensorProto, helper, numpy_helper
    from sklearn.neural_network import MLPRegressor

    sequences = taught(inputs)
    said = graphs.predict(SOURCE / "fp32.onnx", sequences, 256)[:, 0].astype(np.float64).clip(1e-7, 1 - 1e-7)
    student = MLPRegressor(hidden_layer_sizes=[HIDDEN], alpha=1e-4, batch_size=256, max_iter=60, random_state=SEED, tol=0, n_iter_no_change=60)
    student.fit(sequences.reshape(len(sequences), -1), np.log(said / (1 - said)))
    (w1, w2), (b1, b2) = student.coefs_, student.intercepts_
    weights = [numpy_helper.from_array(array.astype(kind), name) for name, array, kind in [
        ("shape", np.array([-1, (END - START) * 4]), np.int64), ("w1", w1, np.float32), ("b1", b1, np.float32),
        ("w2", w2, np.float32), ("b2", b2, np.float32)]]
    nodes = [
        helper.make_node("Reshape", ["sequence", "shape"], ["flat"]), helper.make_node("Gemm", ["flat", "w1", "b1"], ["hidden"]),
        helper.make_node("Relu", ["hidden"], ["active"]), helper.make_node("Gemm", ["active", "w2", "b2"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["probability"])]
    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in [("sequence", ["batch", END - START, 4]), ("probability", ["batch", 1])]]
    graph = helper.make_graph(nodes, "titer", ends[:1], ends[1:], weights)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)])


def main():
    import onnx

    TARGET.mkdir(exist_ok=True)
    inputs = windows()
    for name in ("fp32.onnx", "int8-static.onnx", "LICENSE"):
        (TARGET / name).write_bytes((SOURCE / name).read_bytes())
    graphs.save(pruned(onnx.load(SOURCE / "fp32.onnx"), inputs), TARGET / "pruned.onnx")
    graphs.save(distilled(inputs), TARGET / "distilled.onnx")
    print(f"{len(inputs)} windows of split tuning; distilled on {len(inputs) * (COPIES + 1)}")


if __name__ == "__main__":
    main()
