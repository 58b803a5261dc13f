"""The datasets that the models are calibrated and scored on, and how letters become numbers."""

import gzip
import pathlib
import re

import numpy as np

HERE = pathlib.Path(__file__).resolve().parent
DATASETS = HERE.parent / "datasets"
WINDOWS = ["splice-human-chr20", "splice-fly-chr2r", "splice-yeast"]
POSITIONS = ["splice-human-chr20-positions", "splice-yeast-positions"]
CONTEXT = 5000  # bases on each side of a stretch


def rows(dataset):
    """The rows of a dataset as dictionaries, in the file's order."""
    descriptor = (DATASETS / dataset / "dataset.yaml").read_text()
    path = re.search(r"^file:.*?path:\s*([^,}\s]+)", descriptor, re.M | re.S).group(1)
    with gzip.open(DATASETS / dataset / path, "rt") as lines:
        header = next(lines).rstrip("\n").split("\t")
        return [dict(zip(header, line.rstrip("\n").split("\t"))) for line in lines]


def examples(dataset, site, split="test"):
    """Rows of a site's two classes, and whether each is a real site."""
    kept = [row for row in rows(dataset) if row["split"] == split and row["label"] in (site, f"decoy_{site}")]
    return kept, np.array([row["label"] == site for row in kept])


def one_hot(sequences):
    """[n, length, 4] in the order ACGT; every other letter is all zero."""
    table = np.zeros((256, 4), np.float32)
    for channel, letter in enumerate(b"ACGT"):
        table[letter, channel] = 1
    return np.stack([table[np.frombuffer(s.encode(), np.uint8)] for s in sequences])


def sites(row, column):
    """Offsets in the stretch: `acceptors` or `donors` of a per-position row."""
    return [int(text) for text in row[column].split(",") if text]


def truth(row):
    """The class of every base of the stretch: 0 none, 1 acceptor, 2 donor."""
    classes = np.zeros(len(row["sequence"]) - 2 * CONTEXT, np.int8)
    classes[sites(row, "acceptors")] = 1
    classes[sites(row, "donors")] = 2
    return classes


def mask(row):
    """Which bases of the stretch are scored."""
    kept = np.zeros(len(row["sequence"]) - 2 * CONTEXT, bool)
    for text in row["scored"].split(","):
        if text:
            start, end = map(int, text.split("-"))
            kept[start:end] = True
    return kept
