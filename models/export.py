"""Makes the models that ship, from the packages that they come from.

    python export.py fp32      --mmsplice MODELS --cispliceai PB     the networks as they are
    python export.py quantize                                        the int8 variants
    python export.py golden    --mmsplice MODELS --cispliceai PB     golden.tsv
    python export.py describe                                        digests and sizes into every model.yaml
    python export.py verify    --mmsplice MODELS --cispliceai PB     compares every variant with the original
    python export.py scores                                          reference_scores.tsv

MODELS is the folder `mmsplice/models` of the mmsplice wheel, PB is `cispliceai/data/CI-SpliceAI.pb` of the
cispliceai wheel; both must have the digests that the descriptors state. All but `fp32` and `describe` read
../datasets. Each step overwrites what it makes, and makes the same bytes each time.
"""

import argparse
import hashlib
import json
import os
import pathlib
import re
import sys

if os.environ.get("PYTHONHASHSEED") != "0":  # tf2onnx swaps the inputs of additions by hash
    os.environ["PYTHONHASHSEED"] = "0"
    os.execv(sys.executable, [sys.executable, *sys.argv])
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import golden as golden_outputs
import graphs
import residual
import scoring
import verify as verification
from convolutional import from_keras
from inputs import HERE, examples, one_hot, rows
from originals import MEMBER, MEMBER_OUTPUT, MMSPLICE, keras_model, member_graph

DAMAGED = HERE / "mmsplice-donor-damaged"


def check_sources(args):
    """The files given are the ones that the descriptors name."""
    given = {name: pathlib.Path(args.mmsplice) / file for name, (file, *_) in MMSPLICE.items()}
    for name, path in {**given, MEMBER: pathlib.Path(args.cispliceai)}.items():
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if f"sha256:{digest}" not in (HERE / name / "model.yaml").read_text():
            raise SystemExit(f"{path} is not the file that {name}/model.yaml was made from: its sha256 is {digest}")


def fp32(args):
    import tensorflow as tf
    import tf2onnx
    from safetensors.numpy import save

    check_sources(args)
    for name, (file_name, (start, end), _) in MMSPLICE.items():
        model = keras_model(args.mmsplice, file_name)
        signature = [tf.TensorSpec([None, end - start, 4], tf.float32, name="sequence")]
        exported, _ = tf2onnx.convert.from_keras(model, input_signature=signature, opset=15)
        graphs.save(graphs.name_ends(exported, "probability"), HERE / name / "fp32.onnx")
        tensors, config = from_keras(model)
        (HERE / name / "weights.safetensors").write_bytes(save(tensors))
        (HERE / name / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    exported, _ = tf2onnx.convert.from_graph_def(
        member_graph(args.cispliceai), input_names=["x:0"], output_names=[MEMBER_OUTPUT + ":0"], opset=15)
    graphs.save(graphs.name_ends(exported, "probabilities"), HERE / MEMBER / "fp32.onnx")
    residual.write(HERE / MEMBER / "fp32.onnx", HERE / MEMBER)
    (DAMAGED / "fp32.onnx").write_bytes((HERE / "mmsplice-donor" / "fp32.onnx").read_bytes())


def quantize(_):
    for name, (_, (start, end), site) in MMSPLICE.items():
        cuts = [row["sequence"][start:end] for row in examples("splice-human-chr20", site, "tuning")[0]]
        inputs = one_hot(cuts)
        batches = [inputs[i:i + 256] for i in range(0, len(inputs), 256)]
        graphs.quantize_static(HERE / name / "fp32.onnx", HERE / name / "int8-static.onnx", batches)
        graphs.quantize_dynamic(HERE / name / "fp32.onnx", HERE / name / "int8-dynamic.onnx")
        state_count(name, len(cuts))
    stretches = [row["sequence"] for row in rows("splice-human-chr20-positions") if row["split"] == "tuning"]
    graphs.quantize_static(
        HERE / MEMBER / "fp32.onnx", HERE / MEMBER / "int8-static.onnx", [one_hot([s]) for s in stretches])
    state_count(MEMBER, len(stretches))
    damage()


def state_count(name, count):
    """Writes into the descriptor how many examples gave the ranges."""
    descriptor = HERE / name / "model.yaml"
    text, changed = re.subn(r"\((TUNING|\d+) examples\)", f"({count} examples)", descriptor.read_text())
    if changed != 1:
        raise SystemExit(f"{name}/model.yaml: expected one '(N examples)'")
    descriptor.write_text(text)
    print(name, "calibrated on", count, "examples of split tuning")


def damage():
    """The mistake: ranges taken from the file's first four decoys alone, as a limit on a file sorted by label does."""
    decoys = [row for row in examples("splice-human-chr20", "donor", "tuning")[0] if row["label"] != "donor"][:4]
    inputs = one_hot([row["sequence"][slice(*MMSPLICE["mmsplice-donor"][1])] for row in decoys])
    graphs.quantize_static(DAMAGED / "fp32.onnx", DAMAGED / "int8-damaged.onnx", [inputs])


def golden(args):
    check_sources(args)
    golden_outputs.windows(args.mmsplice)
    golden_outputs.positions(args.cispliceai)


def verify(args):
    check_sources(args)
    verification.windows(args.mmsplice)
    verification.positions(args.cispliceai)


def scores(_):
    scoring.write()


def describe(_):
    for descriptor in sorted(HERE.glob("*/model.yaml")):

        def entry(match):
            path = descriptor.parent / match.group(1)
            if not path.exists():
                print(f"missing: {path.relative_to(HERE)}")
                return match.group(0)
            data = path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            return f'path: {match.group(1)}, digest: "sha256:{digest}", bytes: {len(data)}'

        pattern = r'path: ([^,}\s]+), digest: "sha256:[0-9a-f]*", bytes: \d+'
        descriptor.write_text(re.sub(pattern, entry, descriptor.read_text()))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = {step.__name__: step for step in (fp32, quantize, golden, describe, verify, scores)}
    parser.add_argument("step", choices=steps)
    parser.add_argument("--mmsplice", help="the folder mmsplice/models of the mmsplice wheel")
    parser.add_argument("--cispliceai", help="CI-SpliceAI.pb of the cispliceai wheel")
    args = parser.parse_args()
    if args.step in ("fp32", "golden", "verify") and not (args.mmsplice and args.cispliceai):
        parser.error(f"{args.step} needs --mmsplice and --cispliceai")
    steps[args.step](args)


if __name__ == "__main__":
    main()
