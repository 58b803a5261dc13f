"""The paired clustered bootstrap beside the loop that one would write with scikit-learn and NumPy.

Both do the same work on the same data: AUROC, average precision, debiased calibration error (15 bins
of equal mass) and Brier score of two variants, in replicates that draw whole clusters. The loop is
run for a few replicates and its time extrapolated; the other is run in full.

    cargo build --release -p titer-metrics --examples
    python harness/metrics/benches/compare/paired_bootstrap.py target/release/examples/paired_bootstrap
"""

import argparse
import json
import multiprocessing
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy as np
import sklearn
from scipy.special import erf
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

BINS = 15


def make(examples, clusters, share, seed):
    """Two variants of a fairly good model; the second one a little noisier."""
    rng = np.random.default_rng(seed)
    truth = rng.random(examples) < share
    own = clusters == examples
    cluster = rng.permutation(examples) if own else rng.integers(0, clusters, examples)
    of_cluster = 0.5 * rng.standard_normal(clusters)
    logit = 2.5 * truth - 2.0 + rng.standard_normal(examples) + of_cluster[cluster]
    other = logit + 0.1 * rng.standard_normal(examples)
    base, candidate = (1 / (1 + np.exp(-x)) for x in (logit, other))
    return truth, base, candidate, cluster.astype(np.uint32)


def calibration_error(truth, probability):
    order = np.argsort(probability)
    p, y = probability[order], truth[order]
    n = len(p)
    number = (2 * np.arange(n) + 1) * BINS // (2 * n)
    size = np.bincount(number, minlength=BINS)
    gap = np.abs(np.bincount(number, p, BINS) - np.bincount(number, y, BINS)) / size
    share = np.bincount(number, y, BINS) / size
    error = np.sqrt(share * (1 - share) / size)
    with np.errstate(divide="ignore", invalid="ignore"):
        folded = np.sqrt(2 / np.pi) * error * np.exp(-0.5 * (gap / error) ** 2)
        folded += gap * erf(gap / error * np.sqrt(0.5))
    folded = np.where(error == 0, gap, folded)
    return np.sum(size * (2 * gap - folded)) / n


METRICS = {
    "auroc": roc_auc_score,
    "average_precision": average_precision_score,
    "ece": calibration_error,
    "brier": brier_score_loss,
}


def values(truth, probability):
    return [metric(truth, probability) for metric in METRICS.values()]


def loop(columns, members, replicates, seed):
    """The obvious loop; `members` are the examples of each cluster, or nothing if each is its own."""
    truth, base, candidate, cluster = columns
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(replicates):
        if members is None:
            drawn = rng.integers(0, len(truth), len(truth))
        else:
            clusters = rng.integers(0, len(members), len(members))
            drawn = np.concatenate([members[c] for c in clusters])
        y = truth[drawn]
        found.append([values(y, base[drawn]), values(y, candidate[drawn])])
    return np.array(found)


def timed_loop(columns, replicates, processes):
    """Seconds of the loop, shared between processes (each has the data already), and its values."""
    cluster = columns[3]
    size = np.bincount(cluster)
    members = None
    if size.max() > 1:
        members = np.split(np.argsort(cluster, kind="stable"), np.cumsum(size)[:-1])
    shares = [replicates // processes] * processes
    with multiprocessing.get_context("fork").Pool(processes, prepare, (columns, members)) as pool:
        pool.map(part, [(1, 99)] * processes, chunksize=1)
        start = time.perf_counter()
        found = pool.map(part, [(n, seed) for seed, n in enumerate(shares)], chunksize=1)
        return time.perf_counter() - start, sum(shares), np.concatenate(found)


def prepare(columns, members):
    global DATA
    DATA = columns, members


def part(task):
    replicates, seed = task
    return loop(*DATA, replicates, seed)


def quick(program, folder, replicates, repeats):
    """Each repeat's report."""
    reports = []
    for _ in range(repeats):
        done = subprocess.run(
            [program, str(folder), str(replicates)], check=True, capture_output=True, text=True
        )
        reports.append(json.loads(done.stdout))
    return reports


def check(columns, report, found):
    """Points agree with the libraries'; intervals of the few replicates lie where they should."""
    truth, base, candidate, _ = columns
    for side, probability in (("base", base), ("candidate", candidate)):
        for (name, metric), result in zip(METRICS.items(), report["results"]):
            assert result["metric"] == name
            off = abs(result[side] - metric(truth, probability))
            print(f"  {name:18} {side:10} {result[side]:.12f}  differs by {off:.1e}")
            assert off < 1e-9, name
    difference = found[:, 1] - found[:, 0]
    for number, (name, result) in enumerate(zip(METRICS, report["results"])):
        low, high = result["lower"], result["upper"]
        inside = np.mean((low <= difference[:, number]) & (difference[:, number] <= high))
        print(f"  {name:18} interval of the difference [{low:+.3e}, {high:+.3e}]"
              f" holds {inside:.0%} of the loop's replicates")


def case(arguments, clusters):
    columns = make(arguments.examples, clusters, arguments.share, 1)
    print(f"{arguments.examples} examples in {clusters} clusters, {arguments.share:.0%} positive,"
          f" {arguments.replicates} replicates, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, column in zip(("truth.u8", "base.f64", "candidate.f64", "cluster.u32"), columns):
            column.astype(name.split(".")[1].replace("u8", "u1").replace("f64", "<f8")
                          .replace("u32", "<u4")).tofile(folder / name)
        before = quick(arguments.program, folder, arguments.replicates, arguments.repeats)
        seconds, done, found = timed_loop(columns, arguments.loop_replicates, arguments.processes)
        after = quick(arguments.program, folder, arguments.replicates, arguments.repeats)
    reports = before + after
    whole = seconds / done * arguments.replicates
    taken = sorted(report["seconds"] for report in reports)
    middle = taken[len(taken) // 2]
    growth = max(report["growth_bytes_per_example"] for report in reports)
    print(f"  loop, {arguments.processes} processes: {seconds:.2f} s for {done} replicates,"
          f" so {whole:.0f} s for {arguments.replicates} (extrapolated)")
    print(f"  this: {middle:.2f} s (median of {', '.join(f'{s:.2f}' for s in taken)}),"
          f" {max(r['cpu_seconds'] for r in reports):.1f} s of processor time at most")
    print(f"  ratio: {whole / middle:.0f} (slowest run: {whole / taken[-1]:.0f})")
    print(f"  resident growth: {growth:.1f} bytes an example at most")
    check(columns, reports[0], found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", help="the built example paired_bootstrap")
    parser.add_argument("--examples", type=int, default=1_000_000)
    parser.add_argument("--clusters", type=int, nargs="*", help="default: each its own, and 20000")
    parser.add_argument("--share", type=float, default=0.1, help="of positives")
    parser.add_argument("--replicates", type=int, default=2000)
    parser.add_argument("--loop-replicates", type=int, default=20)
    parser.add_argument("--processes", type=int, default=2, help="that share the loop")
    parser.add_argument("--repeats", type=int, default=2, help="before and after the loop")
    arguments = parser.parse_args()
    print(f"Python {sys.version.split()[0]}, NumPy {np.__version__}, scikit-learn"
          f" {sklearn.__version__}, {os.cpu_count()} processors")
    for clusters in arguments.clusters or [arguments.examples, 20_000]:
        case(arguments, clusters)


if __name__ == "__main__":
    main()
