"""MMSplice's donor module in nothing but Python: what any language would have to do."""
import titer_model  # first: what is printed from here on goes to standard error
import json
import math
import struct


def read(path):
    """The tensors of a safetensors file as flat lists."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        about, rest = json.loads(file.read(size)), file.read()
    about.pop("__metadata__", None)
    spans = {name: it["data_offsets"] for name, it in about.items()}
    return {name: struct.unpack("<%df" % ((end - start) // 4), rest[start:end]) for name, (start, end) in spans.items()}


tensors = read("weights.safetensors")


def dense(row, name):
    weight, bias = tensors[name + ".weight"], tensors[name + ".bias"]
    width = len(row)
    return [b + math.fsum(w * x for w, x in zip(weight[i * width:(i + 1) * width], row)) for i, b in enumerate(bias)]


def normalized(row, name):
    parts = [tensors["%s.%s" % (name, part)] for part in ("scale", "shift", "mean", "variance")]
    return [max(0.0, (x - mean) / math.sqrt(variance + 1e-3) * scale + shift)
            for x, scale, shift, mean, variance in zip(row, *parts)]


def probability(window):
    row = [x for base in window for x in base]
    row = normalized(dense(row, "dense1"), "batch_normalization_1")
    row = normalized(dense(row, "dense2"), "batch_normalization_2")
    return 1 / (1 + math.exp(-dense(row, "dense_1")[0]))


titer_model.serve(lambda batch: [probability(window) for window in batch], name="mmsplice-donor", datatypes=["FP32"], shapes=[[-1, 18, 4]], numpy=False)
