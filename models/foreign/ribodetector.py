#!/usr/bin/env python3
"""RiboDetector 0.3.3 as a model for Titer, with reads to judge it on. Nothing of it ships: its licence is the GPL, version 3.

    pip download --no-deps ribodetector==0.3.3          # unzip into WHEEL
    apt-get download ncbi-rrna-data                     # dpkg-deb -x into DEB
    python ribodetector.py --wheel WHEEL --rrna DEB --to FOLDER      (numpy, onnx 1.17, onnxruntime 1.32)
    titer run FOLDER/ribodetector.yaml --path FOLDER

Reads of 100 bases: of ribosomal RNA from the Debian package, a read a sequence, either strand; of messenger RNA from the
datasets of translation starts that ship here, a read a transcript. The graph is the wheel's own, byte for byte; `int8-dynamic`
is quantized from it. RiboDetector was trained on rRNA of SILVA, which these sequences are largely of: what is asked is not how
good the model is but what a build of it loses.
"""

import pathlib
import random
import shutil
import struct
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from made import arguments, dataset, describe, reads, write

READ, EACH, TRAINING = 100, 700, "SILVA and mRNA of 12 species, as its paper says (Deng et al. 2022, doi:10.1093/nar/gkac112)"
MRNA = {"human": ["tis-human-chr20"], "other": ["tis-melanogaster-chr4", "tis-thaliana-chr1", "tis-cerevisiae-chr1"]}


def blast(path):
    """The sequences of a nucleotide BLAST database, version 4, that hold no letter beyond ACGT."""
    index, packed = path.with_suffix(path.suffix + ".nin").read_bytes(), path.with_suffix(path.suffix + ".nsq").read_bytes()
    at = 8
    for _ in range(2):  # title and date
        at += 4 + struct.unpack_from(">i", index, at)[0]
    many, = struct.unpack_from(">i", index, at)
    at += 4 + 8 + 4 + 4 * (many + 1)
    starts = struct.unpack_from(f">{many + 1}i", index, at)
    odd = struct.unpack_from(f">{many + 1}i", index, at + 4 * (many + 1))
    four = ["".join("ACGT"[byte >> shift & 3] for shift in (6, 4, 2, 0)) for byte in range(256)]
    for number in range(many):
        if odd[number] == starts[number + 1]:
            *whole, last = packed[starts[number]:odd[number]]
            yield number, "".join(four[byte] for byte in whole) + four[last][:last & 3]


def model(folder, wheel):
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(wheel / "ribodetector/data/model_len70_101.onnx", folder / "fp32.onnx")
    describe(folder, f"""\
model: ribodetector
summary: RiboDetector, is a read of ribosomal RNA?
tasks: [rrna]
input:
  window: {{start: 0, end: {READ}}}
  one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}
output: {{kind: binary, activation: softmax, classes: [other, rrna], positive: rrna}}
threshold: 0.5
training: {{seen: [], complete: false, description: "{TRAINING}"}}
licence: {{weights: GPL-3, package: GPL-3}}
sources:
  - {{name: PyPI ribodetector, version: 0.3.3, file: ribodetector/data/model_len70_101.onnx, licence: GPL-3, used_for: weights}}
""")


SUITE = """\
suite: rrna
summary: Is this read of ribosomal RNA?
task: rrna
question:
  binary: {positive: rrna, negative: other}
in_distribution: [{dataset: rrna-large}]
out_of_distribution: [{dataset: rrna-small, shift: position}]
metrics: [accuracy, recall, specificity, precision, auroc, average_precision, log_loss]
# What a library holds after its ribosomal RNA was removed.
prevalence: 0.05
"""
EVALUATION = """\
evaluation: ribodetector
summary: What does an int8 build of RiboDetector lose?
suites: [rrna]
models:
  - {model: ribodetector, reference: fp32}
threads: 2
gates:
  - no_worse_than_reference: {metric: auroc, margin: 0.005}
  - at_least: {metric: precision, value: 0.5, at_prevalence: true, covers: {variants: [int8-dynamic]}}
"""


def main():
    from inputs import rows

    args = arguments(__doc__, "wheel", "rrna", "to")
    generator = random.Random(16)
    data = args.rrna / "usr/share/ncbi/data"
    for name, base, of in (("rrna-large", "LSURef_93.fasta", "human"), ("rrna-small", "Combined16SrRNA", "other")):
        ribosomal = reads(list(blast(data / base)), READ, generator, EACH)
        transcripts = [(row["id"], row["sequence"]) for other in MRNA[of] for row in rows(other)]
        other = reads(transcripts, READ, generator, EACH)
        labelled = [("rrna", f"{base}:{number}", read) for number, read in ribosomal] + [("other", *one) for one in other]
        dataset(args.to / "datasets" / name, name, "several", ["rrna", "other"], labelled,
                "Reads of 100 bases of ribosomal and of messenger RNA, one a sequence.",
                "Debian ncbi-rrna-data (SILVA 93 and RDP, for use here alone) and the datasets tis-* of Titer",
                "Ribosomal RNA of related species is alike, so that reads are less independent than intervals take them to be.")
        print(name, len(ribosomal), "reads of rRNA,", len(other), "of mRNA")
    model(args.to / "models/ribodetector", args.wheel)
    write(args.to, {"suites/rrna.yaml": SUITE, "ribodetector.yaml": EVALUATION})


if __name__ == "__main__":
    main()
