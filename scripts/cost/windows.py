#!/usr/bin/env python3
"""A large evaluation to measure what Titer itself costs: windows.py FOLDER [NUMBER]

Writes NUMBER windows of 200 bases (1,000,000 where left out) in NUMBER / 50 clusters, uncompressed, with a model, a
suite and an evaluation. The windows are synthetic: those of the human donors and decoys that ship, over and over, each
copy with one letter changed outside of the site, so that no two copies are one example by accident. What scores they
give says nothing about the model; what time they take does not depend on that.
"""

import csv
import gzip
import hashlib
import random
import sys
from pathlib import Path

SHIPS = Path(__file__).resolve().parents[2]
LENGTH = 200
SITE = range(95, 113)  # what the model reads: 18 bases around the splice site

DATASET = """dataset: windows
summary: Synthetic, for measuring cost alone.
kind: windows
file: {{path: windows.tsv, digest: "sha256:{digest}", bytes: {length}}}
columns: {{id: id, sequence: sequence, label: label, clusters: [cluster]}}
classes: [donor, decoy_donor]
splits: {{test: {number}}}
organism: synthetic
assembly: none
licence: {{data: synthetic}}
made_by: scripts/cost/windows.py
"""

SUITE = """suite: windows
summary: Synthetic, for measuring cost alone.
task: splice-donor
question:
  binary: {positive: donor, negative: decoy_donor}
in_distribution:
  - dataset: windows
metrics: [accuracy, auroc, average_precision, log_loss]
"""

EVALUATION = """evaluation: windows
suites: [windows]
models:
  - model: mmsplice-donor
    variants: [fp32, int8-static]
    reference: fp32
"""


def sites():
    """Windows that ship, cut to the bases in the middle."""
    path = SHIPS / "datasets/splice-human-chr20/windows.tsv.gz"
    with gzip.open(path, "rt") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if row["label"] in ("donor", "decoy_donor"):
                yield row["sequence"][100:300].upper(), row["label"]


def write_windows(path, number):
    shipped = list(sites())
    draw = random.Random(1)
    outside = [place for place in range(LENGTH) if place not in SITE]
    with open(path, "w") as file:
        file.write("id\tsequence\tlabel\tcluster\n")
        for row in range(number):
            sequence, label = shipped[row % len(shipped)]
            place = draw.choice(outside)
            other = draw.choice([base for base in "ACGT" if base != sequence[place]])
            sequence = sequence[:place] + other + sequence[place + 1 :]
            file.write(f"w{row}\t{sequence}\t{label}\tc{row // 50}\n")


def write_model(folder):
    """The model that ships, told where the site lies in a shorter window."""
    shipped = SHIPS / "models/mmsplice-donor"
    lines = (shipped / "model.yaml").read_text()
    model = lines.replace("{start: 195, end: 213}", f"{{start: {SITE.start}, end: {SITE.stop}}}")
    assert model != lines, "the model's window stands elsewhere now"
    model = "".join(line for line in model.splitlines(True) if not line.startswith("golden:"))
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("fp32.onnx", "int8-static.onnx", "int8-dynamic.onnx", "weights.safetensors", "config.json"):
        (folder / name).write_bytes((shipped / name).read_bytes())
    (folder / "model.yaml").write_text(model)


def main():
    folder = Path(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000
    windows = folder / "datasets/windows/windows.tsv"
    windows.parent.mkdir(parents=True, exist_ok=True)
    (folder / "suites").mkdir(exist_ok=True)
    write_windows(windows, number)
    with open(windows, "rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    described = DATASET.format(digest=digest, length=windows.stat().st_size, number=number)
    (windows.parent / "dataset.yaml").write_text(described)
    (folder / "suites/windows.yaml").write_text(SUITE)
    write_model(folder / "models/mmsplice-donor")
    (folder / "evaluation.yaml").write_text(EVALUATION)


main()
