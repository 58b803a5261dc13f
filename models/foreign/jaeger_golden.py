#!/usr/bin/env python3
"""`jaeger_golden.tsv`: what Jaeger's own code says in TensorFlow of some pieces of contigs.

    python jaeger_golden.py --wheel WHEEL --genomes DEB      (Python 3.11, tensorflow-cpu 2.15.1, numpy 1)
"""

import sys

import numpy as np

from jaeger import CLASSES, HERE, PIECE, WEIGHTS, drawn
from made import arguments

EVERY = 9


def original(wheel, pieces):
    del sys.modules["jaeger"]
    sys.path.insert(0, str(wheel))
    import tensorflow as tf
    from jaeger.nnlib.v1.layers import WRes_model
    from jaeger.preprocess.v1.convert import process_string

    inputs, outputs = WRes_model(input_shape=(None,))
    model = tf.keras.Model(inputs, outputs)
    model.load_weights(wheel / WEIGHTS)
    read = process_string(crop_size=PIECE)
    frames = [read(",".join([piece, *"0123456789"]))[0] for piece in pieces]
    batch = {name: tf.stack([frame[name] for frame in frames]) for name in frames[0]}
    return tf.nn.softmax(model(batch, training=False)["output"]).numpy()


def main():
    args = arguments(__doc__, "wheel", "genomes")
    chosen = drawn(args.genomes)[::EVERY]
    expected = original(args.wheel, [piece for _, _, piece in chosen])
    lines = ["\t".join(["dataset", "id", "sequence", "label", *CLASSES])]
    for number, ((label, of, piece), values) in enumerate(zip(chosen, expected)):
        lines.append("\t".join(["contigs", f"{of}:{number}", piece, label, *(f"{value:.9g}" for value in values)]))
    (HERE / "jaeger_golden.tsv").write_text("\n".join(lines) + "\n")
    print(len(chosen), "golden outputs; right:", np.mean([CLASSES[row.argmax()] == label for row, (label, *_) in zip(expected, chosen)]))


if __name__ == "__main__":
    main()
