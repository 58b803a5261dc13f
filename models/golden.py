"""Golden outputs: what the original runtime says on real examples, extremes included."""

import numpy as np

from inputs import HERE, POSITIONS, WINDOWS, examples, mask, one_hot, rows, truth
from originals import MEMBER, MMSPLICE, keras_model, member_runner

COUNT = 72  # of each class and species, where there are so many
CLASSES = ["none", "acceptor", "donor"]


def extremes_and_sample(values, generator):
    """Indices of the lowest and highest eighth of COUNT, and a sample of the rest."""
    order = np.argsort(values, kind="stable")
    edge = COUNT // 8
    if len(order) <= COUNT:
        return sorted(order)
    rest = generator.choice(order[edge:-edge], COUNT - 2 * edge, replace=False)
    return sorted([*order[:edge], *order[-edge:], *rest])


def write(model, lines):
    (HERE / model / "golden.tsv").write_text("\n".join(lines) + "\n")
    print(model, len(lines) - 1, "golden outputs")


def windows(folder):
    for name, (file_name, (start, end), site) in MMSPLICE.items():
        generator = np.random.default_rng(20)
        model = keras_model(folder, file_name)
        lines = ["dataset\tid\tsequence\tlabel\texpected"]
        for dataset in WINDOWS:
            kept, _ = examples(dataset, site)
            cuts = [row["sequence"][start:end] for row in kept]
            expected = model.predict(one_hot(cuts), batch_size=512, verbose=0).ravel()
            for label in (site, f"decoy_{site}"):
                of_label = [i for i, row in enumerate(kept) if row["label"] == label]
                for chosen in extremes_and_sample(expected[of_label], generator):
                    i = of_label[chosen]
                    lines.append(f"{dataset}\t{kept[i]['id']}\t{cuts[i]}\t{label}\t{expected[i]:.9g}")
        write(name, lines)


def surprise(output, column):
    """What a class's extremes are taken by: its own probability; for none, the likelier site's."""
    return output[:, 1:].max(axis=1) if column == 0 else output[:, column]


def chosen_stretches(tests, truths, masks, outputs):
    """The stretches with the least likely acceptor, the least likely donor and the worst false alarm, then those with
    most sites until there are COUNT of both: no more, as each costs a run of the network on 15,000 bases. The other
    ends, sure sites and sure others, are in every stretch."""
    wanted = []
    for column, sign in ((1, 1), (2, 1), (0, -1)):
        found = [(sign * surprise(o, column)[(t == column) & m], i)
                 for i, (t, m, o) in enumerate(zip(truths, masks, outputs))]
        wanted.append(min((values.min(), i) for values, i in found if len(values))[1])
    counts = np.array([[((t == c) & m).sum() for c in (1, 2)] for t, m in zip(truths, masks)])
    wanted += sorted(range(len(tests)), key=lambda i: (-counts[i].min(), tests[i]["id"]))
    wanted = list(dict.fromkeys(wanted))
    enough = int((counts[wanted].cumsum(axis=0).min(axis=1) < COUNT).sum()) + 1
    return sorted(wanted[:max(enough, 3)])


def positions(path):
    generator = np.random.default_rng(20)
    running = member_runner(path)
    lines = ["dataset\tid\tposition\tclass\tnone\tacceptor\tdonor"]
    for dataset in POSITIONS:
        tests = [row for row in rows(dataset) if row["split"] == "test"]
        truths, masks = [truth(row) for row in tests], [mask(row) for row in tests]
        outputs = [running(one_hot([row["sequence"]]))[0] for row in tests]
        chosen = chosen_stretches(tests, truths, masks, outputs)
        for column, label in enumerate(CLASSES):
            found = [(i, p) for i in chosen for p in np.flatnonzero((truths[i] == column) & masks[i])]
            values = np.array([surprise(outputs[i][p:p + 1], column)[0] for i, p in found])
            for index in extremes_and_sample(values, generator):
                i, p = found[index]
                numbers = "\t".join(f"{v:.9g}" for v in outputs[i][p])
                lines.append(f"{dataset}\t{tests[i]['id']}\t{p}\t{label}\t{numbers}")
    write(MEMBER, lines)
