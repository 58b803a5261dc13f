"""Golden outputs of TIS Transformer: what the authors' own code says of transcripts, each alone."""

import sys
import types

import numpy as np
from inputs import rows

# The transcript nearest to each length, of a species that no fold was trained on.
ASKED = [("tis-cerevisiae-chr1", 200), ("tis-melanogaster-chr4", 2000), ("tis-melanogaster-chr4", 10000)]
HIGHEST, LOWEST, OTHERS = 24, 8, 32


def transcripts():
    """(id, sequence) of each."""
    for dataset, length in ASKED:
        row = min(rows(dataset), key=lambda row: (abs(len(row["sequence"]) - length), row["id"]))
        yield row["id"], row["sequence"]


def original(made):
    """The package's model as its `predict` loads it, on transcripts of letters; one a time, without padding."""
    import torch
    from performer import tokens

    if "transcript_transformer" not in sys.modules:  # its __init__ imports readers of data that nothing here needs
        package = types.ModuleType("transcript_transformer")
        package.__path__ = [str(made.package / "transcript_transformer")]
        sys.modules["transcript_transformer"] = package
    from transcript_transformer.models import TranscriptSeqRiboEmb

    model = TranscriptSeqRiboEmb.load_from_checkpoint(
        made.checkpoint, map_location="cpu", strict=False, max_seq_len=30000, mlm=False, mask_frac=0.85, rand_frac=0.15,
        metrics=[]).eval()

    def run(sequence, padding=0):
        ids = torch.tensor(np.pad(tokens([sequence]), ((0, 0), (0, padding)), constant_values=7))
        asked = torch.full(ids.shape, -1)
        asked[:, 1:len(sequence) + 1] = 0
        with torch.no_grad():
            logits, *_ = model({"seq": ids, "y": asked}, eval=True)
        return logits.softmax(-1).numpy()

    return run


def lines(made):
    generator = np.random.default_rng(20)
    run = original(made)
    table = ["id\tsequence\tposition\tnone\ttis"]
    for name, sequence in transcripts():
        answers = run(sequence)
        order = np.argsort(-answers[:, 1], kind="stable")
        ends = [0, 1, len(sequence) - 2, len(sequence) - 1]
        edges = [p for p in (253, 254, 255, 256) if p < len(sequence)]  # of the first window, whose first token is no base
        others = generator.choice(len(sequence), min(OTHERS, len(sequence)), replace=False)
        chosen = sorted({*order[:HIGHEST].tolist(), *order[-LOWEST:].tolist(), *others.tolist(), *ends, *edges})
        for place, position in enumerate(chosen):
            written = sequence if place == 0 else ""
            numbers = "\t".join(f"{value:.9g}" for value in answers[position])
            table.append(f"{name}\t{written}\t{position}\t{numbers}")
    print(made.name, len(table) - 1, "golden outputs")
    return table


def newer(made):
    """The bases of golden.tsv, of transcripts of less than 5,000, as the same checkpoint answers with whatever local-attention
    is installed: with a version that turns queries otherwise nothing fails, and the answers are noise."""
    run = original(made)
    sequences = {name: sequence for name, sequence in transcripts() if len(sequence) < 5000}
    answers = {name: run(sequence) for name, sequence in sequences.items()}
    header, *rest = (made.folder / "golden.tsv").read_text().splitlines()
    table = [header]
    for name, sequence, position, *_ in (line.split("\t") for line in rest):
        if name in sequences:
            numbers = "\t".join(f"{value:.9g}" for value in answers[name][int(position)])
            table.append(f"{name}\t{sequence}\t{position}\t{numbers}")
    return table


def verify(made):
    """Graphs against the authors' code, and the authors' code against itself with padding behind a transcript."""
    import onnxruntime
    from performer import tokens

    run = original(made)
    for name, sequence in transcripts():
        expected = run(sequence)[:, 1]
        padded = run(sequence, padding=300)[:, 1]
        print(f"{made.name}\t{len(sequence)}\toriginal with 300 of padding\t{np.abs(padded - expected).max():.3g}")
        for path in sorted(made.folder.glob("*.onnx")):
            session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
            for padding in (0, 300):
                ids = np.pad(tokens([sequence]), ((0, 0), (0, padding)), constant_values=7)
                logits = session.run(None, {"tokens": ids})[0][0, 1:len(sequence) + 1].astype(np.float64)
                found = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
                difference, rank = np.abs(found - expected).max(), (found > found[expected.argmax()]).sum()
                print(f"{made.name}\t{len(sequence)}\t{path.stem}, padding {padding}\t{difference:.3g}\t"
                      f"likeliest base now at rank {rank + 1}")
                if path.stem == "fp32" and difference > 1e-5:
                    raise SystemExit("TOO LARGE")
