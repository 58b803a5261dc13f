"""Makes tis-human-chr20.

    python make_human_starts.py FASTA EXONS PROTEINS

FASTA: 20.fa.gz of Debian's vt-examples (/usr/share/doc/vt/examples/ref/20.fa.gz), GRCh37 chromosome 20.
EXONS: mmsplice/models/grch37_exons.csv.gz of the mmsplice 2.4.0 wheel, exons of GENCODE's transcripts.
PROTEINS: data/human_sp_td.fasta of mokapot's source archive 0.10.0, human proteins of UniProtKB/Swiss-Prot and decoys.

No source says where translation starts. A start is taken where a transcript, read from there to the first stop, is a protein
of Swiss-Prot from its first residue to its last; a transcript with none such is left out.
"""

import csv
import gzip
import re

import gff
import starts
import tables
from splicing import ACCEPTOR, DONOR, check_convention, draw, read_fasta

DATASET = "tis-human-chr20"
CHROMOSOME = "20"
MOST_TRANSCRIPTS = {"test": 300, "tuning": 80}
BASES = "TCAG"
AMINO_ACIDS = dict(zip((a + b + c for a in BASES for b in BASES for c in BASES),
                       "FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG"))
SHORTEST_PROTEIN = 30


def exons_of(path):
    """(transcript, gene, strand) -> ascending 0-based half-open exons. The table counts from 1, holds both ends, and adds
    bases of introns, which it counts in columns of their own."""
    found = {}
    with gzip.open(path, "rt", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["Chromosome"] != f"chr{CHROMOSOME}":
                continue
            left, right = int(row["left_overhang"]), int(row["right_overhang"])
            span = int(row["Start"]) + left - 1, int(row["End"]) - right
            key = row["transcript_id"], row["gene_id"], row["Strand"]
            found.setdefault(key, []).append(span)
    return {key: sorted(spans) for key, spans in found.items()}


def proteins_of(path):
    """Every protein that is no decoy."""
    found, kept = [], False
    with open(path) as lines:
        for line in lines:
            if line.startswith(">"):
                kept = line.startswith(">sp|")
                found += [[]] if kept else []
            elif kept:
                found[-1].append(line.strip())
    return {"".join(parts) for parts in found}


def frames(letters, proteins):
    """(start, end) of each reading frame of a transcript that is a protein, its stop codon included."""
    for frame in range(3):
        codons = [letters[at:at + 3] for at in range(frame, len(letters) - 2, 3)]
        residues = "".join(AMINO_ACIDS.get(codon, "X") for codon in codons)
        for open_frame in re.finditer(r"[^*]+(?=\*)", residues):
            for first in re.finditer("M", open_frame.group()):
                if (len(open_frame.group()) - first.start() >= SHORTEST_PROTEIN
                        and open_frame.group()[first.start():] in proteins):
                    start = frame + 3 * (open_frame.start() + first.start())
                    yield start, frame + 3 * (open_frame.end() + 1)


def spans_between(exons, strand, start, end):
    """The parts of exons that hold bases `start` to `end` of the transcript."""
    length = sum(right - left for left, right in exons)
    first, last = (start, end) if strand == "+" else (length - end, length - start)
    spans, before = [], 0
    for left, right in exons:
        a, b = max(first - before, 0), min(last - before, right - left)
        if a < b:
            spans.append((left + a, left + b))
        before += right - left
    return spans


def transcripts(sequence, exons, proteins):
    """Transcripts with their coding sequence where exactly one of their frames is a known protein, else without."""
    for (name, gene, strand), spans in sorted(exons.items()):
        found = list(frames(gff.spliced(sequence, strand, spans), proteins))
        coding = spans_between(spans, strand, *found[0]) if len(found) == 1 else []
        yield gff.Transcript(name, gene, "mRNA", strand, spans, coding, None, bool(coding))


def split_of(locus):
    """A quarter of the loci are for tuning."""
    return "tuning" if draw("split", "human tis", locus) % 4 == 0 else "test"


def main():
    into, (fasta, table, known) = tables.given(__doc__, "fasta", "exons", "proteins", datasets=[DATASET])
    with gzip.open(fasta, "rt") as lines:
        sequence = read_fasta(lines)[CHROMOSOME]
    found = list(transcripts(sequence, exons_of(table), proteins_of(known)))
    check_convention({CHROMOSOME: sequence}, gff.genes(found, CHROMOSOME), {DONOR: 0.95, ACCEPTOR: 0.97})
    for strand in "+-":
        print(f"strand {strand}: {sum(bool(one.coding) for one in found if one.strand == strand)} transcripts are proteins")
    rows = starts.make("human", CHROMOSOME, sequence, found, MOST_TRANSCRIPTS, split_of)
    tables.write(into / DATASET, starts.COLUMNS, rows)


if __name__ == "__main__":
    main()
