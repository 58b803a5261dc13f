"""Makes the models that ship, from the packages that they come from.

    python export.py fp32      --mmsplice MODELS --cispliceai PB
    python export.py quantize
    python export.py golden    --mmsplice MODELS --cispliceai PB
    python export.py scores
    python export.py describe

MODELS is the folder `mmsplice/models` of the mmsplice wheel, PB is `cispliceai/data/CI-SpliceAI.pb`
of the cispliceai wheel. `quantize`, `golden` and `scores` read ../datasets. Each step overwrites what
it makes; `describe` writes digests and sizes into every model.yaml.
"""

import argparse
import gzip
import hashlib
import json
import os
import pathlib
import re

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parent / "datasets"
WINDOWS = ["splice-human-chr20", "splice-fly-chr2r", "splice-yeast"]
POSITIONS = ["splice-human-chr20-positions", "splice-yeast-positions"]
MMSPLICE = {
    "mmsplice-donor": ("Donor.h5", (195, 213), "donor"),
    "mmsplice-acceptor": ("Acceptor.h5", (150, 203), "acceptor"),
}
MEMBER = "model_1/conv1d_39/truediv"  # the softmax of the ensemble's first member


def rows(dataset):
    descriptor = (DATASETS / dataset / "dataset.yaml").read_text()
    path = re.search(r"path:\s*([^,}\s]+)", descriptor).group(1)
    with gzip.open(DATASETS / dataset / path, "rt") as lines:
        header = next(lines).rstrip("\n").split("\t")
        for line in lines:
            yield dict(zip(header, line.rstrip("\n").split("\t")))


def one_hot(sequences):
    table = np.zeros((256, 4), np.float32)
    for channel, letter in enumerate(b"ACGT"):
        table[letter, channel] = 1
    return np.stack([table[np.frombuffer(s.encode(), np.uint8)] for s in sequences])


def keras_model(folder, file_name):
    import tensorflow as tf

    class ConvDNA(tf.keras.layers.Conv1D):
        """Stands in for the layer of the same name that the file was saved with."""

        def __init__(self, seq_length=None, background_probs=None, **kwargs):
            super().__init__(**kwargs)

    path = pathlib.Path(folder) / file_name
    return tf.keras.models.load_model(path, custom_objects={"ConvDNA": ConvDNA}, compile=False)


def member_graph(path):
    import tensorflow as tf

    graph = tf.compat.v1.GraphDef()
    graph.ParseFromString(pathlib.Path(path).read_bytes())
    member = tf.compat.v1.graph_util.extract_sub_graph(graph, [MEMBER])
    for node in member.node:
        if node.op == "Placeholder":
            node.attr["shape"].shape.CopyFrom(tf.TensorShape([None, 15000, 4]).as_proto())
    return member


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


def save_onnx(model, path):
    import onnx

    model.producer_name, model.producer_version, model.doc_string = "titer", "", ""
    model.ir_version = 8
    onnx.checker.check_model(model)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(model.SerializeToString(deterministic=True))


def candle_layers(model):
    """The network as data: safetensors and a list of layers."""
    tensors, layers = {}, []

    def put(name, array):
        tensors[name] = np.ascontiguousarray(array, np.float32)
        return name

    for layer in model.layers:
        kind, name = type(layer).__name__, layer.name
        weights = layer.get_weights()
        config = layer.get_config()
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
            names = ["scale", "shift", "mean", "variance"]
            layer_config = {n: put(f"{name}.{n}", w) for n, w in zip(names, weights)}
            layers.append({"batch_norm": {**layer_config, "epsilon": config["epsilon"]}})
        elif kind == "ReLU":
            layers.append({"activation": "relu"})
        elif kind == "Flatten":
            layers.append("flatten")
        else:
            raise SystemExit(f"no layer for {kind}")
        if config.get("activation", "linear") != "linear":
            layers.append({"activation": config["activation"]})
    _, length, channels = model.input_shape
    config = {"family": "convolutional", "input": {"length": length, "channels": channels}, "layers": layers}
    return tensors, config


def fp32(args):
    import tensorflow as tf
    import tf2onnx
    from safetensors.numpy import save

    for name, (file_name, (start, end), _) in MMSPLICE.items():
        model = keras_model(args.mmsplice, file_name)
        signature = [tf.TensorSpec([None, end - start, 4], tf.float32, name="sequence")]
        exported, _ = tf2onnx.convert.from_keras(model, input_signature=signature, opset=15)
        save_onnx(name_ends(exported, "probability"), HERE / name / "fp32.onnx")
        tensors, config = candle_layers(model)
        (HERE / name / "weights.safetensors").write_bytes(save(tensors))
        (HERE / name / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    exported, _ = tf2onnx.convert.from_graph_def(
        member_graph(args.cispliceai), input_names=["x:0"], output_names=[MEMBER + ":0"], opset=15)
    save_onnx(name_ends(exported, "probabilities"), HERE / "cispliceai-member" / "fp32.onnx")
    damaged = HERE / "mmsplice-donor-damaged"
    damaged.mkdir(exist_ok=True)
    (damaged / "fp32.onnx").write_bytes((HERE / "mmsplice-donor" / "fp32.onnx").read_bytes())


def quantize_static(source, target, batches):
    import tempfile
    from onnxruntime.quantization import (
        CalibrationDataReader, QuantFormat, QuantType, quantize_static as quantize)
    from onnxruntime.quantization.shape_inference import quant_pre_process
    import onnx

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.batches = iter(batches)

        def get_next(self):
            batch = next(self.batches, None)
            return None if batch is None else {"sequence": batch}

    with tempfile.TemporaryDirectory() as folder:
        prepared, made = f"{folder}/prepared.onnx", f"{folder}/made.onnx"
        quant_pre_process(str(source), prepared, skip_symbolic_shape=True)
        quantize(prepared, made, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
                 activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
        save_onnx(onnx.load(made), target)


def quantize_dynamic(source, target):
    import tempfile
    from onnxruntime.quantization import QuantType, quantize_dynamic as quantize
    from onnxruntime.quantization.shape_inference import quant_pre_process
    import onnx

    with tempfile.TemporaryDirectory() as folder:
        prepared, made = f"{folder}/prepared.onnx", f"{folder}/made.onnx"
        quant_pre_process(str(source), prepared, skip_symbolic_shape=True)
        quantize(prepared, made, weight_type=QuantType.QInt8)
        save_onnx(onnx.load(made), target)


def quantize(_):
    tuning = [row for row in rows("splice-human-chr20") if row["split"] == "tuning"]
    for name, (_, (start, end), site) in MMSPLICE.items():
        cuts = [row["sequence"][start:end] for row in tuning if row["label"] in (site, f"decoy_{site}")]
        inputs = one_hot(cuts)
        batches = [inputs[i:i + 256] for i in range(0, len(inputs), 256)]
        quantize_static(HERE / name / "fp32.onnx", HERE / name / "int8-static.onnx", batches)
        quantize_dynamic(HERE / name / "fp32.onnx", HERE / name / "int8-dynamic.onnx")
        print(name, "calibrated on", len(cuts), "tuning examples")
    stretches = [row["sequence"] for row in rows("splice-human-chr20-positions") if row["split"] == "tuning"]
    member = HERE / "cispliceai-member"
    quantize_static(member / "fp32.onnx", member / "int8-static.onnx", [one_hot([s]) for s in stretches])
    print("cispliceai-member calibrated on", len(stretches), "tuning stretches")
    # The mistake: ranges taken from windows of N only, as an unpadded loader would feed them.
    damaged = HERE / "mmsplice-donor-damaged"
    blank = [np.zeros((1, 18, 4), np.float32)]
    quantize_static(damaged / "fp32.onnx", damaged / "int8-damaged.onnx", blank)


def session(path):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def predict(path, inputs, batch):
    running = session(path)
    return np.concatenate([running.run(None, {"sequence": inputs[i:i + batch]})[0]
                           for i in range(0, len(inputs), batch)])


def examples(dataset, site):
    kept = [row for row in rows(dataset) if row["split"] == "test" and row["label"] in (site, f"decoy_{site}")]
    return kept, np.array([row["label"] == site for row in kept])


def extremes_and_sample(values, count, generator):
    """Indices of the lowest and highest eighth of `count`, and a sample of the rest."""
    order = np.argsort(values, kind="stable")
    edge = count // 8
    if len(order) <= count:
        return sorted(order)
    rest = generator.choice(order[edge:-edge], count - 2 * edge, replace=False)
    return sorted([*order[:edge], *order[-edge:], *rest])


def golden(args):
    generator = np.random.default_rng(20)
    for name, (file_name, (start, end), site) in MMSPLICE.items():
        model = keras_model(args.mmsplice, file_name)
        lines = ["dataset\tid\tsequence\tlabel\texpected"]
        for dataset in WINDOWS:
            kept, _ = examples(dataset, site)
            expected = model.predict(one_hot([r["sequence"][start:end] for r in kept]), batch_size=512, verbose=0).ravel()
            for label in (site, f"decoy_{site}"):
                of_label = [i for i, row in enumerate(kept) if row["label"] == label]
                for chosen in extremes_and_sample(expected[of_label], 72, generator):
                    i = of_label[chosen]
                    row = kept[i]
                    lines.append(f"{dataset}\t{row['id']}\t{row['sequence'][start:end]}\t{label}\t{expected[i]:.9g}")
        (HERE / name / "golden.tsv").write_text("\n".join(lines) + "\n")
        print(name, len(lines) - 1, "golden outputs")
    golden_positions(args.cispliceai, generator)


def golden_positions(path, generator):
    import tensorflow as tf

    lines = ["dataset\tid\tposition\tclass\tnone\tacceptor\tdonor"]
    with tf.Graph().as_default(), tf.compat.v1.Session() as running:
        tf.compat.v1.import_graph_def(member_graph(path), name="")
        for dataset in POSITIONS:
            tests = [row for row in rows(dataset) if row["split"] == "test"]
            # The stretches with most sites, so that few of them hold 64 sites of each class.
            tests.sort(key=lambda row: (-min(len(sites(row, "acceptors")), len(sites(row, "donors"))), row["id"]))
            pool = {"none": [], "acceptor": [], "donor": []}
            for row in tests[:(40 if "yeast" in dataset else 8)]:
                output = running.run(MEMBER + ":0", {"x:0": one_hot([row["sequence"]])})[0]
                truth = truth_of(row)
                for position in range(len(truth)):
                    if scored(row, position):
                        pool[truth[position]].append((row["id"], position, output[position]))
            for label, column in (("none", 0), ("acceptor", 1), ("donor", 2)):
                found = pool[label]
                values = np.array([max(v[1], v[2]) if label == "none" else v[column] for _, _, v in found])
                for i in extremes_and_sample(values, 72, generator):
                    identifier, position, v = found[i]
                    lines.append(f"{dataset}\t{identifier}\t{position}\t{label}\t{v[0]:.9g}\t{v[1]:.9g}\t{v[2]:.9g}")
    (HERE / "cispliceai-member" / "golden.tsv").write_text("\n".join(lines) + "\n")
    print("cispliceai-member", len(lines) - 1, "golden outputs")


def sites(row, column):
    return [int(text) for text in row[column].split(",") if text]


def truth_of(row):
    truth = ["none"] * (len(row["sequence"]) - 10000)
    for column, label in (("acceptors", "acceptor"), ("donors", "donor")):
        for position in sites(row, column):
            truth[position] = label
    return truth


def scored(row, position):
    ranges = [tuple(map(int, text.split("-"))) for text in row["scored"].split(",") if text]
    return any(start <= position < end for start, end in ranges)


def scores(_):
    """Scores by scikit-learn: what Titer's own are checked against."""
    from sklearn import metrics

    lines = ["model\tvariant\tdataset\tclass\tmetric\tvalue"]

    def line(*fields):
        lines.append("\t".join(f"{f:.15g}" if isinstance(f, float) else str(f) for f in fields))
        print(lines[-1])

    for name, (_, (start, end), site) in MMSPLICE.items():
        for dataset in WINDOWS:
            kept, truth = examples(dataset, site)
            inputs = one_hot([row["sequence"][start:end] for row in kept])
            for variant in ("fp32", "int8-static"):
                p = predict(HERE / name / f"{variant}.onnx", inputs, 32).ravel().astype(np.float64)
                called = p >= 0.5
                clipped = np.clip(p, 1e-7, 1 - 1e-7)
                for metric, value in (
                    ("auroc", metrics.roc_auc_score(truth, p)),
                    ("average_precision", metrics.average_precision_score(truth, p)),
                    ("accuracy", metrics.accuracy_score(truth, called)),
                    ("balanced_accuracy", metrics.balanced_accuracy_score(truth, called)),
                    ("mcc", metrics.matthews_corrcoef(truth, called)),
                    ("f1", metrics.f1_score(truth, called)),
                    ("log_loss", metrics.log_loss(truth, clipped)),
                    ("brier", np.mean((p - truth) ** 2)),
                ):
                    line(name, variant, dataset, "", metric, float(value))
    member_scores(line, metrics)
    (HERE / "reference_scores.tsv").write_text("\n".join(lines) + "\n")


def member_scores(line, metrics):
    member = HERE / "cispliceai-member"
    for dataset in POSITIONS:
        tests = [row for row in rows(dataset) if row["split"] == "test"]
        inputs = [one_hot([row["sequence"]]) for row in tests]
        masks = [np.array([scored(row, i) for i in range(len(row["sequence"]) - 10000)]) for row in tests]
        truths = np.concatenate([np.array(truth_of(row))[mask] for row, mask in zip(tests, masks)])
        for variant in ("fp32", "int8-static"):
            running = session(member / f"{variant}.onnx")
            output = np.concatenate([running.run(None, {"sequence": x})[0][0][mask] for x, mask in zip(inputs, masks)])
            for label, column in (("acceptor", 1), ("donor", 2)):
                truth, p = truths == label, output[:, column].astype(np.float64)
                line("cispliceai-member", variant, dataset, label, "average_precision",
                     float(metrics.average_precision_score(truth, p)))
                k = int(truth.sum())
                top = np.argsort(-p, kind="stable")[:k]
                line("cispliceai-member", variant, dataset, label, "top_k", float(truth[top].mean()))
            if variant == "fp32":
                off_by_one(dataset, truths, output)


def off_by_one(dataset, truths, output):
    """Where the peaks fall: mean probability at the labelled base and beside it."""
    for label, column in (("acceptor", 1), ("donor", 2)):
        at = np.flatnonzero(truths == label)
        at = at[(at > 1) & (at < len(truths) - 2)]
        print("peaks", dataset, label, {shift: round(float(output[at + shift, column].mean()), 3) for shift in (-1, 0, 1)})


def describe(_):
    for descriptor in sorted(HERE.glob("*/model.yaml")):
        text = descriptor.read_text()

        def entry(match):
            data = (descriptor.parent / match.group(1)).read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            return f'path: {match.group(1)}, digest: "sha256:{digest}", bytes: {len(data)}'

        text = re.sub(r'path: ([^,}\s]+), digest: "sha256:[0-9a-f]*", bytes: \d+', entry, text)
        descriptor.write_text(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = {step.__name__: step for step in (fp32, quantize, golden, scores, describe)}
    parser.add_argument("step", choices=steps)
    parser.add_argument("--mmsplice", help="the folder mmsplice/models of the mmsplice wheel")
    parser.add_argument("--cispliceai", help="CI-SpliceAI.pb of the cispliceai wheel")
    args = parser.parse_args()
    steps[args.step](args)


if __name__ == "__main__":
    main()
