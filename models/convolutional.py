"""A Keras network as data (safetensors and a list of layers), and that data executed with numpy."""

import numpy as np


def from_keras(model):
    """Tensors and config.json of a sequential Keras 2 model. Dropout disappears."""
    tensors, layers = {}, []

    def put(name, array):
        tensors[name] = np.ascontiguousarray(array, np.float32)
        return name

    for layer in model.layers:
        kind, name, weights, config = type(layer).__name__, layer.name, layer.get_weights(), layer.get_config()
        if kind in ("InputLayer", "Dropout"):
            continue
        if kind in ("Conv1D", "ConvDNA"):
            layers.append({"conv1d": {
                "weight": put(f"{name}.weight", weights[0].transpose(2, 1, 0)),
                "bias": put(f"{name}.bias", weights[1]),
                "padding": config["padding"], "stride": config["strides"][0],
                "dilation": config["dilation_rate"][0]}})
        elif kind == "Dense":
            layers.append({"dense": {"weight": put(f"{name}.weight", weights[0].T),
                                     "bias": put(f"{name}.bias", weights[1])}})
        elif kind == "BatchNormalization":
            names = dict(zip(["scale", "shift", "mean", "variance"], weights, strict=True))
            layers.append({"batch_norm": {**{n: put(f"{name}.{n}", w) for n, w in names.items()},
                                          "epsilon": config["epsilon"]}})
        elif kind == "ReLU":
            layers.append({"activation": "relu"})
        elif kind == "Flatten":
            layers.append("flatten")
        else:
            raise SystemExit(f"no layer for {kind}")
        if config.get("activation", "linear") != "linear":
            layers.append({"activation": config["activation"]})
    _, length, channels = model.input_shape
    return tensors, {"family": "convolutional", "input": {"length": length, "channels": channels}, "layers": layers}


def conv1d(x, weight, bias, padding, stride, dilation):
    """`same` pads as Keras does: the odd base goes to the right."""
    span = (weight.shape[2] - 1) * dilation + 1
    if padding == "same":
        total = max((-(-x.shape[1] // stride) - 1) * stride + span - x.shape[1], 0)
        x = np.pad(x, ((0, 0), (total // 2, total - total // 2), (0, 0)))
    count = (x.shape[1] - span) // stride + 1
    taps = [x[:, k * dilation:k * dilation + (count - 1) * stride + 1:stride] @ weight[:, :, k].T
            for k in range(weight.shape[2])]
    return sum(taps) + bias


def activate(x, name):
    if name == "relu":
        return np.maximum(x, 0)
    if name == "sigmoid":
        return 1 / (1 + np.exp(-x))
    raise SystemExit(f"no activation {name}")


def run(config, tensors, x):
    """The network on [n, length, channels], in float32."""
    for layer in config["layers"]:
        if layer == "flatten":
            x = x.reshape(len(x), -1)
            continue
        (kind, has), = layer.items()
        if kind == "conv1d":
            x = conv1d(x, tensors[has["weight"]], tensors[has["bias"]], has["padding"], has["stride"], has["dilation"])
        elif kind == "dense":
            x = x @ tensors[has["weight"]].T + tensors[has["bias"]]
        elif kind == "batch_norm":
            spread = np.sqrt(tensors[has["variance"]] + np.float32(has["epsilon"]))
            x = (x - tensors[has["mean"]]) / spread * tensors[has["scale"]] + tensors[has["shift"]]
        elif kind == "activation":
            x = activate(x, has)
        else:
            raise SystemExit(f"no layer {kind}")
    return x
