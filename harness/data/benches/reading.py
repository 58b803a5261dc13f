"""How fast `titer data check` reads, beside polars and needletail: `python reading.py TITER [ROWS]`.

TITER is the release program. The same synthetic rows (200 bases, an id, a label) as CSV, as gzip CSV, as Parquet and as FASTA. Titer
takes the file's digest, parses, checks every letter, label and id, and counts; the others parse and add up the letters. The best of
three runs each, alternating. Needs polars and needletail.
"""

import gzip
import hashlib
import pathlib
import random
import subprocess
import sys
import tempfile
import time

import needletail
import polars

titer, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 500_000
draw = random.Random(1)
letters = "".join(draw.choices("ACGT", k=1_000_000))
starts = [draw.randrange(999_800) for _ in range(rows)]
table = polars.DataFrame(
    {
        "id": [f"e{n}" for n in range(rows)],
        "sequence": [letters[start : start + 200] for start in starts],
        "label": [str(n % 2) for n in range(rows)],
    }
)


def descriptor(folder, layout, name, columns):
    content = (folder / name).read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    (folder / "dataset.yaml").write_text(
        f"dataset: timed\nsummary: Synthetic.\nkind: windows\nlayout: {layout}\n"
        f'file: {{path: {name}, digest: "sha256:{digest}", bytes: {len(content)}}}\n{columns}'
        f'classes: ["0", "1"]\nsplits: {{test: {rows}}}\norganism: none\nassembly: none\nlicence: {{all: none}}\n'
    )


def ours(folder):
    subprocess.run([titer, "data", "check", str(folder)], check=True, stdout=subprocess.DEVNULL)


def fasta(path):
    return sum(len(record.seq) for record in needletail.parse_fastx_file(str(path)))


def lengths(frame):
    return frame["sequence"].str.len_bytes().sum()


columns = "columns: {id: id, sequence: sequence, label: label}\n"
for kind in ["csv", "csv.gz", "parquet", "fasta"]:
    folder = pathlib.Path(tempfile.mkdtemp())
    path = folder / f"rows.{kind}"
    if kind == "csv":
        table.write_csv(path)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(table.write_csv().encode(), 6))
    elif kind == "parquet":
        table.write_parquet(path)
    else:
        lines = (f">{n}|{label}\n{letters}\n" for n, letters, label in table.iter_rows())
        path.write_text("".join(lines))
    layout = "{fasta: {label: last_field}}" if kind == "fasta" else kind.removesuffix(".gz")
    descriptor(folder, layout, path.name, "" if kind == "fasta" else columns)
    theirs = {
        "csv": lambda: lengths(polars.read_csv(path)),
        "csv.gz": lambda: lengths(polars.read_csv(path)),
        "parquet": lambda: lengths(polars.read_parquet(path)),
        "fasta": lambda: fasta(path),
    }[kind]
    best = [float("inf"), float("inf")]
    for _ in range(3):
        for at, run in enumerate([lambda: ours(folder), theirs]):
            start = time.perf_counter()
            run()
            best[at] = min(best[at], time.perf_counter() - start)
    mega = path.stat().st_size / 1e6
    print(f"{kind}\t{mega:.0f} MB\ttiter {best[0]:.2f} s\ttheirs {best[1]:.2f} s\tratio {best[0] / best[1]:.1f}")
