"""Tables written the same on every run, and their digests in the descriptors."""

import argparse
import gzip
import hashlib
import pathlib
import re
from collections import Counter

HERE = pathlib.Path(__file__).resolve().parent


def digest(path):
    return "sha256:" + hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


def given(description, *sources, datasets):
    """Paths of the sources, from the command line. Stops where a descriptor does not name that very file."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in sources:
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--into", type=pathlib.Path, default=HERE, help="folder of the datasets (default: this one)")
    args = parser.parse_args()
    paths = [getattr(args, name) for name in sources]
    refuse_others(args.into, paths, datasets)
    return args.into, paths


def refuse_others(into, paths, datasets):
    """Stops where a descriptor does not name that very file."""
    for dataset in datasets:
        text = (into / dataset / "dataset.yaml").read_text()
        for path in paths:
            if digest(path) not in text:
                raise SystemExit(f"{path} is not the file that {dataset}/dataset.yaml names: it has {digest(path)}")


def write(folder, columns, rows):
    """The table of a dataset, and its digest, size and splits in the descriptor."""
    text = "".join("\t".join(map(str, line)) + "\n" for line in
                   [columns, *([row[column] for column in columns] for row in rows)])
    descriptor = folder / "dataset.yaml"
    about = descriptor.read_text()
    path = folder / re.search(r"^file: \{path: ([^,]+),", about, re.M).group(1)
    with open(path, "wb") as raw, gzip.GzipFile("", "wb", compresslevel=9, fileobj=raw, mtime=0) as table:
        table.write(text.encode())
    splits = ", ".join(f"{split}: {n}" for split, n in sorted(Counter(row["split"] for row in rows).items()))
    about = re.sub(r"^file: .*$", f'file: {{path: {path.name}, digest: "{digest(path)}", bytes: {path.stat().st_size}}}',
                   about, flags=re.M)
    descriptor.write_text(re.sub(r"^splits: .*$", f"splits: {{{splits}}}", about, flags=re.M))
    print(f"{folder.name}: {splits}; {digest(path)}, {path.stat().st_size} bytes")


def read(folder):
    """Rows of a dataset as dictionaries."""
    about = (folder / "dataset.yaml").read_text()
    path = folder / re.search(r"^file: \{path: ([^,]+),", about, re.M).group(1)
    with gzip.open(path, "rt") as lines:
        header = next(lines).rstrip("\n").split("\t")
        return [dict(zip(header, line.rstrip("\n").split("\t"), strict=True)) for line in lines]
