#!/usr/bin/env python3
"""`deepac_golden.tsv`: what DeePaC's own code says in TensorFlow of some reads, and of their reverse complements.

    python deepac_golden.py --wheel WHEEL --genomes DEB      (Python 3.11, tensorflow-cpu 2.15.1, numpy 1, scikit-learn, pandas,
                                                              biopython, psutil, requests, statsmodels, matplotlib)
"""

import collections
import collections.abc
import configparser
import sys
import types

import numpy as np

from deepac import HERE, READ, WEIGHTS, drawn
from made import COMPLEMENT, arguments

EVERY = 25


def original(wheel):
    """The network as DeePaC builds it. What it imports for plots and downloads is not needed and stood in for."""
    collections.Iterable = collections.abc.Iterable
    for name in ("wget", "shap", "seaborn", "weblogo", "pybedtools"):
        sys.modules[name] = types.ModuleType(name)
    del sys.modules["deepac"]
    sys.path.insert(0, str(wheel))
    from deepac.nn_train import RCConfig, RCNet

    config = configparser.ConfigParser()
    config.read(wheel / "deepac/builtin/config/nn-img-sensitive-lstm.ini")
    model = RCNet(RCConfig(config), False).model
    model.load_weights(wheel / WEIGHTS)
    return model


def main():
    args = arguments(__doc__, "wheel", "genomes")
    chosen = drawn(args.genomes)[::EVERY]
    chosen += [(label, of, read.translate(COMPLEMENT)[::-1]) for label, of, read in chosen[:4]]
    letters = np.array([["ACGT".index(base) for base in read] for _, _, read in chosen])
    expected = original(args.wheel).predict(np.eye(4, dtype=np.float32)[letters]).ravel()
    assert letters.shape[1] == READ
    lines = ["dataset\tid\tsequence\tlabel\texpected"]
    for number, ((label, of, read), value) in enumerate(zip(chosen, expected)):
        lines.append(f"bacteria\t{of}:{number}\t{read}\t{label}\t{value:.9g}")
    (HERE / "deepac_golden.tsv").write_text("\n".join(lines) + "\n")
    print(len(chosen), "golden outputs")


if __name__ == "__main__":
    main()
