"""Turns a Python function into a process that Titer can ask (backend: process).

    import titer_model                      # first: what is printed from here on goes to standard error
    import torch
    model = torch.jit.load("model.pt").eval()
    def predict(x):                         # a float32 array [batch, ...] in, probabilities [batch, ...] out
        return model(torch.from_numpy(x)).detach().numpy()
    titer_model.serve(predict)

One file, Python 3.8 or newer, nothing but the standard library; numpy is imported where it is asked for.
Copy it beside your script.

The protocol: one line of JSON says what this is; then a line asks and a line answers, in the words of the
Open Inference Protocol, version 2. With `binary_data_size`, a tensor's little-endian bytes follow the line.
JSON has no word for what is not finite: such numbers are the texts "NaN", "Infinity" and "-Infinity".
"""

import array
import json
import math
import os
import struct
import sys
import sysconfig
import traceback

__version__ = "1"

THREADS = int(os.environ.get("TITER_THREADS", "1"))
"""Threads that Titer asks for; OMP_NUM_THREADS and its like are set to the same."""

# Datatype: array code, numpy's name, bytes.
_KINDS = {
    "FP32": ("f", "<f4", 4),
    "FP64": ("d", "<f8", 8),
    "INT64": ("q", "<i8", 8),
}
_WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}
_FRAMEWORKS = ("numpy", "torch", "tensorflow", "keras", "tf_keras", "jax", "jaxlib", "flax", "transformers",
               "onnxruntime", "sklearn", "xgboost", "lightgbm")
_streams = None


def serve(function, name="model", version=None, inputs=("input",), outputs=("output",), numpy=True,
          datatypes=None, shapes=None):
    """Answers requests with `function` until standard input closes.

    function   is given the batch: with one input its value alone, with several each by its name. A value is a
               numpy array (float32 or int64), or nested lists with `numpy=False`; letters are a list of str.
               It returns one value (array or nested lists; the first axis is the batch), or a dict by output.
               Arrays of float32 and less are answered as such; float64, integers of 32 and 64 bits and lists
               (Python's floats have 64 bits) as float64: nothing is rounded on its way.
    inputs     names of the inputs; `outputs` of the outputs.
    datatypes  what each input is, "FP32", "INT64" or "BYTES", where it should be checked; `shapes` likewise,
               with -1 where any size will do.
    """
    requests, answers = _take_streams()
    if numpy:
        import numpy as _  # noqa: F401  before its version is told
    about = {
        "name": name,
        "versions": [] if version is None else [str(version)],
        "platform": "python",
        "inputs": [_described(n, i, datatypes, shapes) for i, n in enumerate(inputs)],
        "outputs": [{"name": n, "datatype": "FP32", "shape": []} for n in outputs],
        "extensions": ["binary_tensor_data"],
        "runtime": _versions(),
        "modules": _modules(),
        "ready": True,
    }
    _send(answers, about)
    while True:
        line = requests.readline()
        if not line:
            return
        request = json.loads(line)
        try:
            given = [_read(tensor, requests, numpy) for tensor in request["inputs"]]
            wanted = [output["name"] for output in request.get("outputs", [])]
            binary = request.get("parameters", {}).get("binary_data_output", False)
            found = _call(function, given, inputs, outputs)
            answer, payload = _answer(request["id"], found, wanted, binary)
        except Exception as error:
            traceback.print_exc()
            answer, payload = {"id": request.get("id"), "error": "%s: %s" % (type(error).__name__, error)}, b""
        _send(answers, answer, payload)


def _described(name, index, datatypes, shapes):
    it = {"name": name}
    if datatypes is not None:
        it["datatype"] = datatypes[index]
    if shapes is not None:
        it["shape"] = list(shapes[index])
    return it


def _call(function, given, inputs, outputs):
    """What the function returns, by output, held to the batch."""
    batch = given[0][1]["shape"][0]
    if len(given) == 1:
        found = function(given[0][0])
    else:
        found = function(**{tensor["name"]: value for value, tensor in given})
    if not isinstance(found, dict):
        found = {outputs[0]: found}
    for name, value in found.items():
        if not hasattr(value, "__len__") or len(value) != batch:
            size = len(value) if hasattr(value, "__len__") else "no length"
            raise ValueError("output %s: the function was given %d examples and returned %s" % (name, batch, size))
    return found


def _read(tensor, requests, numpy):
    """A tensor's value, and what the request said of it."""
    size = tensor.get("parameters", {}).get("binary_data_size")
    datatype, shape = tensor["datatype"], tensor["shape"]
    if datatype == "BYTES":
        texts = tensor["data"] if size is None else _texts(_exactly(requests, size))
        return (texts if len(shape) == 1 else _nested(texts, shape)), tensor
    code, name, _ = _KINDS[datatype]
    if size is None:
        flat = [_WORDS[v] if isinstance(v, str) else v for v in _flat(tensor["data"])]
        if numpy:
            import numpy as np
            return np.array(flat, dtype=name).reshape(shape), tensor
        return _nested(flat, shape), tensor
    content = _exactly(requests, size)
    if numpy:
        import numpy as np
        return np.frombuffer(content, dtype=name).reshape(shape), tensor
    values = array.array(code)
    values.frombytes(bytes(content))
    if sys.byteorder == "big":
        values.byteswap()
    return _nested(values.tolist(), shape), tensor


def _answer(request_id, found, wanted, binary):
    outputs, payload = [], []
    for name in wanted or found:
        if name not in found:
            raise KeyError("there is no output %s, there is %s" % (name, ", ".join(found)))
        datatype, shape, flat = _numbers(name, found[name])
        output = {"name": name, "shape": shape, "datatype": datatype}
        if binary:
            content = flat.tobytes()
            output["parameters"] = {"binary_data_size": len(content)}
            payload.append(content)
        else:
            output["data"] = [v if math.isfinite(v) else _word(v) for v in flat.tolist()]
        outputs.append(output)
    return {"id": request_id, "outputs": outputs}, b"".join(payload)


def _numbers(name, value):
    """The datatype and the shape of a value, and its numbers, little-endian, with `tobytes` and `tolist`."""
    if hasattr(value, "__array__"):
        import numpy as np
        whole = np.asarray(value)
        is_whole = whole.dtype.kind in "iu"
        if is_whole and whole.dtype.itemsize == 8 and whole.size:
            _check(name, int(whole.min()))
            _check(name, int(whole.max()))
        single = whole.dtype.kind == "b" or whole.dtype.itemsize <= (2 if is_whole else 4)
        datatype = "FP32" if single else "FP64"
        whole = np.ascontiguousarray(whole, dtype=_KINDS[datatype][1])
        return datatype, list(whole.shape), whole.reshape(-1)
    shape, rest = [], value
    while isinstance(rest, (list, tuple, array.array)):
        shape.append(len(rest))
        rest = rest[0] if len(rest) else None
    flat = array.array("d", (_check(name, v) for v in _flat(value)))
    if len(flat) != math.prod(shape):
        raise ValueError("the lists that the function returned are not of equal length")
    if sys.byteorder == "big":
        flat.byteswap()
    return "FP64", shape, flat


def _check(name, value):
    """A number; beyond 2^53 whole numbers have no floats of their own."""
    if isinstance(value, int) and abs(value) > 1 << 53:
        raise ValueError("output %s holds %d, a whole number beyond 2^53 (9007199254740992): return smaller ones, "
                         "or floats where the last digits do not matter" % (name, value))
    return float(value)


def _word(value):
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _flat(data):
    for value in data:
        if isinstance(value, (list, tuple, array.array)):
            yield from _flat(value)
        else:
            yield value


def _nested(flat, shape):
    if len(shape) <= 1:
        return list(flat)
    step = math.prod(shape[1:])
    return [_nested(flat[i * step:(i + 1) * step], shape[1:]) for i in range(shape[0])]


def _texts(content):
    texts, at = [], 0
    while at < len(content):
        (length,) = struct.unpack_from("<I", content, at)
        texts.append(bytes(content[at + 4:at + 4 + length]).decode())
        at += 4 + length
    return texts


def _exactly(stream, size):
    """As many bytes, writable: frameworks share them without a copy."""
    content = bytearray(size)
    view, at = memoryview(content), 0
    while at < size:
        count = stream.readinto(view[at:])
        if not count:
            raise EOFError("the request ended early")
        at += count
    return content


def _send(stream, answer, payload=b""):
    stream.write(json.dumps(answer, allow_nan=False).encode() + b"\n" + payload)
    stream.flush()


def _take_streams():
    """Keeps the two streams for the protocol. Everybody else reads nothing and prints to standard error."""
    global _streams
    if _streams is None:
        requests = os.fdopen(os.dup(0), "rb", 1 << 18)
        answers = os.fdopen(os.dup(1), "wb", 1 << 18)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        sys.stdout.flush()
        os.dup2(2, 1)
        sys.stdout = sys.stderr
        _streams = requests, answers
    return _streams


def _versions():
    versions = {"python": "%d.%d.%d" % sys.version_info[:3]}
    for name in _FRAMEWORKS:
        version = getattr(sys.modules.get(name), "__version__", None)
        if isinstance(version, str):
            versions[name] = version
    return versions


def _modules():
    """The files beside the script that were loaded."""
    here = os.getcwd()
    standard = sysconfig.get_paths()["stdlib"]
    found = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        file = os.path.abspath(file)
        # Some frameworks' modules name files that are none.
        if not file.startswith(here + os.sep) or file.startswith(standard + os.sep) or not os.path.isfile(file):
            continue
        relative = os.path.relpath(file, here)
        if "site-packages" not in relative.split(os.sep) and "dist-packages" not in relative.split(os.sep):
            found.add(relative)
    return sorted(found)


if os.environ.get("TITER_PROCESS") == "1":
    _take_streams()
