#!/usr/bin/env python3
"""How often perturbations do what they say, counted by code that is not Titer's from what a model was given.

    python3 -m venv .venv && .venv/bin/pip install edlib==1.3.9.post1
    .venv/bin/python measure.py TITER > rates.txt          # TITER: the program

A model of a few lines writes down the sequences that it is handed, clean and perturbed. Substitutions, N, damage and shuffles are counted
base by base; insertions and deletions from edlib's alignments, which find fewer than were made where two lie close, and take two
substitutions for one of each where those do.
"""

import collections
import hashlib
import json
import pathlib
import re
import subprocess
import sys
import tempfile

import edlib

MODEL = r'''
import json, pathlib, sys, time
out = open(pathlib.Path(__file__).parent.parent / "log" / f"{time.time_ns()}.txt", "w")
shape = [-1, 400, 4]
print(json.dumps({"name": "log", "ready": True, "inputs": [{"name": "input", "datatype": "FP32", "shape": shape}],
                  "outputs": [{"name": "output", "datatype": "FP32", "shape": [-1]}], "runtime": {"python": "3"}}), flush=True)
for line in sys.stdin:
    request = json.loads(line)
    tensor = request["inputs"][0]
    number, data = tensor["shape"][0], tensor["data"]
    for row in range(number):
        at = lambda base: data[(row * 400 + base) * 4:(row * 400 + base) * 4 + 4]
        out.write("".join("ACGT"[at(base).index(1)] if 1 in at(base) else "N" for base in range(400)) + "\n")
    out.flush()
    answers = [sum(data[row * 1600 + 1:(row + 1) * 1600:4]) / 400 for row in range(number)]
    print(json.dumps({"id": request["id"], "outputs": [{"name": "output", "shape": [number], "datatype": "FP32", "data": answers}]}), flush=True)
'''
DESCRIPTOR = """model: log
summary: Writes down what it is given.
tasks: [splice-donor]
input: {{window: {{start: 0, end: 400}}, one_hot: {{alphabet: ACGT, layout: length_channels, other: zeros}}}}
output: {{kind: binary, activation: none}}
threshold: 0.5
training: {{seen: [], complete: true, description: never trained}}
licence: {{weights: MIT}}
reference: py
variants:
  - variant: py
    backend: process
    precision: fp32
    process: {{command: [{python}, model.py], files_complete: true, tensors: json}}
    files: {{script: {{path: model.py, digest: "sha256:{digest}", bytes: {size}}}}}
"""
CHANGES = [
    "substitutions: {rate: 0.1, transitions: 0.67}", "indels: {rate: 0.005}", "sequencing_errors: {platform: nanopore}",
    "sequencing_errors: {platform: illumina, times: 4}", "ancient_damage: {rate: 0.4}", "unknown_bases: {rate: 0.25, block: 20}",
    "mononucleotide_shuffle", "dinucleotide_shuffle", "trinucleotide_shuffle", "site_destroyed",
]
SUITE = """suite: rates
summary: Are rates what they say?
task: splice-donor
question: {binary: {positive: donor, negative: decoy_donor}}
in_distribution: [{dataset: splice-human-chr20}]
spare: [{start: 200, end: 202}]
metrics: [auroc]
perturbations:
"""
EVALUATION = "evaluation: rates\nsummary: Rates.\nsuites: [rates.yaml]\nmodels: [{model: model/model.yaml}]\nlimit: 1000\n"


def sequences(titer):
    """The clean sequences, then those of each change."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for part in ("model", "log"):
            (folder / part).mkdir()
        script = MODEL.encode()
        (folder / "model/model.py").write_bytes(script)
        text = DESCRIPTOR.format(python=json.dumps(sys.executable), digest=hashlib.sha256(script).hexdigest(), size=len(script))
        (folder / "model/model.yaml").write_text(text)
        (folder / "rates.yaml").write_text(SUITE + "".join(f"  - {change}\n" for change in CHANGES))
        (folder / "run.yaml").write_text(EVALUATION)
        subprocess.run([titer, "run", "run.yaml", "--quiet"], cwd=folder, check=True)
        logs = [log.read_text().split() for log in sorted((folder / "log").iterdir())]
        # A process that is asked what it is hears no sequence; after the first cell some are asked once more.
        return [log[:1000] for log in logs if log]


def counts(text, size):
    return collections.Counter(text[at:at + size] for at in range(len(text) - size + 1))


def edits(clean, changed):
    """Substitutions, insertions and deletions for each base, from alignments of what is left between the N at the ends."""
    found, bases = collections.Counter(), 0
    for one, other in zip(clean, changed):
        path = edlib.align(other.strip("N"), one, mode="HW", task="path")["cigar"]
        for number, kind in re.findall(r"(\d+)([=XID])", path):
            found[kind] += int(number)
            bases += int(number) if kind != "I" else 0
    return ", ".join(f"{word} {found[kind] / bases:.5f}" for kind, word in (("X", "substitutions"), ("I", "insertions"), ("D", "deletions")))


def by_base(clean, changed):
    pairs = [(a, b) for one, other in zip(clean, changed) for at, (a, b) in enumerate(zip(one, other)) if at not in (200, 201)]
    differ = [a + b for a, b in pairs if a != b]
    transitions = sum(pair in ("AG", "GA", "CT", "TC") for pair in differ) / max(len(differ), 1)
    return f"{len(differ) / len(pairs):.5f} of bases changed, {transitions:.4f} of these transitions"


def damage(clean, changed):
    def share(at, base, read):
        of = [(one[at], other[at]) for one, other in zip(clean, changed) if one[at] == base]
        return sum(b == read for _, b in of) / len(of)
    ends = [f"{share(at, 'C', 'T'):.3f} and {share(-1 - at, 'G', 'A'):.3f} of {0.4 * 0.7 ** at:.3f}" for at in range(4)]
    return "C to T from the start, G to A from the end: " + "; ".join(ends)


def main():
    clean, *changed = sequences(sys.argv[1])
    for change, after in zip(CHANGES, changed):
        assert len(after) == len(clean) == 1000
        same_site = all(one[200:202] == other[200:202] for one, other in zip(clean, after))
        kind = change.split(":")[0]
        size = {"mononucleotide_shuffle": 1, "dinucleotide_shuffle": 2, "trinucleotide_shuffle": 3}.get(kind)
        if size:
            kept = [all(counts(a, n) == counts(b, n) for a, b in zip(clean, after)) for n in (size, size + 1)]
            said = f"all counts of {size} letters kept: {kept[0]}; of {size + 1}: {kept[1]}"
        elif kind in ("indels", "sequencing_errors"):
            said = edits(clean, after)
        elif kind == "ancient_damage":
            said = damage(clean, after)
        elif kind == "site_destroyed":
            said = f"both bases differ in all: {all(a[200] != b[200] and a[201] != b[201] for a, b in zip(clean, after))}; {by_base(clean, after)}"
        else:
            said = by_base(clean, after)
        print(f"{change}\n  the two spared bases stay: {same_site}; {said}")


if __name__ == "__main__":
    main()
