"""model.yaml and LICENSE of a TIS Transformer fold."""

import hashlib

TEMPLATE = """\
model: {name}
summary: TIS Transformer, {species} fold {fold}; it gives every base of a spliced transcript the probability that translation starts there.
tasks: [translation-start]
input:
  tokens:    # a whole transcript, 5' to 3', of at most 30,000 bases
    unit: single_nucleotide
    vocabulary: {{A: 0, T: 1, C: 2, G: 3, N: 4, "[BEGIN]": 5, "[END]": 6, "[PAD]": 7}}
    begin: "[BEGIN]"
    end: "[END]"
    pad: "[PAD]"
    unknown: N
    length: {{tokens: 30002, shorter: pad_right, longer: refuse, pad_to: longest}}
output:
  kind: per_position
  classes: [none, tis]
  activation: softmax
threshold: 0.5
training:
  seen:
    - {{organism: {organism}, chromosomes: [{seen}]}}
  complete: true
  description: >-
    Transcripts of {run} (Ensembl), says the package. Trained on chromosomes {train} and
    validated, to end the training, on {val}: both count as seen.
    The fold's own test chromosomes are {test}. Genes of these may be paralogues of genes that it saw.
licence: {{weights: MIT, package: MIT}}
sources:
  - name: PyPI transcript-transformer
    version: 1.1.1
    file: {inside}
    digest: "sha256:{source}"
    licence: MIT
    used_for: weights
made_by: ../tis_transformer.py
changes: >-
  Tensors were taken out of the checkpoint by name; the tables of positions and the optimizer's state were left out. The
  network was written anew for ONNX and candle: it leaves padding out of everything, where performer-pytorch 1.1.4 keeps
  the keys of padding in its sums, so that a transcript's answer depends on what it is padded to. What the package says of
  transcripts one by one, as its `--fasta` does, is unchanged. Quantized. No weight was retrained.
variants:
  - variant: fp32
    backend: onnx
    precision: fp32
    made: torch 2.5.1, opset 17
    files: {{model: {{{fp32}}}}}
  - variant: int8-static
    backend: onnx
    precision: int8
    made: >-
      Static QDQ of the dense layers by onnxruntime 1.32.0, per channel, unsigned 8-bit activations, signed 8-bit weights;
      activation ranges are the extremes over the stretches of split tuning of splice-human-chr20-positions (24 examples);
      attention is fp32
    files: {{model: {{{static}}}}}
  - variant: int8-dynamic
    backend: onnx
    precision: int8
    made: Dynamic of the dense layers by onnxruntime 1.32.0, unsigned 8-bit weights, activations scaled by each batch's own range; attention is fp32
    batch_dependent: true
    batch_size: 1
    files: {{model: {{{dynamic}}}}}
  - variant: fp32-candle
    backend: candle
    precision: fp32
    made: The checkpoint's tensors as safetensors, with the network's numbers in config.json
    files: {candle}
  - variant: fp16-candle
    backend: candle
    precision: fp16
    made: Rounded on load, from the weights of fp32-candle
    files: {candle}
  - variant: q8_0-candle
    backend: candle
    precision: q8_0
    made: >-
      Rounded on load, 32 weights a block, from the weights of fp32-candle. to_out and w2 of every layer and ff_2 lie in
      blocks (a third of the weights); rows of the others have 48 numbers or 16, which are no whole blocks, and stay fp32
    files: {candle}
reference: fp32
golden: {{{golden}, tolerance: 1.0e-5, variants: [fp32, fp32-candle]}}
"""
ORGANISMS = {"human": "Homo sapiens", "mouse": "Mus musculus"}


def entry(path):
    data = path.read_bytes()
    return f'path: {path.name}, digest: "sha256:{hashlib.sha256(data).hexdigest()}", bytes: {len(data)}'


def in_order(contigs):
    """Numbers by size, then names."""
    return sorted(contigs, key=lambda name: (not name.isdigit(), int(name) if name.isdigit() else 0, name))


def in_words(contigs):
    chromosomes = [name for name in in_order(contigs) if len(name) < 3]
    others = len(contigs) - len(chromosomes)
    return ", ".join(chromosomes) + (f" and {others} unplaced contigs" if others else "")


def write(made):
    from tis_transformer import RUNS

    of = made.chromosomes()
    file = {path.stem: entry(path) for path in made.folder.iterdir() if path.suffix in (".onnx", ".safetensors", ".json", ".tsv")}
    seen = ", ".join(f'"{name}"' for name in in_order(of["train"] + of["val"]))
    text = TEMPLATE.format(
        name=made.name, species=made.species, fold=made.fold, organism=ORGANISMS[made.species], seen=seen,
        run=RUNS[made.species], train=in_words(of["train"]), val=in_words(of["val"]),
        test=in_words(of["test"]) if of["test"] else "none (it is for other data)", inside=made.inside,
        source=hashlib.sha256(made.checkpoint.read_bytes()).hexdigest(), fp32=file["fp32"], static=file["int8-static"],
        dynamic=file["int8-dynamic"], golden=file["golden"],
        candle=f"{{weights: {{{file['weights']}}}, config: {{{file['config']}}}}}")
    (made.folder / "model.yaml").write_text(text)
    licence, = made.package.glob("transcript_transformer-*.dist-info/licenses/LICENCE")
    (made.folder / "LICENSE").write_bytes(licence.read_bytes())
