"""Makes the TIS Transformer models from the Python package transcript-transformer.

    python tis_transformer.py convert  --package DIR [--species human mouse] [--folds 1] [--to .]
    python tis_transformer.py quantize [--ranges stretches]     the int8 variants
    python tis_transformer.py golden   --package DIR ...  golden.tsv, by the authors' own code
    python tis_transformer.py describe --package DIR ...  model.yaml and LICENSE
    python tis_transformer.py verify   --package DIR ...  compares every graph with the authors' code
    python tis_transformer.py scores   --species human    tis_scores.tsv, of fp32 and int8
    python tis_transformer.py newer    --package DIR --species human    what a newer local-attention makes of it

DIR is the unpacked wheel (`pip download --no-deps transcript-transformer==1.1.1`, unzip). Fold 1 goes to
`tis-transformer-human` and `tis-transformer-mouse`, another fold N to `tis-transformer-human-foldN`. Checkpoints are
pickles: torch reads tensors and numbers out of them (`weights_only`) and runs nothing. What it needs stands in
requirements-tis.txt.
"""

import argparse
import json
import pathlib

import tis_descriptor
import tis_golden
import tis_scores
from inputs import HERE

RUNS = {"human": "Homo_sapiens.GRCh38.113", "mouse": "Mus_musculus.GRCm39.112"}


class Made:
    """One fold of one species."""

    def __init__(self, args, species, fold):
        self.package, self.species, self.fold, self.ranges = args.package, species, fold, args.ranges
        self.name = f"tis-transformer-{species}" + ("" if fold == 1 else f"-fold{fold}")
        self.folder = pathlib.Path(args.to) / self.name

    @property
    def inside(self):
        """The checkpoint's place in the package."""
        return f"transcript_transformer/pretrained/tt_models/{RUNS[self.species]}_f{self.fold}.tt.ckpt"

    @property
    def checkpoint(self):
        return self.package / self.inside

    def chromosomes(self):
        """Which contigs the fold was trained, validated and tested on."""
        import yaml

        path = self.package / f"transcript_transformer/pretrained/tt_models/{RUNS[self.species]}_params.tt.yml"
        return yaml.safe_load(path.read_text())["trained_model"]["folds"][self.fold]


def convert(made):
    import graphs
    import performer
    from performer_graph import Network
    from safetensors.numpy import save

    tensors, config = performer.read(made.checkpoint)
    made.folder.mkdir(parents=True, exist_ok=True)
    (made.folder / "weights.safetensors").write_bytes(save(tensors))
    (made.folder / "config.json").write_text(json.dumps(config, indent=1) + "\n")
    graphs.save(Network(tensors, config).model(), made.folder / "fp32.onnx")


def quantize(made):
    """Dense layers alone: sums over random features and windows stay in f32.

    Activation ranges are those of 24 stretches of genome, though the model reads transcripts: those of 80 transcripts
    (`--ranges transcripts`) are no better, as README.md says.
    """
    import onnx
    from graphs import quantize_dynamic, quantize_static
    from inputs import CONTEXT, rows
    from performer import tokens

    path = made.folder / "fp32.onnx"
    graph = onnx.load(path).graph
    biases = {constant.name for constant in graph.initializer if len(constant.dims) == 1}
    added = {name for node in graph.node if node.op_type == "Add" and biases & set(node.input) for name in node.input}
    dense = [node.name for node in graph.node if node.op_type == "MatMul" and node.output[0] in added]
    read = {"stretches": ("splice-human-chr20-positions", lambda row: row["sequence"][CONTEXT:-CONTEXT].strip("N")),
            "transcripts": ("tis-human-chr20", lambda row: row["sequence"])}
    dataset, sequence = read[made.ranges]
    batches = [tokens([sequence(row)]) for row in rows(dataset) if row["split"] == "tuning"]
    quantize_static(path, made.folder / "int8-static.onnx", batches, "tokens", dense)
    quantize_dynamic(path, made.folder / "int8-dynamic.onnx", dense)
    print(made.name, len(dense), "dense layers, calibrated on", len(batches), made.ranges)


def golden(made):
    (made.folder / "golden.tsv").write_text("\n".join(tis_golden.lines(made)) + "\n")


def newer(made):
    """Run it with local-attention 1.11.2 in place of the 1.7.1 that the package asks for."""
    target = HERE.parent / "harness/backends/fixtures/rotary/newer.tsv"
    target.parent.mkdir(exist_ok=True)
    target.write_text("\n".join(tis_golden.newer(made)) + "\n")


def verify(made):
    tis_golden.verify(made)


def describe(made):
    tis_descriptor.write(made)


def scores(all_made):
    tis_scores.write(all_made)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    steps = {step.__name__: step for step in (convert, quantize, golden, describe, verify, newer, scores)}
    parser.add_argument("step", choices=steps)
    parser.add_argument("--package", type=pathlib.Path, help="the unpacked wheel of transcript-transformer 1.1.1")
    parser.add_argument("--species", nargs="+", choices=RUNS, default=list(RUNS))
    parser.add_argument("--folds", nargs="+", type=int, default=[1])
    parser.add_argument("--to", default=HERE)
    parser.add_argument("--ranges", choices=["stretches", "transcripts"], default="stretches", help="what int8-static is calibrated on")
    args = parser.parse_args()
    if args.step not in ("quantize", "scores") and not args.package:
        parser.error(f"{args.step} needs --package")
    all_made = [Made(args, species, fold) for species in args.species for fold in args.folds]
    if args.step == "scores":
        scores(all_made)
    else:
        for made in all_made:
            steps[args.step](made)


if __name__ == "__main__":
    main()
