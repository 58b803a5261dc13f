"""ONNX files: written the same on every run, quantized, executed."""

import pathlib
import tempfile

import numpy as np


def name_ends(model, output_name):
    """Plain names for the graph's input, output and batch axis."""
    graph = model.graph
    renamed = {graph.input[0].name: "sequence", graph.output[0].name: output_name}
    for node in graph.node:
        for names in (node.input, node.output):
            for index, name in enumerate(names):
                names[index] = renamed.get(name, name)
    for end in (graph.input[0], graph.output[0]):
        end.name = renamed[end.name]
        end.type.tensor_type.shape.dim[0].dim_param = "batch"
    return model


def in_order(graph):
    """The nodes, each after what it needs, in an order that follows from the graph alone."""
    makers = {name: node for node in graph.node for name in node.output if name}
    ordered, seen = [], set()

    def visit(node):  # a stack, since the networks are deeper than Python's recursion
        stack = [(node, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                ordered.append(node)
            elif tuple(node.output) not in seen:  # the first of an LSTM's may be left out
                seen.add(tuple(node.output))
                stack.append((node, True))
                stack.extend((makers[name], False) for name in reversed(node.input) if name in makers)

    for end in graph.output:
        visit(makers[end.name])
    return ordered


def settle(model):
    """Order and names that do not change from run to run: the converters number and sort theirs by chance."""
    graph = model.graph
    nodes = in_order(graph)
    constants = {constant.name: constant for constant in graph.initializer}
    names = {end.name: end.name for end in [*graph.input, *graph.output]}
    names[""] = ""
    used = []
    for index, node in enumerate(nodes):
        for name in node.input:
            if name in constants and name not in names:
                names[name] = f"constant_{len(used)}"
                used.append(constants[name])
        node.name = f"{node.op_type}_{index}"
        for which, name in enumerate(node.output):
            names.setdefault(name, f"value_{index}_{which}")
        node.input[:] = [names[name] for name in node.input]
        node.output[:] = [names[name] for name in node.output]
        attributes = sorted(node.attribute, key=lambda attribute: attribute.name)
        del node.attribute[:]
        node.attribute.extend(attributes)
    for constant in used:
        constant.name = names[constant.name]
    for field, kept in ((graph.node, nodes), (graph.initializer, used)):
        copies = [type(item).FromString(item.SerializeToString(deterministic=True)) for item in kept]
        del field[:]
        field.extend(copies)
    del graph.value_info[:]
    domains = {node.domain for node in graph.node}
    opsets = sorted((o.domain, o.version) for o in model.opset_import if o.domain in domains)
    del model.opset_import[:]
    for domain, version in opsets:
        model.opset_import.add(domain=domain, version=version)
    return model


def save(model, path):
    """Checked, without traces of tool and time. ONNX Runtime reads this intermediate representation since 1.10."""
    import onnx

    settle(model)
    model.producer_name, model.producer_version, model.doc_string = "titer", "", ""
    model.graph.name, model.graph.doc_string = "titer", ""
    del model.metadata_props[:]
    model.ir_version = 8
    onnx.checker.check_model(model, full_check=True)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def prepared(source, folder):
    from onnxruntime.quantization.shape_inference import quant_pre_process

    path = f"{folder}/prepared.onnx"
    quant_pre_process(str(source), path, skip_symbolic_shape=True)
    return path


def quantize_static(source, target, batches, feed="sequence", nodes=None):
    """QDQ, per channel, unsigned 8-bit activations, signed 8-bit weights; ranges are the batches' extremes. `nodes` are the
    names of those that are quantized; all that can be where left out."""
    import onnx
    from onnxruntime import quantization

    class Reader(quantization.CalibrationDataReader):
        def __init__(self):
            self.batches = iter(batches)

        def get_next(self):
            batch = next(self.batches, None)
            return None if batch is None else {feed: batch}

    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/made.onnx"
        quantization.quantize_static(
            source if nodes else prepared(source, folder), made, Reader(), quant_format=quantization.QuantFormat.QDQ, per_channel=True,
            activation_type=quantization.QuantType.QUInt8, weight_type=quantization.QuantType.QInt8, nodes_to_quantize=nodes)
        save(onnx.load(made), pathlib.Path(target))


def quantize_dynamic(source, target, nodes=None):
    """Activations are scaled by each batch's range. Unsigned weights: ONNX Runtime 1.20 convolves no signed ones."""
    import onnx
    from onnxruntime import quantization

    with tempfile.TemporaryDirectory() as folder:
        made = f"{folder}/made.onnx"
        quantization.quantize_dynamic(
            source if nodes else prepared(source, folder), made, weight_type=quantization.QuantType.QUInt8,
            nodes_to_quantize=nodes)
        save(onnx.load(made), pathlib.Path(target))


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def predict(path, inputs, batch):
    """Outputs in order, `batch` examples at a time; the last batch may be smaller."""
    running = session(path)
    return np.concatenate([running.run(None, {"sequence": inputs[i:i + batch]})[0]
                           for i in range(0, len(inputs), batch)])
