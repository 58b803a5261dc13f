"""Does what was exported say what the original says, and do data and model mean the same base?"""

import numpy as np

from inputs import POSITIONS, WINDOWS, examples, mask, one_hot, rows, truth
from originals import MEMBER, MMSPLICE, keras_model, member_runner
from scoring import VARIANTS, outputs

ALLOWED = 1e-5


def report(model, variant, dataset, difference, n):
    over = variant.startswith("fp32") and difference > ALLOWED
    print(f"{model}\t{variant}\t{dataset}\tmax |difference| {difference:.3g} over {n}{'  TOO LARGE' if over else ''}")
    if over:
        raise SystemExit(1)


def windows(folder):
    for name, (file_name, (start, end), site) in MMSPLICE.items():
        model = keras_model(folder, file_name)
        for dataset in WINDOWS:
            inputs = one_hot([row["sequence"][start:end] for row in examples(dataset, site)[0]])
            expected = model.predict(inputs, batch_size=512, verbose=0)
            for variant in VARIANTS[name]:
                difference = np.abs(outputs(name, variant, inputs) - expected).max()
                report(name, variant, dataset, difference, len(inputs))


def positions(path):
    running = member_runner(path)
    for dataset in POSITIONS:
        tests = [row for row in rows(dataset) if row["split"] == "test"]
        inputs = one_hot([row["sequence"] for row in tests])
        expected = np.concatenate([running(x[None]) for x in inputs])
        for variant in VARIANTS[MEMBER]:
            made = outputs(MEMBER, variant, inputs, 1)
            report(MEMBER, variant, dataset, np.abs(made - expected).max(), expected.shape[0] * expected.shape[1])
            if variant == "fp32":
                pairs = outputs(MEMBER, variant, inputs, 2)
                report(MEMBER, "fp32 in pairs", dataset, np.abs(pairs - expected).max(), expected[..., 0].size)
        peaks(dataset, tests, expected)


def peaks(dataset, tests, outputs_of_all):
    """Where the highest probability within 5 bases of a labelled site falls, and the mean at each shift."""
    for column, label in ((1, "acceptor"), (2, "donor")):
        around = [stretch[p - 5:p + 6, column] for row, stretch in zip(tests, outputs_of_all)
                  for p in np.flatnonzero((truth(row) == column) & mask(row)) if 5 <= p < len(stretch) - 5]
        around = np.array(around)
        means = {shift - 5: round(float(v), 3) for shift, v in enumerate(around.mean(axis=0))}
        at, counts = np.unique(around[around.max(axis=1) >= 0.1].argmax(axis=1) - 5, return_counts=True)
        print(f"peaks\t{dataset}\t{label}\t{len(around)} sites, mean by shift {means}, "
              f"peaks of 0.1 or more by shift {dict(zip(at.tolist(), counts.tolist()))}")
