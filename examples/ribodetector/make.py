"""Fetches RiboDetector and public sequence, and makes the reads that it is judged on.

    python3 make.py        # needs pip, apt-get and dpkg-deb (Debian), no package of Python

Reads are simulated: 100 bases cut out of real sequence on either strand, without sequencing errors. Nothing fetched
here ships with Titer: RiboDetector is GPL-3. Files land beside this script; the same sources make the same bytes.
"""

import gzip
import hashlib
import io
import pathlib
import random
import re
import subprocess
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SHIPPED = HERE.parent.parent / "datasets"
BASES = 100
# A ribosomal operon from its 16S on: 23S, 5S and what lies between.
OPERON = 7000
STRETCH = 10_000
MODEL = "ribodetector/data/model_len70_101.onnx"
GOLD = "usr/share/microbiomeutil-data/RESOURCES/rRNA16S.gold.fasta"
GENOMES = {
    "Escherichia coli": "E.Coli/references/MG1655-K12.fasta.gz",
    "Staphylococcus aureus": "S.Aureus/references/N315.fasta.gz",
    "Vibrio cholerae": "V.Cholerae/references/O395.fasta.gz",
}
PACKAGES = {"microbiomeutil-data": "20101212+dfsg1-5", "ragout-examples": "2.3-4"}
DIGESTS = {
    "model_len70_101.onnx": "cb091f8f959f293c14b73c5816c5ea2e820e1e1f9e142783f1cda6f51673bf25",
    GOLD: "e48d014e85043939d375a9d5ff38c302829c9d3289392f697232e627c5c07517",
    "E.Coli/references/MG1655-K12.fasta.gz": "ae952b2873ef8badc956925a61c5b536d4e40322b4e8b15dde3d8eda7ce3c879",
    "S.Aureus/references/N315.fasta.gz": "f00af0fea6d59d4aef1cac64be57a5215739b7c23fae7f6bc0d44e1f9805a0e9",
    "V.Cholerae/references/O395.fasta.gz": "3ecf6fc1bfac8787e560fe4c9965d1248bb2de1987d0cb7eb5470f01a1ca8772",
}


def fetched(folder):
    """The wheel and the Debian packages, unpacked."""
    run = lambda *command: subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    run("python3", "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "ribodetector==0.3.3")
    for package, version in PACKAGES.items():
        run("apt-get", "download", f"{package}={version}")
        run("dpkg-deb", "-x", str(next(folder.glob(f"{package}_*.deb"))), "debian")
    return next(folder.glob("ribodetector-*.whl")), folder / "debian"


def checked(name, data):
    found = hashlib.sha256(data).hexdigest()
    if found != DIGESTS[name]:
        raise SystemExit(f"{name}: sha256 {found}, not {DIGESTS[name]}: the source has changed")
    return data


def records(text):
    """Names and sequences of FASTA."""
    for record in re.split(r"^>", text, flags=re.M)[1:]:
        head, _, body = record.partition("\n")
        yield head.strip(), re.sub(r"\s", "", body).upper().replace("U", "T")


def complement(bases):
    return bases[::-1].translate(str.maketrans("ACGT", "TGCA"))


def lineage(head):
    found = re.search(r"(Bacteria|Archaea); *([^;]+)", head)
    return found.groups() if found else (None, None)


def marks(gold):
    """25 bases out of every 32 of each 16S, on both strands."""
    found = set()
    for _, sequence in gold:
        for start in range(0, len(sequence) - 25, 7):
            piece = sequence[start:start + 25]
            found.update((piece, complement(piece)))
    return found


def free_of_operons(sequence, known):
    """Stretches of 10,000 bases without a ribosomal operon near."""
    hits = [at for at in range(len(sequence) - 25) if sequence[at:at + 25] in known]
    print(f"  {len(sequence)} bases, {len(hits)} marks of 16S")
    near = set()
    for at in hits:
        near.update(range((at - OPERON) // STRETCH, (at + OPERON) // STRETCH + 1))
    return [number for number in range(len(sequence) // STRETCH) if number not in near]


def cut(draw, sequence):
    """A read; None where the bases there are not known."""
    start = draw.randrange(len(sequence) - BASES + 1)
    read = sequence[start:start + BASES]
    if not re.fullmatch("[ACGT]+", read):
        return None
    return complement(read) if draw.random() < 0.5 else read


def reads(draw, label, sources, number):
    """`number` reads over sources in turn: (source, group, sequence)."""
    rows, seen, turn = [], set(), 0
    sources = draw.sample(sources, len(sources))
    while len(rows) < number:
        source, group, sequence = sources[turn % len(sources)]
        turn += 1
        read = cut(draw, sequence)
        if read and read not in seen:
            seen.add(read)
            rows.append((label, source, group, read))
    return rows


def write(name, rows):
    """Rows are (split, label, source, group, read)."""
    lines = ["id\tsequence\tlabel\tsplit\tsource\tgroup\n"]
    for index, (split, label, source, group, read) in enumerate(rows):
        lines.append(f"{name}:{index}\t{read}\t{label}\t{split}\t{source}\t{group}\n")
    data = "".join(lines).encode()
    (HERE / f"{name}.tsv").write_bytes(data)
    print(f"{name}.tsv: {len(rows)} reads, {len(data)} bytes, sha256:{hashlib.sha256(data).hexdigest()}")


def halves(draw, sources):
    """A fifth of the sources for tuning: no source gives reads to both splits."""
    shuffled = draw.sample(sources, len(sources))
    fifth = len(shuffled) // 5
    return shuffled[:fifth], shuffled[fifth:]


def bacteria(draw, gold, stretches):
    rrna = [(f"16S {head.split()[0]}", phylum, sequence) for head, sequence in gold
            for domain, phylum in [lineage(head)] if domain == "Bacteria" and len(sequence) > 1200]
    rows = []
    for label, sources in [("rrna", rrna), ("non_rrna", stretches)]:
        tuning, test = halves(draw, sources)
        rows += [("tuning", *row) for row in reads(draw, label, tuning, 500)]
        rows += [("test", *row) for row in reads(draw, label, test, 2000)]
    write("bacteria", rows)


def archaea_and_human(draw, gold):
    rrna = [(f"16S {head.split()[0]}", phylum, sequence) for head, sequence in gold
            for domain, phylum in [lineage(head)] if domain == "Archaea" and len(sequence) > 1200]
    with gzip.open(SHIPPED / "splice-human-chr20/windows.tsv.gz", "rt") as table:
        head = table.readline().rstrip("\n").split("\t")
        windows = [dict(zip(head, line.rstrip("\n").split("\t"))) for line in table]
    human = [(f"human {row['locus']}", "Homo sapiens", row["sequence"]) for row in windows]
    rows = [("test", *row) for row in reads(draw, "rrna", rrna, 1000)]
    rows += [("test", *row) for row in reads(draw, "non_rrna", human, 1000)]
    write("archaea-human", rows)


def main():
    draw = random.Random(20)
    with tempfile.TemporaryDirectory() as folder:
        wheel, debian = fetched(pathlib.Path(folder))
        model = zipfile.ZipFile(wheel).read(MODEL)
        (HERE / "model_len70_101.onnx").write_bytes(checked("model_len70_101.onnx", model))
        gold = list(records(checked(GOLD, (debian / GOLD).read_bytes()).decode()))
        known = marks(gold)
        stretches = []
        for species, name in GENOMES.items():
            data = checked(name, (debian / "usr/share/doc/ragout/examples" / name).read_bytes())
            text = gzip.GzipFile(fileobj=io.BytesIO(data)).read().decode()
            for head, sequence in records(text):
                print(species, head.split()[0])
                for number in free_of_operons(sequence, known):
                    stretch = sequence[number * STRETCH:(number + 1) * STRETCH]
                    stretches.append((f"{species} {head.split()[0]} {number}", species, stretch))
    bacteria(draw, gold, stretches)
    archaea_and_human(draw, gold)


if __name__ == "__main__":
    main()
