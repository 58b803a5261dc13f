#!/usr/bin/env python3
"""What a user would write in place of an evaluation, without any interval: by_hand.py FOLDER

Both builds of the model on the windows that windows.py writes, four metrics of each, no error bars, no pairing, one
process. Needs polars, numpy, onnxruntime, scikit-learn.
"""

import sys
from pathlib import Path

import numpy as np
import onnxruntime
import polars as pl
from sklearn.metrics import accuracy_score, average_precision_score, log_loss, roc_auc_score

BATCH = int(sys.argv[2]) if len(sys.argv) > 2 else 256
SITE = (95, 113)

CODES = np.full(256, 4, dtype=np.uint8)
for number, base in enumerate(b"ACGT"):
    CODES[base] = number
ONE_HOT = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), dtype=np.float32)])


def one_hot(sequences):
    letters = np.frombuffer("".join(text[SITE[0] : SITE[1]] for text in sequences).encode(), dtype=np.uint8)
    return ONE_HOT[CODES[letters]].reshape(len(sequences), SITE[1] - SITE[0], 4)


def predict(path, sequences):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    answers = []
    for start in range(0, len(sequences), BATCH):
        (answer,) = session.run(None, {name: one_hot(sequences[start : start + BATCH])})
        answers.append(answer.reshape(-1))
    return np.concatenate(answers).astype(np.float64)


def main():
    folder = Path(sys.argv[1])
    table = pl.read_csv(folder / "datasets/windows/windows.tsv", separator="\t")
    truth = (table["label"] == "donor").to_numpy()
    sequences = table["sequence"].to_list()
    for build in ("fp32", "int8-static"):
        answers = predict(str(folder / f"models/mmsplice-donor/{build}.onnx"), sequences)
        calls = answers >= 0.5
        scores = {
            "accuracy": accuracy_score(truth, calls),
            "auroc": roc_auc_score(truth, answers),
            "average_precision": average_precision_score(truth, answers),
            "log_loss": log_loss(truth, np.clip(answers, 1e-7, 1 - 1e-7)),
        }
        print(build, scores)


main()
