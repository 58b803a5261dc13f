#!/usr/bin/env python3
"""Examples a second of a bare loop over onnxruntime in Python: bare.py GRAPH one_hot:LENGTH:START:END|tokens:LENGTH THREADS BATCH SECONDS

From letters to probabilities, as `overhead` (harness/backends/examples) does from Rust: random sequences of LENGTH bases.
"""

import random
import sys
import time

import numpy as np
import onnxruntime

graph, encoding, threads, batch, seconds = sys.argv[1:]
kind, *numbers = encoding.split(":")
numbers = [int(number) for number in numbers]
threads, batch, seconds = int(threads), int(batch), float(seconds)

draw = random.Random(1)
sequences = ["".join(draw.choices("ACGT", k=numbers[0])) for _ in range(batch)]
codes = np.full(256, 4, dtype=np.uint8)
for number, base in enumerate(b"ACGT"):
    codes[base] = number
hot = np.vstack([np.eye(4, dtype=np.float32), np.zeros((1, 4), dtype=np.float32)])


def encode():
    if kind == "tokens":
        letters = np.frombuffer("".join(sequences).encode(), dtype=np.uint8)
        return codes[letters].astype(np.int64).reshape(batch, -1) + 1
    start, end = numbers[1:]
    letters = np.frombuffer("".join(text[start:end] for text in sequences).encode(), dtype=np.uint8)
    return hot[codes[letters]].reshape(batch, end - start, 4)


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = threads
session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name


def ask():
    (answers,) = session.run(None, {name: encode()})[:1]
    return answers.astype(np.float64)


ask()
asked, start = 0, time.perf_counter()
while time.perf_counter() - start < seconds:
    ask()
    asked += batch
print(asked / (time.perf_counter() - start))
