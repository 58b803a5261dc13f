"""What the scripts of this folder write alike: entries with digests, datasets of reads, the files of an evaluation."""

import argparse
import gzip
import hashlib
import pathlib
import shutil

COMPLEMENT = str.maketrans("ACGT", "TGCA")


def entry(path):
    data = path.read_bytes()
    return f'{{path: {path.name}, digest: "sha256:{hashlib.sha256(data).hexdigest()}", bytes: {len(data)}}}'


def reads(sequences, length, generator, most):
    """Distinct reads of some (name, sequence), from a place and a strand by chance, as (name, read): one of each sequence, or
    `most` of one that stands alone."""
    order = sequences * most if len(sequences) == 1 else generator.sample(sequences, len(sequences))
    found = {}
    for name, sequence in order:
        if len(found) == most or len(sequence) < length:
            continue
        start = generator.randrange(len(sequence) - length + 1)
        read = sequence[start:start + length]
        if generator.random() < 0.5:
            read = read.translate(COMPLEMENT)[::-1]
        if set(read) <= set("ACGT"):
            found.setdefault(read, name)
    return [(name, read) for read, name in found.items()]


def dataset(folder, name, organism, classes, rows, summary, sources, caveat, group=None):
    """A table of (label, of, read) with its descriptor. `group` names what stands before the last colon of `of`."""
    folder.mkdir(parents=True, exist_ok=True)
    names, columns = ["id", "sequence", "label", "split"], "id: id, sequence: sequence, label: label, split: split, clusters: none"
    if group:
        names, columns = [*names, group], f"{columns}, strata: [{group}]"
    lines = ["\t".join(names)]
    for number, (label, of, read) in enumerate(rows):
        cells = [f"{label}:{of}:{number}" if group else f"{label}:{of}", read, label, "test"]
        lines.append("\t".join([*cells, of] if group else cells))
    (folder / "reads.tsv.gz").write_bytes(gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    (folder / "dataset.yaml").write_text(f"""\
dataset: {name}
summary: {summary}
kind: windows
file: {entry(folder / 'reads.tsv.gz')}
columns: {{{columns}}}
classes: [{', '.join(classes)}]
splits: {{test: {len(rows)}}}
organism: {organism}
assembly: none
licence: {{sequence: "{sources}"}}
caveats:
  - {caveat}
""")


def describe(folder, text, golden=None):
    """Describes `fp32.onnx` of a folder, and the int8 build that is made of it; `golden` is copied beside them."""
    from graphs import quantize_dynamic

    quantize_dynamic(folder / "fp32.onnx", folder / "int8-dynamic.onnx")
    if golden:
        shutil.copyfile(golden, folder / "golden.tsv")
        text += f"golden: {entry(folder / 'golden.tsv')[:-1]}, tolerance: 1.0e-5, variants: [fp32]}}\n"
    (folder / "model.yaml").write_text(text + f"""\
variants:
  - variant: fp32
    backend: onnx
    precision: fp32
    files: {{model: {entry(folder / 'fp32.onnx')}}}
  - variant: int8-dynamic
    backend: onnx
    precision: int8
    batch_dependent: true
    made: Dynamic by onnxruntime, unsigned 8-bit weights; activations scaled by each batch's own range
    files: {{model: {entry(folder / 'int8-dynamic.onnx')}}}
reference: fp32
""")


def arguments(doc, *names):
    """Paths that a script is told."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in names:
        parser.add_argument(f"--{name}", type=pathlib.Path, required=True)
    return parser.parse_args()


def write(folder, texts):
    """Files of a folder by name."""
    for path, text in texts.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
