#!/usr/bin/env python3
"""DeePaC 0.14.1's sensitive network as a model for Titer, with reads to judge it on. MIT; fetched, not shipped.

    pip download --no-deps deepac==0.14.1                            # unzip into WHEEL
    apt-get download ragout-examples kleborate-examples              # dpkg-deb -x each into DEB
    python deepac.py --wheel WHEEL --genomes DEB --to FOLDER         (numpy, h5py, onnx 1.17, onnxruntime)
    titer run FOLDER/deepac.yaml --path FOLDER

Is a read of 250 bases of a bacterium that makes people ill? A bidirectional LSTM reads the sequence and its reverse complement
with the same weights, so that the strand is nothing to it: the evaluation holds it to that. The graph is built here from the
weights; `deepac_golden.tsv` is what the authors' own code says in TensorFlow (`deepac_golden.py`). tf2onnx 1.16.1 converts that
code without an error into a graph whose probabilities are up to 0.4 off beyond the first reads of a batch.

One species that is harmless and four that are not are no test of the claim "novel species": what is asked is what int8 loses,
and whether it keeps both strands alike.
"""

import pathlib
import random
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from genomes import GENOMES, genome
from made import arguments, dataset, describe, reads, write

READ, EACH, UNITS = 250, 250, 384
HARMLESS = "Escherichia coli"
WEIGHTS = "deepac/builtin/weights/nn-img-sensitive-lstm.h5"


def lstm(group):
    """One direction's weights in ONNX's order. cuDNN keeps each gate transposed, in the order input, forget, cell, output, and
    two biases that are only ever added."""
    kernel, recurrent, bias = (group[f"{name}:0"][()] for name in ("kernel", "recurrent_kernel", "bias"))
    kernels = [part.T.reshape(part.shape, order="F").T for part in np.hsplit(kernel, 4)]
    recurrents = np.hsplit(recurrent, 4)
    biases = np.split(bias.reshape(2, -1).sum(axis=0), 4)
    order = (0, 3, 1, 2)
    bias = np.concatenate([biases[gate] for gate in order])
    return (np.concatenate([kernels[gate] for gate in order]), np.concatenate([recurrents[gate] for gate in order]),
            np.concatenate([bias, np.zeros_like(bias)]))


def graph(weights, path):
    import h5py
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    with h5py.File(weights) as file:
        both = file["bidirectional_1/bidirectional_1"]
        directions = [lstm(both[f"{way}_cu_dnnlstm_1"]) for way in ("forward", "backward")]
        dense, bias = (file["dense_1/dense_1"][f"{name}:0"][()] for name in ("kernel", "bias"))
    W, R, B = (np.stack(parts).astype(np.float32) for parts in zip(*directions))
    backwards = np.array([-1, -1], np.int64)
    constants = {
        "W": W, "R": R, "B": B, "dense": dense, "both_biases": 2 * bias, "last": backwards, "steps": backwards,
        "before_first": np.array([-2**31 + 1] * 2, np.int64), "axes": np.array([1, 2], np.int64), "flat": np.array([0, -1], np.int64),
    }
    # Bases stand in the order ACGT, so that both axes turned around is the reverse complement.
    nodes = [helper.make_node("Slice", ["reads", "last", "before_first", "axes", "steps"], ["reverse"])]
    for strand in ("reads", "reverse"):
        nodes += [
            helper.make_node("Transpose", [strand], [f"{strand}_in_time"], perm=[1, 0, 2]),
            helper.make_node("LSTM", [f"{strand}_in_time", "W", "R", "B"], ["", f"{strand}_state"], direction="bidirectional", hidden_size=UNITS),
            helper.make_node("Transpose", [f"{strand}_state"], [f"{strand}_by_read"], perm=[1, 0, 2]),
            helper.make_node("Reshape", [f"{strand}_by_read", "flat"], [f"{strand}_flat"]),
            helper.make_node("MatMul", [f"{strand}_flat", "dense"], [f"{strand}_logit"]),
        ]
    nodes += [
        helper.make_node("Add", ["reads_logit", "reverse_logit"], ["sum"]),
        helper.make_node("Add", ["sum", "both_biases"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["pathogenic"]),
    ]
    made = helper.make_graph(
        nodes, "deepac", [helper.make_tensor_value_info("reads", TensorProto.FLOAT, ["batch", READ, 4])],
        [helper.make_tensor_value_info("pathogenic", TensorProto.FLOAT, ["batch", 1])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()])
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, path)


def model(folder, wheel):
    folder.mkdir(parents=True, exist_ok=True)
    graph(wheel / WEIGHTS, folder / "fp32.onnx")
    describe(folder, f"""\
model: deepac
summary: DeePaC, is a read of a bacterium that makes people ill?
tasks: [pathogenic]
input:
  window: {{start: 0, end: {READ}}}
  one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}
output: {{kind: binary, activation: none, activation_is_right: true}}
threshold: 0.5
training: {{seen: [], complete: false, description: "Reads of species in IMG/M (Bartoszewicz et al. 2020, doi:10.1093/bioinformatics/btz541)"}}
licence: {{weights: MIT, package: MIT}}
sources:
  - {{name: PyPI deepac, version: 0.14.1, file: {WEIGHTS}, licence: MIT, used_for: weights}}
""", HERE / "deepac_golden.tsv")


SUITE = """\
suite: pathogenic
summary: Is this read of a bacterium that makes people ill?
task: pathogenic
question:
  binary: {positive: pathogenic, negative: harmless}
in_distribution: [{dataset: bacteria}]
strata: [organism]
perturbations:
  - reverse_complement: {target: kept}
metrics: [accuracy, recall, specificity, auroc, average_precision, log_loss]
"""
EVALUATION = """\
evaluation: deepac
summary: What does an int8 build of DeePaC lose, and are both strands still alike to it?
suites: [pathogenic]
models:
  - {model: deepac, reference: fp32}
threads: 2
gates:
  - no_worse_than_reference: {metric: auroc, margin: 0.01}
  - invariant_to: {perturbation: reverse_complement, flips_at_most: 0.01}
"""


def drawn(folder):
    """Reads of every genome: (label, organism, read)."""
    generator = random.Random(18)
    rows = []
    for organism in GENOMES:
        label = "harmless" if organism.startswith(HARMLESS) else "pathogenic"
        rows += [(label, organism, read) for _, read in reads([(organism, genome(folder, organism))], READ, generator, EACH)]
    return rows


def main():
    args = arguments(__doc__, "wheel", "genomes", "to")
    dataset(args.to / "datasets/bacteria", "bacteria", "several", ["pathogenic", "harmless"], drawn(args.genomes),
            "Reads of 250 bases of six genomes of bacteria, without errors, from either strand.",
            "GenBank, by Debian's packages ragout-examples and kleborate-examples",
            "Intervals are about reads of these genomes, not about other species.", group="organism")
    model(args.to / "models/deepac", args.wheel)
    write(args.to, {"suites/pathogenic.yaml": SUITE, "deepac.yaml": EVALUATION})


if __name__ == "__main__":
    main()
