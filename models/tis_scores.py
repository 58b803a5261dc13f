"""Scores of TIS Transformer's graphs on whole test splits, by onnxruntime and scikit-learn: without Titer."""

import numpy as np
from inputs import HERE, rows

DATASETS = ["tis-human-chr20", "tis-melanogaster-chr4", "tis-cerevisiae-chr1", "tis-thaliana-chr1"]
VARIANTS = ["fp32", "int8-static", "int8-dynamic"]


def places(text, length):
    """Which bases `scored` names."""
    kept = np.zeros(length, bool)
    for span in filter(None, text.split(",")):
        start, end = map(int, span.split("-"))
        kept[start:end] = True
    return kept


def answers(running, dataset):
    """Truth and probability of every scored base, and each transcript's rank of its likeliest start, 1 the highest."""
    from performer import tokens

    truth, probability, ranks = [], [], []
    for row in rows(dataset):
        if row["split"] != "test":
            continue
        sequence = row["sequence"]
        logits = running.run(None, {"tokens": tokens([sequence])})[0][0, 1:len(sequence) + 1].astype(np.float64)
        found = 1 / (1 + np.exp(logits[:, 0] - logits[:, 1]))
        starts = [int(text) for text in row["tis"].split(",")]
        kept, is_start = places(row["scored"], len(sequence)), np.zeros(len(sequence), bool)
        is_start[starts] = True
        ranks.append(1 + min((found[kept] > found[start]).sum() for start in starts))
        truth.append(is_start[kept])
        probability.append(found[kept])
    return np.concatenate(truth), np.concatenate(probability), np.array(ranks)


def lines(made):
    import onnxruntime
    from sklearn.metrics import average_precision_score, roc_auc_score

    table = []
    for dataset in DATASETS:
        of_reference = None
        for variant in VARIANTS:
            running = onnxruntime.InferenceSession(str(made.folder / f"{variant}.onnx"), providers=["CPUExecutionProvider"])
            truth, probability, ranks = answers(running, dataset)
            of_reference = probability if of_reference is None else of_reference
            for metric, value in (
                    ("auroc", roc_auc_score(truth, probability)),
                    ("average_precision", average_precision_score(truth, probability)),
                    ("start_is_likeliest", (ranks == 1).mean()),
                    ("mean_reciprocal_rank", (1 / ranks).mean()),
                    ("largest_change", np.abs(probability - of_reference).max())):
                table.append(f"{made.name}\t{variant}\t{dataset}\t{metric}\t{value:.6f}")
                print(table[-1], flush=True)
    return table


def write(all_made):
    """tis_scores.tsv; `largest_change` is that of a probability against fp32."""
    table = ["model\tvariant\tdataset\tmetric\tvalue"]
    for made in all_made:
        table += lines(made)
    (HERE / "tis_scores.tsv").write_text("\n".join(table) + "\n")
