"""Scores by scikit-learn, computed without Titer: an independent check of its own numbers.

Outputs are float32, widened to float64 and then scored. Batches hold 32 examples in the file's
order (1 for cispliceai-member): it matters for int8-dynamic alone.
"""

import json

import numpy as np

from convolutional import run
from graphs import predict
from inputs import HERE, POSITIONS, WINDOWS, examples, mask, one_hot, rows, truth
from originals import MEMBER, MMSPLICE

BATCH = 32
DAMAGED = "mmsplice-donor-damaged"
VARIANTS = {
    "mmsplice-donor": ["fp32", "int8-static", "int8-dynamic", "fp32-candle"],
    "mmsplice-acceptor": ["fp32", "int8-static", "int8-dynamic", "fp32-candle"],
    DAMAGED: ["fp32", "int8-damaged"],
    MEMBER: ["fp32", "int8-static"],
}


def outputs(model, variant, inputs, batch=BATCH):
    if variant == "fp32-candle":
        from safetensors.numpy import load_file

        config = json.loads((HERE / model / "config.json").read_text())
        return run(config, load_file(HERE / model / "weights.safetensors"), inputs)
    return predict(HERE / model / f"{variant}.onnx", inputs, batch)


def binary(truths, p):
    """Every metric of the two binary suites, at threshold 0.5."""
    from sklearn import metrics

    called = p >= 0.5
    return {
        "auroc": metrics.roc_auc_score(truths, p),
        "average_precision": metrics.average_precision_score(truths, p),
        "accuracy": metrics.accuracy_score(truths, called),
        "balanced_accuracy": metrics.balanced_accuracy_score(truths, called),
        "mcc": metrics.matthews_corrcoef(truths, called),
        "f1": metrics.f1_score(truths, called),
        "log_loss": metrics.log_loss(truths, np.clip(p, 1e-7, 1 - 1e-7)),
        "brier": metrics.brier_score_loss(truths, p),
    }


def top_k(truths, p):
    """The share of real sites among the k likeliest bases, k being the number of sites; ties by expectation."""
    k = int(truths.sum())
    cut = np.sort(p)[-k]
    above, tied = p > cut, p == cut
    return (truths[above].sum() + truths[tied].mean() * (k - above.sum())) / k


def position_scores(outputs_of_all, truths):
    from sklearn import metrics

    for column, label in ((1, "acceptor"), (2, "donor")):
        is_site, p = truths == column, outputs_of_all[:, column].astype(np.float64)
        yield label, {"average_precision": metrics.average_precision_score(is_site, p), "top_k": top_k(is_site, p)}


def lines():
    yield from (line for model in [*MMSPLICE, DAMAGED] for line in binary_lines(model))
    for dataset in POSITIONS:
        tests = [row for row in rows(dataset) if row["split"] == "test"]
        masks = [mask(row) for row in tests]
        truths = np.concatenate([truth(row)[m] for row, m in zip(tests, masks)])
        for variant in VARIANTS[MEMBER]:
            stretches = outputs(MEMBER, variant, one_hot([row["sequence"] for row in tests]), 1)
            scored = np.concatenate([stretch[m] for stretch, m in zip(stretches, masks)])
            for label, scores in position_scores(scored, truths):
                yield from ((MEMBER, variant, dataset, metric, value, label) for metric, value in scores.items())


def binary_lines(model):
    _, (start, end), site = MMSPLICE[model.removesuffix("-damaged")]
    for dataset in WINDOWS:
        kept, truths = examples(dataset, site)
        inputs = one_hot([row["sequence"][start:end] for row in kept])
        for variant in VARIANTS[model]:
            p = outputs(model, variant, inputs).ravel().astype(np.float64)
            yield from ((model, variant, dataset, metric, value, "") for metric, value in binary(truths, p).items())


def write():
    made = ["model\tvariant\tdataset\tmetric\tvalue\tclass"]
    for model, variant, dataset, metric, value, label in lines():
        made.append(f"{model}\t{variant}\t{dataset}\t{metric}\t{float(value):.15g}\t{label}")
    (HERE / "reference_scores.tsv").write_text("\n".join(made) + "\n")
    print("\n".join(made))
