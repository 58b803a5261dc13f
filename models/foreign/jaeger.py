#!/usr/bin/env python3
"""Jaeger 1.26.5's default network as a model for Titer, with pieces of contigs to judge it on. MIT; fetched, not shipped.

    pip download --no-deps jaeger-bio==1.26.5                                       # unzip into WHEEL
    apt-get download ragout-examples kleborate-examples bowtie2-examples            # dpkg-deb -x each into DEB
    python jaeger.py --wheel WHEEL --genomes DEB --to FOLDER        (numpy, h5py, onnx 1.17, onnxruntime)
    titer run FOLDER/jaeger.yaml --path FOLDER

Is a piece of 2,000 bases of a bacterium, a phage, a eukaryote or an archaeon? Jaeger translates all six reading frames and reads
the amino acids with one network. The graph is built here from the weights, translation included, so that letters go in;
`jaeger_golden.tsv` is what the authors' own code says in TensorFlow (`jaeger_golden.py`).

Bacteria are the genomes of Debian's packages, the phage is lambda, eukaryotes are the stretches that ship here; archaea there
are none. All of these genomes are old and well known: they may be in its training data. What is asked is what int8 loses.
"""

import pathlib
import random
import runpy
import sys

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from genomes import GENOMES, genome, sequences
from made import arguments, dataset, describe, reads, write

PIECE, EACH, CLASSES = 2000, 30, ["bacteria", "phage", "eukarya", "archaea"]
# Of 2,000 bases each frame gives 665 codons: Jaeger leaves out the last.
CODONS_READ = 665
WEIGHTS = "jaeger/data/models/default/WRes_1024.h5"
CODONS = "jaeger/preprocess/v1/maps.py"
PHAGE = "bowtie2/examples/reference/lambda_virus.fa.gz"
EUKARYA = ["splice-human-chr20-positions", "splice-melanogaster-chr4-positions", "splice-yeast-positions", "splice-thaliana-chr1-positions"]


class Graph:
    """Nodes and constants, added one after the other; each call gives the name of what it makes."""

    def __init__(self):
        self.nodes, self.constants = [], []

    def constant(self, value):
        from onnx import numpy_helper

        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def __call__(self, kind, *inputs, **attributes):
        from onnx import helper

        name = f"value_{len(self.nodes)}"
        inputs = [value if isinstance(value, str) else self.constant(value) for value in inputs]
        self.nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name


def amino_acids(wheel):
    """Jaeger's number of the amino acid of each codon, of letters numbered A, C, G, T, anything else; 0 where one is else."""
    maps = runpy.run_path(str(wheel / CODONS))
    table = np.zeros(125, np.int64)
    for codon, number in zip(maps["TRIMERS"], maps["TRIMER_INT"]):
        first, second, third = ("ACGT".index(base) for base in codon)
        table[25 * first + 5 * second + third] = number
    return table


def frames(add, wheel):
    """[6 x batch, amino acids]: the three frames of a strand, then those of the other."""
    span = 3 * CODONS_READ
    turned = add("Slice", add("Gather", np.int64([3, 2, 1, 0, 4]), "tokens"), np.int64([-1]), np.int64([-2**31]), np.int64([1]), np.int64([-1]))
    read = []
    for strand in ("tokens", turned):
        for start in range(3):
            bases = [add("Slice", strand, np.int64([start + base]), np.int64([start + base + span]), np.int64([1]), np.int64([3]))
                     for base in range(3)]
            first = add("Mul", bases[0], np.int64(25))
            codon = add("Add", add("Add", first, add("Mul", bases[1], np.int64(5))), bases[2])
            read.append(add("Gather", amino_acids(wheel), codon))
    return add("Concat", *read, axis=0)


def gelu(add, value):
    curve = add("Add", add("Erf", add("Mul", value, np.float32(2 ** -0.5))), np.float32(1))
    return add("Mul", add("Mul", value, np.float32(0.5)), curve)


def graph(wheel, path):
    import h5py
    import onnx
    from onnx import TensorProto, helper

    add = Graph()
    with h5py.File(wheel / WEIGHTS) as file:
        def weights(layer, *names):
            return [file[layer][layer][f"{name}:0"][()] for name in names]

        def convolution(value, layer, norm, dilation):
            kernel, bias = weights(layer, "kernel", "bias")
            edge = dilation * (len(kernel) - 1) // 2
            value = add("Conv", value, kernel.transpose(2, 1, 0), bias, dilations=[dilation], pads=[edge, edge])
            gamma, beta, mean, variance = weights(norm, "gamma", "beta", "moving_mean", "moving_variance")
            return add("BatchNormalization", gelu(add, value), gamma, beta, mean, variance, epsilon=1e-3)

        value = add("Gather", *weights("aa", "embeddings"), frames(add, wheel))
        value = add("Transpose", value, perm=[0, 2, 1])
        for layer, norm, dilation in (("conv1d", "bn_block1_1", 1), ("block1_1", "bn_block1_2", 2)):
            value = add("MaxPool", convolution(value, layer, norm, dilation), kernel_shape=[2], strides=[2])
        for block in range(5):
            for half in (1, 2):
                value = convolution(value, f"block2_{block}{half}", f"bn_block2_{block}{half}", 3 + block)
            value = gelu(add, value)
        # The six frames are added up before the largest of all places is taken.
        value = add("Reshape", value, np.int64([6, -1, 128, CODONS_READ // 4]))
        value = add("ReduceMax", add("ReduceSum", value, np.int64([0]), keepdims=0), axes=[2], keepdims=0)
        for layer in ("augdense-1", "augdense-2"):
            kernel, bias = weights(layer, "kernel", "bias")
            value = gelu(add, add("Add", add("MatMul", value, kernel), bias))
        kernel, bias = weights("outdense", "kernel", "bias")
        logits = add("Add", add("MatMul", value, kernel), bias)
    made = helper.make_graph(
        add.nodes, "jaeger", [helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", PIECE])],
        [helper.make_tensor_value_info(logits, TensorProto.FLOAT, ["batch", len(CLASSES)])], add.constants)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def model(folder, wheel):
    folder.mkdir(parents=True, exist_ok=True)
    graph(wheel, folder / "fp32.onnx")
    describe(folder, f"""\
model: jaeger
summary: Jaeger, is a piece of a contig of a bacterium, a phage, a eukaryote or an archaeon?
tasks: [origin]
input:
  window: {{start: 0, end: {PIECE}}}
  tokens: {{unit: single_nucleotide, vocabulary: {{A: 0, C: 1, G: 2, T: 3, N: 4}}, unknown: N}}
output: {{kind: classes, classes: [{', '.join(CLASSES)}], activation: softmax}}
training: {{seen: [], complete: false, description: "Genomes of RefSeq (Wijesekara et al. 2024, doi:10.1101/2024.09.24.612722)"}}
licence: {{weights: MIT, package: MIT}}
sources:
  - {{name: PyPI jaeger-bio, version: 1.26.5, file: {WEIGHTS}, licence: MIT, used_for: weights}}
""", HERE / "jaeger_golden.tsv")


SUITE = f"""\
suite: origin
summary: What is this piece of a contig of?
task: origin
question:
  classes: {{classes: [{', '.join(CLASSES)}]}}
in_distribution: [{{dataset: contigs}}]
metrics: [accuracy, auroc, f1_macro, log_loss]
"""
EVALUATION = """\
evaluation: jaeger
summary: What does an int8 build of Jaeger lose?
suites: [origin]
models:
  - {model: jaeger, reference: fp32}
threads: 2
gates:
  - no_worse_than_reference: {metric: accuracy, margin: 0.05}
"""


def drawn(folder):
    """Pieces of each origin: (label, organism, piece)."""
    from inputs import rows

    generator = random.Random(19)
    found = []
    for organism in GENOMES:
        found += [("bacteria", organism, piece) for _, piece in reads([(organism, genome(folder, organism))], PIECE, generator, EACH)]
    found += [("phage", "phage lambda", piece) for _, piece in reads([("", sequences(folder, PHAGE)[0])], PIECE, generator, EACH)]
    for name in EUKARYA:
        stretches = [(name, row["sequence"].strip("N")) for row in rows(name)]
        found += [("eukarya", name, piece) for _, piece in reads(stretches, PIECE, generator, EACH)]
    return found


def main():
    args = arguments(__doc__, "wheel", "genomes", "to")
    dataset(args.to / "datasets/contigs", "contigs", "several", CLASSES, drawn(args.genomes),
            "Pieces of 2,000 bases of genomes of bacteria, of phage lambda and of eukaryotes, from either strand.",
            "GenBank, by Debian's packages ragout-examples, kleborate-examples and bowtie2-examples, and datasets of Titer",
            "Intervals are about pieces of these genomes, not about others; pieces of the phage overlap.", group="organism")
    model(args.to / "models/jaeger", args.wheel)
    write(args.to, {"suites/origin.yaml": SUITE, "jaeger.yaml": EVALUATION})


if __name__ == "__main__":
    main()
